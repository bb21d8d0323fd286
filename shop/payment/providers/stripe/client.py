"""The one place that builds a Stripe client."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import requests
import stripe
from django.conf import settings
from django.utils.module_loading import import_string

from shop.payment.providers.stripe.bounded import BoundedClient
from shop.payment.time_limit import remaining

TIMEOUT_S = (3, 6)  # to connect to one address, between two bytes; bounded.py limits the whole
RETRIES = 2  # of each call, with its idempotency key; the library's own default is none

stripe.enable_telemetry = False  # it would write a file into the home of whoever runs the shop


def client() -> stripe.StripeClient:
    """Return the client for the account that the settings name; one per process and key."""
    return _build(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, settings.STRIPE_HTTP_CLIENT)


class OverHttps(stripe.RequestsClient):
    """The way to the real Stripe. A call whose time is up tries no more."""

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[Any, int, Mapping[str, str]]:
        """Try once."""
        if not remaining():
            raise stripe.APIConnectionError("Its time is up", should_retry=False)
        return super().request(method, url, headers, post_data)


def over_https() -> stripe.HTTPClient:
    """Return what carries requests to the real Stripe; its calls share connections across their threads."""
    return OverHttps(timeout=TIMEOUT_S, session=requests.Session())


@cache
def _build(key: str, base: str, transport: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        http_client=BoundedClient(import_string(transport)()),
        max_network_retries=RETRIES,
        base_addresses={"api": base},
    )
