"""Production, but quick: tables made straight from the models, static files named and not compressed."""

from config.settings.production import *  # noqa: F403
from config.settings.production import STORAGES
from tests.concurrency.settings import MIGRATION_MODULES  # noqa: F401 - a setting

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
