"""What a village's page and the list of villages show."""

from typing import Any

from django.db.models import ExpressionWrapper, F, FloatField, QuerySet

from catalogue.cards import ready_cards
from catalogue.models import VillageIndexPage, VillagePage
from catalogue.pictures import GALLERY, HERO, THUMB, WIDE, ready
from catalogue.shelf import shelf
from catalogue.showing import album, structured_data
from catalogue.showing.family import Family
from catalogue.showing.listing_links import listing_url
from catalogue.showing.makers import maker_card, makers
from catalogue.showing.seasons import season
from catalogue.showing.stories import StoryCard, story_card

GOODS = 8
NEIGHBOURS = 3
EVENTS = 3


def parts(page: VillagePage, family: Family) -> dict[str, Any]:
    """Return the context of catalogue/village_page.html; its comment names what is in it."""
    source = family.source()
    village_makers = makers(village=source.pk)
    around = list(neighbours(page))
    pictures = [page.hero, *(maker.portrait for maker in village_makers), *(near.hero for near in around)]
    album.load([*pictures, page.share_picture, *album.body_pictures(page.body)], HERO, GALLERY, THUMB, WIDE)
    hero = ready(page.hero, HERO) if page.hero else None
    best = season(page.best_months)
    return {
        "hero": hero,
        "shared": page.hero,
        "recognitions": [item for item in page.recognitions.all() if item.is_checked],
        "months": best.months if best else None,
        "listing_url": listing_url(family, lang=source.slug),
        "makers": [maker_card(maker) for maker in village_makers],
        "events": VillagePage(pk=source.pk).events.upcoming(limit=EVENTS),
        "neighbours": [village_card(near) for near in around],
        "structured_data": [structured_data.village(page, hero)],
        **goods(source.pk, language=family.language),
    }


def index_parts(page: VillageIndexPage) -> dict[str, Any]:
    """Return the context of catalogue/village_index_page.html; its comment names what is in it."""
    villages = list(VillagePage.objects.child_of(page).live().select_related("hero").order_by("title"))
    album.load([village.hero for village in villages], WIDE)
    return {"cards": [village_card(village) for village in villages]}


def goods(village_id: int, *, language: str) -> dict[str, Any]:
    """Return the village's goods: the first cards, how many there are, the best star among them."""
    known = shelf(language)
    theirs = known.any_of("village", [village_id])
    stars = [number for number in (5, 4, 3) if theirs & known.any_of("sao", [str(number)])]
    return {
        "rows": ready_cards(known.pick(theirs, sort="sao", stop=GOODS), language=language),
        "total": theirs.bit_count(),
        "top_stars": next(iter(stars), None),
    }


def village_card(page: VillagePage) -> StoryCard:
    """Return the card of a village: its craft under its name."""
    return story_card(page, picture=page.hero, line=page.craft)


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
