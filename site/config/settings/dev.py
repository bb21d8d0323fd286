"""A developer's or newcomer's machine: everything local, mail to the console."""

from config import headers
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_URL, MEDIA_ORIGIN, STRIPE_SECRET_KEY, VAR_DIR, env

DEBUG = env.bool("DEBUG", True)
SECRET_KEY = env.str("SECRET_KEY", "for development only, never in production")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["*"])
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
PUBLIC_CACHE_S = PUBLIC_CACHE_STALE_S = 0  # one sees what one edits

# Cards can be tried without an account: the pretended Stripe of docs/payments.md, while no real key is set.
STRIPE_DOUBLE = env.bool("STRIPE_DOUBLE", DEBUG and not STRIPE_SECRET_KEY)
if STRIPE_DOUBLE:
    STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET = "sk_test_double", "whsec_double"
    STRIPE_HTTP_CLIENT = "shop.payment.double.wire.in_process"
    STRIPE_API_BASE = "http://stripe-double.invalid"  # what the log calls it; nothing is sent there
    CONTENT_SECURITY_POLICY = {"DIRECTIVES": headers.shop_policy(MEDIA_ORIGIN, BASE_URL)}
VAR_DIR.mkdir(parents=True, exist_ok=True)
