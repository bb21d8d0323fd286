"""What a specialty's page and the calendar of specialties show."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalogue.family import Family
from catalogue.languages import title_language
from catalogue.listing.cards import cards
from catalogue.models import GeographicalIndication, SpecialtyIndexPage, SpecialtyOrigin, SpecialtyPage
from catalogue.pictures import GALLERY, HERO, THUMB, ready
from catalogue.presentation import album, producer_index, structured_data
from catalogue.presentation.places import Point, point
from catalogue.presentation.producer_cards import first_producers, live_producers, producer_card
from catalogue.presentation.producer_index import SPECIALTY
from catalogue.presentation.seasons import Season, season

GOODS = 12


def parts(page: SpecialtyPage, _request: HttpRequest, family: Family) -> dict[str, Any]:
    """Return the context of catalogue/specialty_page.html; its comment names what is in it."""
    source = family.source()
    sellers, seller_count = first_producers(live_producers(**producer_index.of(SPECIALTY, source.pk)))
    portraits = [maker.portrait for maker in sellers]
    album.load(
        [page.picture, page.share_picture, *portraits, *album.body_pictures(page.body)], HERO, GALLERY, THUMB
    )
    hero = ready(page.picture, HERO) if page.picture else None
    known = page.geographical_indication
    indication = known if known and known.register_no else None
    when = season(page.season_months)
    return {
        "hero": hero,
        "shared": page.picture,
        "badges": badges(page, indication, when),
        "months": when.months if when else None,
        "indication": indication,
        "origins": origins(page, family),
        "rows": cards(language=family.language, specialty_id=source.pk, limit=GOODS),
        "makers": [producer_card(maker) for maker in sellers],
        "maker_count": seller_count,
        "makers_url": producer_index.list_url(family, SPECIALTY, source.slug),
        "structured_data": [structured_data.article(page, hero)],
    }


def index_parts(page: SpecialtyIndexPage, _request: HttpRequest, _family: Family) -> dict[str, Any]:
    """Return the context of catalogue/specialty_index_page.html; its comment names what is in it."""
    specialties = list(
        SpecialtyPage.objects.child_of(page).live().select_related("picture").order_by("title")
    )
    album.load([specialty.picture for specialty in specialties], THUMB)
    return {"items": season_items(specialties)}


def season_items(specialties: Iterable[SpecialtyPage]) -> list[dict[str, Any]]:
    """Return specialties with their seasons, those in season first; one query for their villages."""
    pages = list(specialties)
    places: dict[int, list[str]] = {}
    for origin in SpecialtyOrigin.objects.filter(page__in=pages).select_related("village"):
        places.setdefault(origin.page_id, []).append(origin.village.short_name)
    items = [_item(page, ", ".join(places.get(page.pk, []))) for page in pages]
    return sorted(items, key=lambda item: not item["is_now"])


def _item(page: SpecialtyPage, place: str) -> dict[str, Any]:
    when = season(page.season_months, note=page.season_note)
    return {
        "title": page.title,
        "url": page.url or "",
        "lang": title_language(page),
        "place": place,
        "picture": ready(page.picture, THUMB) if page.picture else None,
        "months": when.months if when else [],
        "text": when.text if when else page.season_note,
        "is_now": bool(when and when.is_now),
    }


def badges(
    page: SpecialtyPage, indication: GeographicalIndication | None, when: Season | None
) -> list[dict[str, str]]:
    """Return protection and season as badges; an indication only with its register number."""
    found = []
    if indication:
        text = _("Chỉ dẫn địa lý số %(number)s") % {"number": indication.register_no}
        found.append({"kind": "gi", "icon": "map-pin-check", "text": text})
    elif page.protection and page.protection != SpecialtyPage.Protection.GI:
        text = str(page.get_protection_display())
        found.append({"kind": "gi", "icon": "badge-check", "text": f"{text[:1].upper()}{text[1:]}"})
    if when and when.is_now:
        found.append({"kind": "season", "icon": "sun", "text": _("Đang mùa")})
    return found


def origins(page: SpecialtyPage, family: Family) -> list[Point]:
    """Return the villages it comes from, in the reader's language, with their places on the map."""
    stored = page.origins.select_related("village").all()
    found = [(family.get(origin.village_id), origin.village) for origin in stored]
    return [point(shown, village) for shown, village in found if shown]
