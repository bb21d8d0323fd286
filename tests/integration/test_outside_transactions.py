"""Providers are reached outside every transaction: what they answered must outlive a process that dies."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM
from shop.fulfilment import parcels
from shop.order.models import Order
from shop.payment import attempts, checks, jobs
from shop.payment.models import Payment, Refund
from shop.payment.providers import provider
from shop.payment.refunds import refunding
from tests.factories import make_product
from tests.prepaid import COD, OTHER_PATH, PATH, Prepaid
from tests.shop import fill_basket, make_market, place, walk_to_review

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, PATH, OTHER_PATH]
    Prepaid.forget()
    make_market()
    yield
    Prepaid.forget()


@pytest.fixture
def order(client: Client) -> Order:
    """Return an order that was placed through the checkout and waits for its money."""
    fill_basket(client, make_product(stock=5))
    place(client, walk_to_review(client, method="prepaid"))
    return Order.objects.get()


def later(**delta: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**delta), tick=False)


def paid(client: Client, order: Order) -> Payment:
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax))
    client.get(reverse("order:paid", args=[order.token]))
    payment.refresh_from_db()
    assert payment.state == "paid"
    return payment


def test_every_call_on_the_way_is_made_outside(
    client: Client, order: Order, django_capture_on_commit_callbacks: Any
) -> None:
    client.post(reverse("order:pay", args=[order.token]), {"method": "prepaid"})
    payment = paid(client, order)
    with django_capture_on_commit_callbacks(execute=True):
        parcels.cancel(parcel_id=order.parcels.get().pk, by=SYSTEM)
    assert Refund.objects.get().state == "done"
    assert payment.refunds.count() == 1
    assert Prepaid.called == ["begin", "fetch_report", "begin", "fetch_report", "refund"]


def change_the_method(client: Client, order: Order) -> None:
    client.post(reverse("order:pay", args=[order.token]), {"method": "other"})


def cancel_order(client: Client, order: Order) -> None:
    client.post(reverse("order:cancel", args=[order.token]), {"reason": "thôi"})


def let_it_expire(_client: Client, _order: Order) -> None:
    with later(minutes=36):
        assert jobs.expire_due() == 1


@pytest.mark.parametrize("act", [change_the_method, cancel_order, let_it_expire])
def test_other_ends_are_reached_outside_too(
    client: Client, order: Order, act: Callable[[Client, Order], None]
) -> None:
    Prepaid.called.clear()
    act(client, order)
    assert "cancel" in Prepaid.called


def test_timer_asks_outside(order: Order) -> None:
    Prepaid.called.clear()
    with later(minutes=3):
        assert jobs.poll_open_payments() == 1
    assert Prepaid.called == ["fetch_report"]


@pytest.mark.parametrize("call", ["begin", "fetch_report", "cancel", "refund"])
def test_control_a_call_inside_is_found(client: Client, order: Order, call: str) -> None:
    payment = paid(client, order)
    method = provider("prepaid")
    about = (
        refunding.request(payment=payment, amount=Decimal(1), key="x", by=SYSTEM)
        if call == "refund"
        else payment
    )
    getattr(method, call)(about)
    with transaction.atomic(), pytest.raises(pytest.fail.Exception, match=f"{call} was called inside"):
        getattr(method, call)(about)


def test_control_the_timers_own_care_hides_nothing(order: Order) -> None:
    with later(minutes=3), transaction.atomic(), pytest.raises(pytest.fail.Exception):
        jobs.poll_open_payments()
    with transaction.atomic(), pytest.raises(pytest.fail.Exception):
        attempts.begin(order)


def test_no_request_is_one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.requests_are_no_transactions(None) == []
    monkeypatch.setitem(django_settings.DATABASES["default"], "ATOMIC_REQUESTS", True)
    assert [error.id for error in checks.requests_are_no_transactions(None)] == ["payment.E005"]
