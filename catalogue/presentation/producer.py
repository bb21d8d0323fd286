"""What a producer's page shows."""

from typing import Any

from django.http import HttpRequest

from catalogue.family import Family
from catalogue.listing.cards import cards
from catalogue.listing.index import listing_index
from catalogue.models import ProducerPage
from catalogue.pictures import GALLERY, HERO, THUMB, ready
from catalogue.presentation import album, structured_data
from catalogue.presentation.gallery import gallery
from catalogue.presentation.listing_links import listing_url
from catalogue.templatetags.market import focus_class

GOODS = 12


def parts(page: ProducerPage, _request: HttpRequest, family: Family) -> dict[str, Any]:
    """Return the context of catalogue/producer_page.html; its comment names what is in it."""
    partner = page.partner
    photos = [photo.picture for photo in page.photos.select_related("picture")]
    lead = next(iter([*photos, page.portrait]), None)
    album.load([lead, page.share_picture, *photos, *album.body_pictures(page.body)], HERO, GALLERY, THUMB)
    village = family.get(page.village_id)
    context: dict[str, Any] = {
        "shared": lead,
        "hero": ready(lead, HERO) if lead else None,
        "focus": focus_class(lead),
        "stars": listing_index(family.language).best_stars(page.partner_id),
        "village": {"title": village.title, "url": village.url or ""} if village else None,
        "pictures": gallery(photos[1:]),
    }
    if partner is None:
        return context
    return context | {
        "rows": cards(language=family.language, producer_id=partner.pk, limit=GOODS),
        "listing_url": listing_url(family, nguoi_lam=partner.code),
        "structured_data": [structured_data.organization(page, partner)],
    }
