"""Where static and uploaded files live: whitenoise, the local disk, or an S3-compatible store."""

from typing import Any
from urllib.parse import urlsplit

from environs import Env

STATIC = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}


def s3_options(env: Env) -> dict[str, Any]:
    """Read the S3_… variables into what django-storages takes.

    Files are public pictures under names that never return, so their addresses carry no signature
    and browsers may keep them for a year.
    """
    options: dict[str, Any] = {
        "bucket_name": env.str("S3_BUCKET"),
        "endpoint_url": env.str("S3_ENDPOINT_URL", None),
        "region_name": env.str("S3_REGION", None),
        "access_key": env.str("S3_ACCESS_KEY_ID", None),
        "secret_key": env.str("S3_SECRET_ACCESS_KEY", None),
        "querystring_auth": False,
        "file_overwrite": False,
        "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
    }
    public = env.str("S3_PUBLIC_URL", "")
    if public:
        parts = urlsplit(public)
        options["custom_domain"] = parts.netloc + parts.path.rstrip("/")
        options["url_protocol"] = f"{parts.scheme}:"
    return options


def storages(env: Env) -> dict[str, Any]:
    """Return Django's STORAGES: uploads in S3 when S3_BUCKET is set, else under MEDIA_ROOT."""
    uploads: dict[str, Any] = {"BACKEND": "config.storage.LocalFiles"}
    if env.str("S3_BUCKET", ""):
        uploads = {"BACKEND": "config.bucket.BucketFiles", "OPTIONS": s3_options(env)}
    return {"default": uploads, "staticfiles": STATIC}


def media_origin(env: Env) -> str:
    """Return the foreign origin that pictures come from ("" when it is our own), for the CSP."""
    address = env.str("S3_PUBLIC_URL", "") or (
        env.str("S3_ENDPOINT_URL", "") if env.str("S3_BUCKET", "") else ""
    )
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
