"""The races' settings with a mail queue whose server is a folder, and no cache between processes."""

import os

from tests.concurrency.settings import *  # noqa: F403

EMAIL_BACKEND = "post_office.EmailBackend"
EMAIL_FILE_PATH = os.environ["RACE_FOLDER"]
POST_OFFICE = {"BACKENDS": {"default": "django.core.mail.backends.filebased.EmailBackend"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
