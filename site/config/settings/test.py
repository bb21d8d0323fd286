"""The test suite: quick hashes, mail in memory, no debug, a database file that several processes may open."""

from config.settings.base import *
from config.settings.base import VAR_DIR

SECRET_KEY = "for tests only"  # noqa: S105 - it guards nothing
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
POST_OFFICE["BACKENDS"] = {"default": "django.core.mail.backends.locmem.EmailBackend"}
MEDIA_ROOT = VAR_DIR / "test-media"
STORAGES = {
    "default": {"BACKEND": "config.storage.LocalFiles"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The admin's own search: nothing here looks for what it has just made, and each page would be indexed.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": False}}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
SCARCE_STOCK = 0  # most goods of tests are few; those about scarce goods say so
STAFF_SESSION_H = 0  # tests travel through days with one log-in; those about sessions say so
PUBLIC_CACHE_STALE_S = 0  # a browser journey sees what was just published
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
DATABASES["default"]["CONN_MAX_AGE"] = 0
LOGGING["root"]["level"] = "ERROR"
VAR_DIR.mkdir(parents=True, exist_ok=True)
