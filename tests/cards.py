"""Orders in tests that are paid at the pretended Stripe."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from shop.order.models import Order
from shop.payment.models import Payment, Receipt
from shop.payment.providers import provider
from tests.factories import make_product
from tests.shop import make_market, make_order, make_purchase
from tests.stripe import things

S = Payment.State
SESSION, INTENT = "checkout.session", "payment_intent"


@pytest.fixture(autouse=True)
def market(settings: Settings) -> None:
    make_market()
    settings.BASE_URL = "https://cho.example"


def waiting(**more: Any) -> Order:
    """Return an order by card whose payment page is not open yet."""
    return make_order(make_product(price=250_000, stock=5), purchase=make_purchase(method="card", **more))


def begun() -> tuple[Order, Payment]:
    order = waiting()
    payment = order.payments.get()
    assert begin(payment) == things(SESSION)[0]["url"]
    return order, payment


def begin(payment: Payment) -> str:
    card = provider("card")
    assert card is not None
    return card.begin(Payment.objects.select_related("order").get(pk=payment.pk))


def come_back(client: Client, order: Order) -> None:
    response = client.get(reverse("order:paid", args=[order.token]))
    assert (response.status_code, response["Location"]) == (302, order.get_absolute_url())


def state(order: Order) -> tuple[str, list[str]]:
    order.refresh_from_db()
    return order.status, list(order.payments.order_by("pk").values_list("state", flat=True))


def receipts() -> list[tuple[str, str, Decimal]]:
    return list(Receipt.objects.values_list("source", "reference", "amount"))


def booked(order: Order) -> bool:
    """Say whether the order is placed and its money booked exactly once."""
    intent = things(INTENT)[0]["id"]
    return state(order) == ("Placed", ["paid"]) and receipts() == [("card", intent, order.total_incl_tax)]
