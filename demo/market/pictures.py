"""The demo's drawings as pictures, and the sizes in which pages show them."""

from functools import cache

from django.core.files.images import ImageFile
from django.db import transaction
from wagtail.models import Collection

from catalogue.models import Picture, PictureRendition
from catalogue.pictures import CARD, GALLERY, HERO, THUMB, WIDE, specs
from catalogue.presentation.album import SHARE_SPEC
from demo.market import data

COLLECTION = "Tranh minh hoạ"
CREDIT = "Chợ Bắc Ninh"
SIZES_BY_KIND = {  # where each kind of drawing is shown
    "product": (CARD, THUMB, GALLERY),
    "emblem": (THUMB,),
    "banner": (WIDE, HERO, THUMB),
    "scene": (WIDE, HERO, THUMB),
}


@transaction.atomic
def load() -> int:
    """Store the drawings that are not there yet and return how many that were."""
    collection = _collection()
    known = set(Picture.objects.filter(is_illustration=True).values_list("title", flat=True))
    missing = [row for row in data.read("pictures/catalogue") if row["title"] not in known]
    for row in missing:
        with (data.FOLDER / "pictures" / f"{row['slug']}.webp").open("rb") as file:
            Picture.objects.create(
                title=row["title"],
                description=row["title"],
                description_en=row["title_en"],
                credit=CREDIT,
                is_illustration=True,
                collection=collection,
                width=row["width"],
                height=row["height"],
                file=ImageFile(file, name=f"{row['slug']}.webp"),
            )
    picture.cache_clear()
    return len(missing)


@cache
def picture(slug: str) -> Picture:
    """Return the picture of one drawing."""
    title = next(row["title"] for row in data.read("pictures/catalogue") if row["slug"] == slug)
    return Picture.objects.get(title=title, is_illustration=True)


def render() -> int:
    """Make the renditions that pages will ask for, so that the first visitor does not wait for them."""
    before = PictureRendition.objects.count()
    kinds = {row["title"]: row["kind"] for row in data.read("pictures/catalogue")}
    for found in Picture.objects.filter(title__in=kinds, is_illustration=True):
        found.get_renditions(*specs(*SIZES_BY_KIND[kinds[found.title]]), SHARE_SPEC)  # coded by three threads
    return PictureRendition.objects.count() - before


def _collection() -> Collection:
    root = Collection.get_first_root_node()
    return root.get_children().filter(name=COLLECTION).first() or root.add_child(name=COLLECTION)
