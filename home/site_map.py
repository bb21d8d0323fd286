"""The site map: pages of both languages (sitemaps.org protocol)."""

from typing import Any

from wagtail.contrib.sitemaps.sitemap_generator import Sitemap
from wagtail.models import Page

from catalogue.family import HOME_DEPTH


class BothLanguages(Sitemap):
    """Every live page of every language; Wagtail's own knows the first language alone.

    Stand-ins for missing translations are left out: they repeat another language's words.
    """

    def items(self) -> Any:
        """Return the pages in the order of the tree."""
        pages = Page.objects.live().filter(depth__gte=HOME_DEPTH, alias_of=None)
        return pages.order_by("path").defer_streamfields().specific()
