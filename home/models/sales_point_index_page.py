"""Where the goods can be seen and collected."""

from django.utils.translation import gettext_lazy as _

from catalogue.models import SectionPage


class SalesPointIndexPage(SectionPage):
    """All sales points, which are records of their own."""

    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("mục điểm bán")
