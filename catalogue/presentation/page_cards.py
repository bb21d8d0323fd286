"""Pages as pictures with a caption: villages, specialties, stories (components/village_card.html)."""

from typing import TypedDict

from wagtail.models import Page

from catalogue.languages import title_language
from catalogue.models import Picture
from catalogue.pictures import WIDE, ReadyPicture, Size, ready


class PageCard(TypedDict):
    """A page as components/village_card.html shows it."""

    title: str
    url: str
    lang: str
    line: str
    picture: ReadyPicture | None


def page_card(page: Page, *, picture: Picture | None, line: str, size: Size = WIDE) -> PageCard:
    """Return the card of `page`.

    Args:
        page: any page of ours.
        picture: what it shows; its renditions should be at hand.
        line: one short sentence.
        size: the place on the page.
    """
    return {
        "title": page.title,
        "url": page.url or "",
        "lang": title_language(page),
        "line": line,
        "picture": ready(picture, size) if picture else None,
    }
