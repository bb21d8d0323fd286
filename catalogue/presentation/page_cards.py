"""Pages as pictures with a caption: villages, specialties, stories (components/village_card.html)."""

from typing import Any, TypedDict

from catalogue.models import Picture
from catalogue.pictures import WIDE, ReadyPicture, Size, ready
from catalogue.showing.head import title_language


class StoryCard(TypedDict):
    """A page as components/village_card.html shows it."""

    title: str
    url: str
    lang: str
    line: str
    picture: ReadyPicture | None


def story_card(page: Any, *, picture: Picture | None, line: str, size: Size = WIDE) -> StoryCard:
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
