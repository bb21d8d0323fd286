"""What the machine lends the shop: collected static files, a place for uploads, room on the disk."""

import os
import shutil
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage, default_storage

OK = "ok"
ROOM_NEEDED_BYTES = 100 * 1024**2  # a day's mail and pictures; below it SQLite may not end a transaction


def static_state() -> str:
    """Say whether `collectstatic` has run: without its list of names no page can be made."""
    if not isinstance(staticfiles_storage, ManifestStaticFilesStorage):
        return OK  # a developer's: taken from where they are written
    return OK if staticfiles_storage.exists(staticfiles_storage.manifest_name) else "missing"


def media_state() -> str:
    """Say whether uploads can be written to the disk; a bucket is not asked."""
    if not isinstance(default_storage, FileSystemStorage):
        return OK
    place = _nearest(Path(default_storage.location))
    return OK if place.is_dir() and os.access(place, os.W_OK | os.X_OK) else "unwritable"


def disk_state() -> str:
    """Say whether VAR_DIR has room: database (SQLite), uploads and static files lie there."""
    try:
        return OK if shutil.disk_usage(_nearest(settings.VAR_DIR)).free >= ROOM_NEEDED_BYTES else "full"
    except OSError:
        return "unreadable"


def require_static() -> None:
    """Refuse to serve pages whose stylesheets cannot be named.

    Raises:
        ImproperlyConfigured: `collectstatic` has not run.
    """
    if static_state() != OK:
        raise ImproperlyConfigured(
            f"No collected static files under {settings.STATIC_ROOT}: every page would be an error. "
            "Run tools/release with the same VAR_DIR."
        )


def _nearest(path: Path) -> Path:
    """Return the path, or the nearest folder above it that is there."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path
