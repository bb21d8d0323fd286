"""The pretended Stripe in tests: on a file of the test's own, without waiting between tries."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe
from django.test import Client
from django.urls import reverse

from demo.stripe_double import http_client, notifications
from demo.stripe_double.storage import open_storage
from shop.payment.providers.stripe import client as stripe_client


class Impatient(http_client.InProcess):
    """Tries again at once."""

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0


def transport() -> http_client.InProcess:
    """STRIPE_HTTP_CLIENT of the tests."""
    return Impatient()


@pytest.fixture
def double(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Cards go to an empty double, by a client that no call of another test waits in."""
    settings.STRIPE_SECRET_KEY = http_client.KEY
    settings.STRIPE_WEBHOOK_SECRET = http_client.WEBHOOK_SECRET
    settings.STRIPE_HTTP_CLIENT = "tests.stripe.transport"
    settings.STRIPE_DOUBLE_FILE = tmp_path / "stripe.sqlite3"
    stripe_client._build.cache_clear()
    yield
    stripe_client._build.cache_clear()


def plan(*faults: str, call: str = "") -> None:
    """Let the next calls go wrong: see http_client.FAULTS."""
    with open_storage() as storage:
        for fault in faults:
            storage.plan_fault(call, fault)


def things(kind: str) -> list[dict[str, Any]]:
    """Return what the double holds of a kind, newest first."""
    with open_storage() as storage:
        return storage.all(kind)


def change(thing: dict[str, Any], **fields: Any) -> None:
    """Make the double lie."""
    with open_storage() as storage:
        storage.save(thing | fields)


def post(client: Client, body: str, signature: str) -> int:
    """Post a notification; return the shop's status."""
    response = client.post(
        reverse("payment:stripe-webhook"),
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signature},
    )
    return response.status_code


def signature(body: str) -> str:
    """Sign a notification as Stripe does."""
    return stripe.WebhookSignature.generate_signature_header(body, http_client.WEBHOOK_SECRET)


def deliver(client: Client, found: Iterable[notifications.Notification] | None = None) -> list[int]:
    """Deliver notifications: all that wait, or those given, in their order; return the statuses."""
    statuses = []
    for notification in notifications.undelivered() if found is None else found:
        statuses.append(post(client, notification.body, notification.signature))
        notifications.mark_delivered(notification)
    return statuses
