"""The pretended Stripe in tests: on a file of the test's own, without waiting between tries."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import stripe
from django.test import Client
from django.urls import reverse

from shop.payment.double import knocks, wire
from shop.payment.double.store import books


class Impatient(wire.InProcess):
    """Tries again at once."""

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0


def transport() -> wire.InProcess:
    """STRIPE_HTTP_CLIENT of the tests."""
    return Impatient()


@pytest.fixture
def double(settings: Any, tmp_path: Path) -> None:
    """Cards go to an empty double."""
    settings.STRIPE_SECRET_KEY = wire.KEY
    settings.STRIPE_WEBHOOK_SECRET = wire.WEBHOOK_SECRET
    settings.STRIPE_HTTP_CLIENT = "tests.stripe.transport"
    settings.STRIPE_DOUBLE_FILE = tmp_path / "stripe.sqlite3"


def plan(*faults: str, call: str = "") -> None:
    """Let the next calls go wrong: see wire.FAULTS."""
    with books() as memory:
        for fault in faults:
            memory.plan(call, fault)


def things(kind: str) -> list[dict[str, Any]]:
    """Return what the double holds of a kind, newest first."""
    with books() as memory:
        return memory.all(kind)


def change(thing: dict[str, Any], **fields: Any) -> None:
    """Make the double lie."""
    with books() as memory:
        memory.save(thing | fields)


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
    return stripe.WebhookSignature.generate_signature_header(body, wire.WEBHOOK_SECRET)


def deliver(client: Client, found: Iterable[knocks.Knock] | None = None) -> list[int]:
    """Deliver notifications: all that wait, or those given, in their order; return the statuses."""
    statuses = []
    for knock in knocks.waiting() if found is None else found:
        statuses.append(post(client, knock.body, knock.signature))
        knocks.taken(knock)
    return statuses
