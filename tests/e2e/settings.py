"""The browser tests' own shop: a demo market in a database of its own, made without migrations."""

import os
from pathlib import Path

from config.settings.test import *  # noqa: F403


class NoMigrations(dict[str, None]):
    """Says of every app that it has no migrations, so that tables are made from the models."""

    def __contains__(self, app: object) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


MIGRATION_MODULES = NoMigrations()
ROOM = Path(os.environ["E2E_ROOM"])
MEDIA_ROOT = ROOM / "media"
BASE_URL = WAGTAILADMIN_BASE_URL = os.environ["E2E_URL"]
POST_OFFICE["BACKENDS"] = {"default": "django.core.mail.backends.filebased.EmailBackend"}
EMAIL_FILE_PATH = ROOM / "mail"
# Cards are paid at the pretended Stripe.
ROOT_URLCONF = "tests.e2e.urls"
STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET = "sk_test_double", "whsec_double"
STRIPE_HTTP_CLIENT = "tests.stripe.transport"
STRIPE_DOUBLE_FILE = ROOM / "stripe.sqlite3"
# The bank's notifications come from the test itself.
BANK_WEBHOOK_API_KEY = "e2e"

# One buyer orders much here; tests that are about budgets say so.
UNPAID_ORDERS = UNPAID_ORDERS_PER_NETWORK = OPEN_CASH = OPEN_CASH_PER_NETWORK = 0
UNPAID_UNITS_PERCENT = UNPAID_UNITS_PERCENT_PER_NETWORK = CONFIRMED_UNITS_PERCENT = 0
