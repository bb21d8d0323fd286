"""What a village's page and the list of villages show."""

from typing import Any

from django.db.models import ExpressionWrapper, F, FloatField, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from catalogue.family import Family
from catalogue.listing.cards import ready_cards
from catalogue.listing.index import listing_index
from catalogue.listing.pager import one_page
from catalogue.models import VillageIndexPage, VillagePage
from catalogue.pictures import GALLERY, HERO, THUMB, WIDE, ready
from catalogue.presentation import album, producer_index, structured_data
from catalogue.presentation.listing_links import listing_url
from catalogue.presentation.page_cards import PageCard, page_card
from catalogue.presentation.producer_cards import first_producers, live_producers, producer_card
from catalogue.presentation.producer_index import VILLAGE
from catalogue.presentation.seasons import season

GOODS = 8
NEIGHBOURS = 3
EVENTS = 3


def parts(page: VillagePage, _request: HttpRequest, family: Family) -> dict[str, Any]:
    """Return the context of catalogue/village_page.html; its comment names what is in it."""
    source = family.source()
    village_makers, maker_count = first_producers(live_producers(**producer_index.of(VILLAGE, source.pk)))
    around = list(neighbours(page))
    pictures = [page.hero, *(maker.portrait for maker in village_makers), *(near.hero for near in around)]
    album.load([*pictures, page.share_picture, *album.body_pictures(page.body)], HERO, GALLERY, THUMB, WIDE)
    hero = ready(page.hero, HERO) if page.hero else None
    today = timezone.localdate()
    best = season(page.best_months)
    return {
        "hero": hero,
        "shared": page.hero,
        "recognitions": [item for item in page.recognitions.all() if item.is_shown_on(today)],
        "months": best.months if best else None,
        "listing_url": listing_url(family, lang=source.slug),
        "makers": [producer_card(maker) for maker in village_makers],
        "maker_count": maker_count,
        "makers_url": producer_index.list_url(family, VILLAGE, source.slug),
        "events": VillagePage(pk=source.pk).events.upcoming(limit=EVENTS),
        "neighbours": [village_card(near) for near in around],
        "structured_data": [structured_data.village(page, hero)],
        **goods(source.pk, language=family.language),
    }


def index_parts(page: VillageIndexPage, request: HttpRequest, _family: Family) -> dict[str, Any]:
    """Return the context of catalogue/village_index_page.html; its comment names what is in it."""
    found = VillagePage.objects.child_of(page).live().select_related("hero").order_by("slug")
    villages, pages = one_page(found, request)
    album.load([village.hero for village in villages], WIDE)
    return {"cards": [village_card(village) for village in villages], **pages}


def goods(village_id: int, *, language: str) -> dict[str, Any]:
    """Return the village's goods: the first cards, how many there are, the best star among them."""
    known = listing_index(language)
    theirs = known.any_of("village", [village_id])
    stars = [number for number in (5, 4, 3) if theirs & known.any_of("sao", [str(number)])]
    return {
        "rows": ready_cards(known.pick(theirs, sort="sao", stop=GOODS), language=language),
        "total": theirs.bit_count(),
        "top_stars": next(iter(stars), None),
    }


def village_card(page: VillagePage) -> PageCard:
    """Return the card of a village: its craft under its name."""
    return page_card(page, picture=page.hero, line=page.craft)


def neighbours(page: VillagePage) -> QuerySet[VillagePage]:
    """Return the nearest villages in the page's language; by title where no place is known."""
    others = (
        VillagePage.objects.live().filter(locale=page.locale_id).exclude(pk=page.pk).select_related("hero")
    )
    if page.latitude is None or page.longitude is None:
        return others.order_by("title")[:NEIGHBOURS]
    north, east = F("latitude") - float(page.latitude), F("longitude") - float(page.longitude)
    apart = ExpressionWrapper(north * north + east * east, output_field=FloatField())
    return others.annotate(apart=apart).order_by(F("apart").asc(nulls_last=True), "title")[:NEIGHBOURS]
