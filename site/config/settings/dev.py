"""A developer's or newcomer's machine: everything local, mail to the console."""

from config import environment, headers
from config.settings.base import *
from config.settings.base import BASE_URL, MEDIA_ORIGIN, STRIPE_SECRET_KEY, VAR_DIR, env

DEBUG = env.bool("DEBUG", True)
DEMO_ALLOWED = True
SECRET_KEY = env.str("SECRET_KEY", "for development only, never in production")
ALLOWED_HOSTS = environment.listed(env.str("ALLOWED_HOSTS", "*"))
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
PUBLIC_CACHE_S = PUBLIC_CACHE_STALE_S = 0  # one sees what one edits

# Cards can be tried without an account: the pretended Stripe of docs/payments.md, while no real key is set.
STRIPE_DOUBLE = env.bool("STRIPE_DOUBLE", not STRIPE_SECRET_KEY)
if STRIPE_DOUBLE:
    STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET = "sk_test_double", "whsec_double"
    STRIPE_HTTP_CLIENT = "demo.stripe_double.http_client.in_process"
    STRIPE_API_BASE = "http://stripe-double.invalid"  # what the log calls it; nothing is sent there
    CONTENT_SECURITY_POLICY = {"DIRECTIVES": headers.shop_policy(MEDIA_ORIGIN, BASE_URL)}
# runserver answers each visitor's connection in a thread of its own: a connection to the database that is kept
# for the next request stays behind, open and unused, when that thread ends.
DATABASES["default"]["CONN_MAX_AGE"] = 0
VAR_DIR.mkdir(parents=True, exist_ok=True)
