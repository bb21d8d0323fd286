"""What every page shows, whatever its kind: crumbs, head, structured data."""

from typing import Any

from django.http import HttpRequest

from catalogue import presenters
from catalogue.family import Family
from catalogue.models import MarketPage
from catalogue.presentation import head, structured_data


def context(page: MarketPage, request: HttpRequest, family: Family) -> dict[str, Any]:
    """Return what every page's template gets, and what its presenter adds for this kind of page.

    family           the pages around this one, for header, footer and links
    crumbs           see components/crumbs.html
    meta             see components/meta.html
    structured_data  schema.org objects, for {% structured_data %}
    """
    crumbs = head.crumbs(page, family)
    parts = presenters.parts(page, request, family)
    picture = page.share_picture or parts.pop("shared", None)
    meta = head.meta(page, family, picture=picture, summary=page.short_description())
    objects = [
        *structured_data.breadcrumbs(crumbs, meta["canonical"]),
        *parts.pop("structured_data", []),
    ]
    return {**parts, "family": family, "crumbs": crumbs, "meta": meta, "structured_data": objects}
