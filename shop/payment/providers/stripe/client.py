"""The one place that builds a Stripe client."""

from functools import cache

import stripe
from django.conf import settings
from django.utils.module_loading import import_string

TIMEOUT_S = (5, 20)  # to connect, to answer; the library's own default is 80 s
RETRIES = 2  # of each call, with its idempotency key; the library's own default is none

stripe.enable_telemetry = False  # it would write a file into the home of whoever runs the shop


def client() -> stripe.StripeClient:
    """Return the client for the account that the settings name; one per process and key."""
    return _build(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, settings.STRIPE_HTTP_CLIENT)


def over_https() -> stripe.HTTPClient:
    """Return what carries requests to the real Stripe."""
    return stripe.RequestsClient(timeout=TIMEOUT_S)


@cache
def _build(key: str, base: str, transport: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        http_client=import_string(transport)(),
        max_network_retries=RETRIES,
        base_addresses={"api": base},
    )
