"""The pictures of one page: collected first, their renditions then fetched in one query."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from wagtail.blocks import Block, ListBlock, StreamBlock, StreamValue, StructBlock
from wagtail.images.blocks import ImageChooserBlock

from catalogue.models import Picture, PictureRendition
from catalogue.pictures import Size, specs

SHARE_SPEC = "fill-1200x630|format-jpeg|jpegquality-80"  # Facebook and Zalo read neither AVIF nor WebP


def load(pictures: Iterable[Picture | None], *sizes: Size) -> None:
    """Fetch the renditions of `pictures` in `sizes`, and their share cuts, in one query."""
    renditions = PictureRendition.objects.filter(filter_spec__in=[*specs(*sizes), SHARE_SPEC])
    fetch = Prefetch("renditions", queryset=renditions, to_attr="prefetched_renditions")
    prefetch_related_objects([picture for picture in pictures if picture], fetch)


def body_pictures(body: StreamValue | list[StreamValue.StreamChild]) -> list[Picture]:
    """Return the pictures that stand in the blocks of a StreamField's value, at any depth."""
    return [picture for child in body for picture in _pictures_in(child.block, child.value)]


def _pictures_in(block: Block, value: Any) -> Iterator[Picture]:
    if isinstance(block, ImageChooserBlock):
        yield from [value] if value else []
    for child, inner in _children(block, value):
        yield from _pictures_in(child, inner)


def _children(block: Block, value: Any) -> list[tuple[Block, Any]]:
    if isinstance(block, StructBlock):
        return [(child, value.get(name)) for name, child in block.child_blocks.items()]
    if isinstance(block, ListBlock):
        return [(block.child_block, item) for item in value]
    if isinstance(block, StreamBlock):
        return [(child.block, child.value) for child in value]
    return []
