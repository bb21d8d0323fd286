"""Pictures that were stored before uploads were freed of place and camera: freed one by one, later."""

import logging
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import models, transaction
from PIL import Image
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import UploadedFile
from wagtail.utils.file import hash_filelike

from catalogue.private_files import is_shown
from catalogue.uploads import without_metadata

logger = logging.getLogger(__name__)
Stored = tuple[models.Model, models.FileField]


def stored_pictures() -> Iterator[Stored]:
    """Yield every row with a picture of its own, and the field that names its file."""
    for model in apps.get_models():
        if model._meta.proxy:
            continue
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.ImageField) or field is UploadedFile._meta.get_field("file"):
                rows: models.QuerySet[models.Model] = (
                    models.QuerySet(model).exclude(**{field.name: ""}).exclude(**{field.name: None})
                )
                yield from ((row, field) for row in rows.order_by("pk").iterator(100))


def clean(row: models.Model, field: models.FileField) -> bool:
    """Store the picture of `row` anew if it tells place or camera; a cut one is dropped, and made when asked for.

    The file gets a new name, because browsers and caches keep the old one; the old file is deleted.

    Returns:
        Whether there was anything to take out.
    """
    old = getattr(row, field.name)
    name, storage = str(old.name), old.storage
    try:
        with storage.open(name) as file:
            data = without_metadata(file)
    except OSError:
        logger.warning("%s %s: its file cannot be read: %s", row._meta.label, row.pk, name)
        return False
    if isinstance(row, AbstractRendition):
        return _drop(row, tells=data is not None)
    if data is None:
        return False
    _store(row, field, data)
    transaction.on_commit(lambda: storage.delete(name))
    return True


def _drop(cut: AbstractRendition, *, tells: bool) -> bool:
    """Drop what tells place or camera, and, of pictures that nothing shows, what lies under a name to guess."""
    if not tells and (cut.file.name.count("/") > 1 or is_shown(cut.image)):
        return False
    cut.delete()
    return True


def _store(row: models.Model, field: models.FileField, data: bytes) -> None:
    before = _sides(row)
    getattr(row, field.name).save(Path(getattr(row, field.name).name).name, ContentFile(data), save=False)
    changed = [field.name]
    if isinstance(row, AbstractImage):
        row.file_size, row.file_hash = len(data), hash_filelike(BytesIO(data))
        with Image.open(BytesIO(data)) as picture:
            row.width, row.height = picture.size
        changed += ["width", "height", "file_size", "file_hash"]
        if _sides(row) != before:
            row.set_focal_point(None)  # it was a place on the picture that lay on its side
            changed += [f"focal_point_{part}" for part in ("x", "y", "width", "height")]
    row.save(update_fields=changed)


def _sides(row: models.Model) -> tuple[int, int] | None:
    return (row.width, row.height) if isinstance(row, AbstractImage) else None
