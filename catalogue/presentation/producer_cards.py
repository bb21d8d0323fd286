"""Producers as cards (components/producer_card.html)."""

from collections.abc import Iterable
from typing import Any, TypedDict

from django.db.models import QuerySet
from wagtail.models import Page

from catalogue.languages import reading_language
from catalogue.listing.index import listing_index
from catalogue.models import Picture, ProducerPage
from catalogue.pictures import THUMB, ReadyPicture, ready

SHOWN = 12  # on the page of a village or a specialty; the list of producers has them all


class ProducerCard(TypedDict):
    """A producer as components/producer_card.html shows it."""

    title: str
    url: str
    line: str
    stars: int | None
    picture: ReadyPicture | None


def live_producers(**of: Any) -> QuerySet[ProducerPage]:
    """Return live producer pages in the reader's language with their portraits, by name.

    The order is that of their addresses, which are the names without marks: Đ stands beside D in any database.

    Args:
        of: which ones, such as `village=…` (the id of its Vietnamese page).
    """
    pages = ProducerPage.objects.live().filter(locale__language_code=reading_language(), **of)
    return pages.select_related("portrait").order_by("slug", "pk").distinct()


def first_producers(found: QuerySet[ProducerPage]) -> tuple[list[ProducerPage], int]:
    """Return the producers that a village's or a specialty's page shows, and how many there are in all."""
    shown = with_stars(found[:SHOWN])
    return shown, len(shown) if len(shown) < SHOWN else found.count()


def with_stars(pages: Iterable[ProducerPage]) -> list[ProducerPage]:
    """Return producers with today's best star of each.

    The stars are read from the listing's index: a producer may have hundreds of certificates.
    """
    goods = listing_index(reading_language())
    found = list(pages)
    for page in found:
        page.best_stars = goods.best_stars(page.partner_id)
    return found


def producer_card(page: Page, *, portrait: Picture | None = None, stars: int | None = None) -> ProducerCard:
    """Return the card of a producer's page.

    Args:
        page: the page; one from `with_stars` brings its portrait and best star with it.
        portrait: its picture, with renditions at hand.
        stars: the best star of its goods today.
    """
    picture = portrait or getattr(page, "portrait", None)
    return {
        "title": page.title,
        "url": page.url or "",
        "line": getattr(page, "summary", ""),
        "stars": stars or getattr(page, "best_stars", None),
        "picture": ready(picture, THUMB) if picture else None,
    }
