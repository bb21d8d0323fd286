"""The races' settings for a shop behind gunicorn whose Stripe takes every connection and never answers."""

import os

from tests.concurrency.order_settings import *  # noqa: F403

STRIPE_SECRET_KEY = "sk_test_silent"
STRIPE_API_BASE = os.environ.get("SILENT_STRIPE", "http://127.0.0.1:9")
PROVIDER_WAIT_S = 3.0  # the test is sooner over than with seven
PAYMENT_PROVIDERS = ["shop.payment.providers.stripe.provider.StripeCard"]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
