"""Where uploads are kept: no picture with place or camera, whatever door it came by."""

from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from catalogue.uploads import without_metadata


class TidyPictures:
    """Stores pictures without what their camera wrote beside the pixels; all else as it comes."""

    def _save(self, name: str, content: IO[bytes]) -> Any:
        clean = without_metadata(content)
        kept = content if clean is None else ContentFile(clean)
        return super()._save(name, kept)  # type: ignore[misc]  # Storage's, of which this is half


class LocalFiles(TidyPictures, FileSystemStorage):
    """The local disk, under MEDIA_ROOT."""
