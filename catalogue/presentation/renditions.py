"""Pictures are cut when a page is published: no visitor waits for them, and no GET writes a row."""

import logging
from collections.abc import Iterator

from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError

from catalogue.models import MarketPage, Picture, ProducerPage
from catalogue.pictures import GALLERY, HERO, THUMB, WIDE, Size, specs
from catalogue.presentation import album

logger = logging.getLogger(__name__)

FIELDS: dict[str, tuple[Size, ...]] = {  # where each picture of a page is shown
    "hero": (HERO, WIDE),
    "hero_picture": (HERO,),
    "picture": (HERO, WIDE, THUMB),
    "portrait": (HERO, THUMB),
    "share_picture": (),
}
PHOTOS, LEAD, BODY = (GALLERY, THUMB), (HERO, GALLERY, THUMB), (GALLERY, HERO)


def make_renditions(page: MarketPage) -> None:
    """Make every rendition that showing `page` needs; what cannot be read is passed over."""
    for picture, sizes in _shown_pictures(page):
        try:
            picture.get_renditions(*specs(*sizes), album.SHARE_SPEC)
        except (SourceImageIOError, InvalidFilterSpecError, OSError):
            logger.warning("Picture %s cannot be cut", picture.pk, exc_info=True)


def _shown_pictures(page: MarketPage) -> Iterator[tuple[Picture, tuple[Size, ...]]]:
    for name, sizes in FIELDS.items():
        if picture := getattr(page, name, None):
            yield picture, sizes
    if hasattr(page, "photos"):
        first = LEAD if isinstance(page, ProducerPage) else PHOTOS  # a maker's page opens with it
        for number, photo in enumerate(page.photos.select_related("picture")):
            yield photo.picture, PHOTOS if number else first
    yield from ((picture, BODY) for picture in album.body_pictures(getattr(page, "body", [])))
