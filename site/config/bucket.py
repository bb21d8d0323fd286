"""Uploads in an S3-compatible store; apart from `config.storage`, because boto3 takes its time to load."""

from typing import Any

from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

from catalogue.uploads import PUBLIC_FOLDER
from config.storage import TidyPictures


class BucketFiles(TidyPictures, S3Storage):
    """A bucket, of which browsers fetch only what is cut of pictures; the rest comes through the shop."""

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """Return the bucket's own address of a public file, ours of a private one."""
        if name.startswith(PUBLIC_FOLDER):
            return self.bucket_url(name, *args, **kwargs)
        return settings.MEDIA_URL + (filepath_to_uri(name) or "").lstrip("/")

    def bucket_url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """Return the bucket's own address of a file, whether it lets strangers read it or not."""
        return str(super().url(name, *args, **kwargs))
