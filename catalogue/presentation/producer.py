"""What a producer's page and the list of producers show."""

from typing import Any

from catalogue.cards import cards
from catalogue.models import ProducerIndexPage, ProducerPage
from catalogue.pictures import GALLERY, HERO, THUMB, ready
from catalogue.shelf import shelf
from catalogue.showing import album, structured_data
from catalogue.showing.family import Family
from catalogue.showing.gallery import gallery
from catalogue.showing.listing_links import listing_url
from catalogue.showing.makers import maker_card, makers
from catalogue.templatetags.market import focus_class

GOODS = 12


def parts(page: ProducerPage, family: Family) -> dict[str, Any]:
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
        "stars": shelf(family.language).best_stars(page.partner_id),
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


def index_parts(page: ProducerIndexPage) -> dict[str, Any]:
    """Return the context of catalogue/producer_index_page.html; its comment names what is in it."""
    found = makers(path__startswith=page.path, depth=page.depth + 1)
    album.load([maker.portrait for maker in found], THUMB)
    return {"cards": [maker_card(maker) for maker in found]}
