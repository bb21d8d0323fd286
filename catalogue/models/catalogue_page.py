"""The listing of everything on sale, with its facets."""

from django.utils.translation import gettext_lazy as _

from catalogue.models.section_page import SectionPage


class CataloguePage(SectionPage):
    """All products, chosen by star, village, group, producer, price and season.

    The whole state stands in the query string. A script that asks for a part of the page gets all
    of it and takes its part: one address has one answer, which caches may keep for everybody.
    """

    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("trang sản phẩm")
