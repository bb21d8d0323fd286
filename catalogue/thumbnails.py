"""How Oscar's dashboard shows the pictures it keeps itself, of categories and products (`OSCAR_THUMBNAILER`).

The shop's own pictures are Wagtail's and are cut by `catalogue.pictures`. Oscar's are seen by staff
alone, in the dashboard: nothing is cut for them.
"""

from typing import Any

from django.db.models.fields.files import FieldFile
from oscar.core.thumbnails import AbstractThumbnailer


class AsUploaded(AbstractThumbnailer):
    """Shows a picture as it was uploaded."""

    def generate_thumbnail(self, source: FieldFile, **_opts: Any) -> FieldFile:
        """Return the stored file itself."""
        return source

    def delete_thumbnails(self, source: FieldFile) -> None:
        """Delete the stored file, if there is one: what it belonged to is gone."""
        source.delete(save=False)
