"""Pictures to swipe through (components/gallery.html)."""

from collections.abc import Iterable
from typing import TypedDict

from catalogue.models import Picture
from catalogue.pictures import GALLERY, THUMB, ReadyPicture, ready


class GalleryItem(TypedDict):
    """One picture, large and small."""

    large: ReadyPicture
    small: ReadyPicture
    alt: str
    credit: str
    is_illustration: bool


def gallery(pictures: Iterable[Picture]) -> list[GalleryItem]:
    """Return the pictures that can be read, in order; their renditions should be at hand."""
    items: list[GalleryItem] = []
    for picture in pictures:
        large, small = ready(picture, GALLERY), ready(picture, THUMB)
        if large and small:
            items.append(
                {
                    "large": large,
                    "small": small,
                    "alt": picture.default_alt_text,
                    "credit": picture.credit,
                    "is_illustration": picture.is_illustration,
                }
            )
    return items
