"""Uploads in an S3-compatible store; apart from `config.storage`, because boto3 takes its time to load."""

from storages.backends.s3 import S3Storage

from config.storage import TidyPictures


class BucketFiles(TidyPictures, S3Storage):
    """A bucket."""
