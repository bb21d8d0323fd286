"""Producers as cards (components/producer_card.html)."""

from typing import Any, TypedDict

from catalogue.languages import reading_language
from catalogue.models import ProducerPage
from catalogue.pictures import THUMB, ReadyPicture, ready
from catalogue.shelf import shelf


class MakerCard(TypedDict):
    """A producer as components/producer_card.html shows it."""

    title: str
    url: str
    line: str
    stars: int | None
    picture: ReadyPicture | None


def makers(**of: Any) -> list[ProducerPage]:
    """Return live producer pages in the reader's language, with portraits and today's best star.

    The stars are read off the shelf: a producer may have hundreds of certificates.

    Args:
        of: which ones, such as `village=…` (the id of its Vietnamese page).
    """
    language = reading_language()
    pages = ProducerPage.objects.live().filter(locale__language_code=language, **of)
    found = list(pages.select_related("portrait").order_by("title", "pk").distinct())
    goods = shelf(language)
    for page in found:
        page.best_stars = goods.best_stars(page.partner_id)
    return found


def maker_card(page: Any, *, portrait: Any = None, stars: int | None = None) -> MakerCard:
    """Return the card of a producer's page.

    Args:
        page: the page; one from `makers` brings its portrait and best star with it.
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
