"""The sizes in which pictures are shown: one list for templates, listing rows and demo data.

Every size comes as WebP, which every browser of the last five years reads.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError

if TYPE_CHECKING:
    from catalogue.models import Picture, PictureRendition

logger = logging.getLogger(__name__)

# Measured on the demo's drawings: AVIF at the same look saves nothing (37 against 35 KB at 640 px) and
# costs ten times the time to encode, which an editor waits for after every upload.
FORMATS = {"webp": "format-webp|webpquality-72"}


class Source(TypedDict):
    """One `<source>` of a `<picture>`."""

    type: str
    srcset: str


class ReadyPicture(TypedDict):
    """What a template needs to write a `<picture>`, and nothing to ask the database for.

    `is_tall` says that it is higher than 3/4 of its width: too high for a wide, low frame.
    """

    src: str
    width: int
    height: int
    alt: str
    sources: list[Source]
    is_tall: bool


@dataclass(frozen=True)
class Size:
    """A place on a page: the cut, and its widths in pixels, for screens with more and fewer device pixels.

    `cut` is Wagtail's filter with `{w}` for the width and `{h}` for the height of `ratio`.
    """

    cut: str
    widths: tuple[int, ...]
    ratio: float = 1

    def specs(self) -> list[str]:
        """Return the filter specs of all renditions, small first."""
        return [self.spec(kind, width) for kind in FORMATS for width in self.widths]

    def spec(self, kind: str, width: int) -> str:
        """Return the filter spec of one rendition."""
        return f"{self.cut.format(w=width, h=round(width / self.ratio))}|{FORMATS[kind]}"


CARD = Size("fill-{w}x{h}", (320, 640))
THUMB = Size("fill-{w}x{h}", (120, 240))
GALLERY = Size("max-{w}x{h}", (640, 1200))
WIDE = Size("fill-{w}x{h}", (320, 480, 960), ratio=16 / 9)  # 320: four of them in a phone's first view
HERO = Size("width-{w}", (640, 1280))


def specs(*sizes: Size) -> list[str]:
    """Return the filter specs of `sizes`, for `prefetch_renditions(*specs(CARD))`."""
    return [spec for size in sizes for spec in size.specs()]


def ready(picture: "Picture", size: Size, *, alt: str | None = None) -> ReadyPicture | None:
    """Return `picture` cut to `size`; missing renditions are made, prefetched ones cost no query.

    Args:
        picture: the picture.
        size: one of this module's sizes.
        alt: text for readers who cannot see it; by default the picture's description.

    Returns:
        None when the file cannot be read: a page without a picture beats no page.
    """
    try:
        made = picture.get_renditions(*size.specs())
    except (SourceImageIOError, InvalidFilterSpecError, OSError):
        logger.warning("Picture %s cannot be shown", picture.pk, exc_info=True)
        return None
    shown = made[size.spec("webp", size.widths[0])]
    return {
        "src": shown.url,
        "width": shown.width,
        "height": shown.height,
        "alt": picture.default_alt_text if alt is None else alt,
        "sources": [
            {
                "type": f"image/{kind}",
                "srcset": srcset(made[size.spec(kind, width)] for width in size.widths),
            }
            for kind in FORMATS
        ],
        "is_tall": shown.height * 4 > shown.width * 3,
    }


def srcset(renditions: Iterable["PictureRendition"]) -> str:
    """Return `url 320w, url 640w`; a small original gives one entry, never two of one width."""
    by_width = {rendition.width: rendition.url for rendition in renditions}
    return ", ".join(f"{url} {width}w" for width, url in by_width.items())
