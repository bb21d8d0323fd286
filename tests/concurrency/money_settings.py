"""The order races' settings with ways to pay: the pretended Stripe, watched, and one that tests speak for."""

import os
from pathlib import Path

from tests.concurrency.order_settings import *  # noqa: F403
from tests.concurrency.order_settings import TIMER_JOBS as ALL_JOBS

# What the timer does for orders and money; the rest of it is quiet here.
OWN = ("shop.order.", "shop.fulfilment.", "shop.payment.", "shop.ledger.")
BASE_URL = "https://cho.example"
STRIPE_SECRET_KEY = "sk_test_double"
STRIPE_WEBHOOK_SECRET = "whsec_double"
STRIPE_HTTP_CLIENT = "tests.concurrency.steps.transport"
STRIPE_DOUBLE_FILE = Path(os.environ["RACE_FOLDER"]) / "stripe.sqlite3"
PAYMENT_PROVIDERS = [
    "shop.payment.providers.cash_on_delivery.CashOnDelivery",
    "tests.prepaid.Prepaid",
    "shop.payment.providers.stripe.provider.StripeCard",
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
TIMER_JOBS = [job for job in ALL_JOBS if job[0].startswith(OWN)]
