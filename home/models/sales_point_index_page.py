"""Where the goods can be seen and collected."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalogue.models import SectionPage

if TYPE_CHECKING:
    from catalogue.showing.family import Family


class SalesPointIndexPage(SectionPage):
    """All sales points, which are records of their own."""

    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("mục điểm bán")

    def parts(self, request: HttpRequest, family: "Family") -> dict[str, Any]:
        from home.showing import stories

        return stories.sales_point_parts(self)
