"""The front page: each section's data, prepared together so that they share their queries.

A block's template reads what is `shown` on its value (home.blocks.SectionBlock).
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from wagtail.blocks import StructValue

from catalogue.family import Family
from catalogue.listing.cards import Card, ready_cards
from catalogue.listing.index import ListingIndex, listing_index
from catalogue.models import SpecialtyPage, VillagePage
from catalogue.pictures import HERO, THUMB, WIDE, ready
from catalogue.presentation import album
from catalogue.presentation.listing_links import listing_url
from catalogue.presentation.specialty import season_items
from catalogue.presentation.village import village_card
from home.models import EventPage, HomePage

INDUSTRIES = ("I", "II", "III", "IV", "V", "VI")  # of Appendix I, Decision 26/2026/QĐ-TTg
STARS = (5, 4, 3)


def parts(page: HomePage, _request: HttpRequest, family: Family) -> dict[str, Any]:
    """Return the context of home/home_page.html; its comment names what is in it."""
    on_sale = listing_index(family.language)
    specialties = in_season(on_sale) if _has(page, "season") else []
    villages = chosen_villages(page, family.language) if _has(page, "villages") else {}
    pictures = [page.hero_picture, *(village.hero for village in villages.values())]
    album.load([*pictures, *(specialty.picture for specialty in specialties)], HERO, WIDE, THUMB)
    goods = Goods(page, family, on_sale) if _has(page, "stars") or _has(page, "groups") else None
    makers: dict[str, Callable[[StructValue], dict[str, Any]]] = {
        "season": lambda value: season_section(value, family, specialties),
        "villages": lambda value: villages_section(value, family, villages),
        "stars": lambda value: goods.stars_section(value) if goods else {},
        "groups": lambda _value: goods.groups_section() if goods else {},
        "events": lambda value: events_section(value, family),
        "call_to_action": lambda value: {"link": call_link(value, family)},
    }
    for block in page.body:
        if block.block_type in makers:
            block.value.shown = makers[block.block_type](block.value)
    return {
        "hero": ready(page.hero_picture, HERO) if page.hero_picture else None,
        "shared": page.hero_picture,
        "buttons": buttons(page, family),
    }


def in_season(on_sale: ListingIndex) -> list[SpecialtyPage]:
    """Return the live specialties of a language; the section keeps those of this month.

    A specialty with spirits among its goods is left out: it would advertise them.
    """
    barred = SpecialtyPage.objects.filter(pk__in=on_sale.specialties_with_spirits())
    pages = SpecialtyPage.objects.live().filter(locale__language_code=on_sale.language)
    pages = pages.exclude(translation_key__in=barred.values("translation_key"))
    return list(pages.select_related("picture").order_by("title"))


def season_section(value: StructValue, family: Family, specialties: list[SpecialtyPage]) -> dict[str, Any]:
    """Return the specialties of this month, as many as the editor wants."""
    now = [item for item in season_items(specialties) if item["is_now"]]
    return {"items": now[: value["count"]], "url": family.section_url("specialtyindexpage")}


def chosen_villages(page: HomePage, language: str) -> dict[UUID, VillagePage]:
    """Return the villages that editors chose in any section, in the reader's language, by translation key."""
    chosen = [
        village
        for block in page.body
        if block.block_type == "villages"
        for village in block.value["villages"]
    ]
    keys = [village.translation_key for village in chosen if village]
    pages = VillagePage.objects.live().filter(translation_key__in=keys, locale__language_code=language)
    return {village.translation_key: village for village in pages.select_related("hero")}


def villages_section(value: StructValue, family: Family, villages: dict[UUID, VillagePage]) -> dict[str, Any]:
    """Return the chosen villages as cards, in the editor's order."""
    chosen = [villages.get(village.translation_key) for village in value["villages"] if village]
    cards = [village_card(village) for village in chosen if village]
    return {"cards": cards, "url": family.section_url("villageindexpage")}


class Goods:
    """The cards of all sections with goods, fetched with one query from the index's choice."""

    def __init__(self, page: HomePage, family: Family, on_sale: ListingIndex) -> None:
        self.family, self.index = family, on_sale
        self.first = {code: self._first_of(code) for code in INDUSTRIES}
        sections = [block.value for block in page.body if block.block_type == "stars"]
        starred = [pk for value in sections for pk in self._starred(value)]
        wanted = list(dict.fromkeys([*starred, *(pk for pk in self.first.values() if pk)]))
        self.cards: dict[int, Card] = {
            card.product_id: card for card in ready_cards(wanted, language=family.language)
        }

    def _first_of(self, code: str) -> int | None:
        goods = self.index.any_of("nhom", [code]) & self.index.promotable
        return next(iter(self.index.pick(goods, sort="sao", stop=1)), None)  # out of season come last

    def _starred(self, value: StructValue) -> list[int]:
        enough = [str(number) for number in STARS if number >= int(value["stars"])]
        goods = self.index.any_of("sao", enough) & self.index.promotable & ~self.index.closed
        return self.index.pick(goods, sort="sao", stop=value["count"])

    def stars_section(self, value: StructValue) -> dict[str, Any]:
        """Return the goods with at least so many stars today, those with most first."""
        rows = [self.cards[pk] for pk in self._starred(value) if pk in self.cards]
        return {"rows": rows, "url": listing_url(self.family)}

    def groups_section(self) -> dict[str, Any]:
        """Return the industries that have goods, each with the picture of one of them."""
        return {"groups": [self._group(code) for code in INDUSTRIES if self.first[code] in self.cards]}

    def _group(self, code: str) -> dict[str, Any]:
        card = self.cards[self.first[code] or 0]
        return {
            "title": self.index.names[("nhom", code)],
            "url": listing_url(self.family, nhom=code),
            "picture": card.picture,
            "text": card.title,
        }


def events_section(value: StructValue, family: Family) -> dict[str, Any]:
    """Return the next events."""
    return {
        "events": EventPage.objects.all().upcoming(limit=value["count"]),
        "url": family.section_url("eventindexpage"),
    }


def call_link(value: StructValue, family: Family) -> str:
    """Return where a call to action leads, nothing when its page is gone."""
    page = family.get(value["page"].pk) if value.get("page") else None
    return (page.url or "") if page else value.get("url") or ""


def buttons(page: HomePage, family: Family) -> list[dict[str, str]]:
    """Return the buttons of the page's head that lead somewhere."""
    pairs = [(page.first_button, page.first_page_id), (page.second_button, page.second_page_id)]
    found = [(words, family.get(pk)) for words, pk in pairs]
    return [{"title": words or target.title, "url": target.url or ""} for words, target in found if target]


def _has(page: HomePage, kind: str) -> bool:
    return any(block.block_type == kind for block in page.body)
