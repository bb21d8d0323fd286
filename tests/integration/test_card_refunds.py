"""Money goes back to cards: by the shop, at Stripe's dashboard, by a dispute."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from demo.stripe_double import acts, notifications
from shop.core.actors import SYSTEM
from shop.order.models import Order
from shop.payment.models import Payment, Refund
from shop.payment.refunds import refunding
from tests.cards import INTENT, SESSION, begun, booked, market
from tests.stripe import deliver, double, plan, things

__all__ = ["double", "market"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("double")]


def refunded(payment: Payment, amount: int, callbacks: Any, key: str = "tra-1") -> Refund:
    with callbacks(execute=True):
        made = refunding.request(payment=payment, amount=Decimal(amount), key=key, by=SYSTEM)
    made.refresh_from_db()
    return made


@pytest.fixture
def paid(client: Client) -> tuple[Order, Payment]:
    order, payment = begun()
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    deliver(client)
    return order, payment


def test_refund_goes_to_the_card(paid: Any, django_capture_on_commit_callbacks: Any) -> None:
    made = refunded(paid[1], 100_000, django_capture_on_commit_callbacks)
    [row] = things("refund")
    assert (made.state, made.way, made.reference) == ("done", "card", row["id"])
    assert (row["amount"], row["metadata"]) == (100_000, {"refund": "tra-1"})
    assert refunding.send(made.pk).state == "done"
    assert len(things("refund")) == 1


def test_refund_whose_answer_is_lost_happens_once(paid: Any, django_capture_on_commit_callbacks: Any) -> None:
    plan("lose", "drop", "drop", call="POST /v1/refunds")
    made = refunded(paid[1], 100_000, django_capture_on_commit_callbacks)
    assert (made.state, made.attempts) == ("requested", 1)
    with time_machine.travel(timezone.now() + timedelta(days=2)):  # Stripe has forgotten the key by then
        assert refunding.send(made.pk).state == "done"
    assert len(things("refund")) == 1


def test_refund_that_stripe_refuses_fails(paid: Any, django_capture_on_commit_callbacks: Any) -> None:
    acts.refund(things(INTENT)[0]["id"])  # in the dashboard, a second ago
    made = refunded(paid[1], 100_000, django_capture_on_commit_callbacks)
    assert (made.state, made.error) == ("failed", "Charge has already been refunded.")


def test_dashboard_refund_is_noted_and_limits_the_rest(client: Client, paid: Any) -> None:
    order, payment = paid
    acts.refund(things(INTENT)[0]["id"], 100_000)
    assert deliver(client) == [200]
    assert list(Refund.objects.values_list("amount", "external", "state")) == [(100_000, True, "done")]
    with pytest.raises(refunding.TooMuch):
        refunding.request(payment=payment, amount=order.total_incl_tax, key="tra-2", by=SYSTEM)


def test_dashboard_refund_before_the_money_is_booked(client: Client) -> None:
    order, _payment = begun()
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    acts.refund(things(INTENT)[0]["id"], 100_000)
    assert deliver(client, notifications.undelivered()[-1:]) == [200]
    assert booked(order)
    assert Refund.objects.get().amount == 100_000


def test_refund_that_comes_back_is_ours_again(
    client: Client, paid: Any, django_capture_on_commit_callbacks: Any
) -> None:
    made = refunded(paid[1], 100_000, django_capture_on_commit_callbacks)
    acts.fail_refund(made.reference)
    deliver(client)
    made.refresh_from_db()
    assert made.state == "failed"


@pytest.mark.parametrize(("won", "end"), [(True, "failed"), (False, "done")])
def test_dispute_is_noted_and_decided(client: Client, paid: Any, won: bool, end: str) -> None:
    _order, payment = paid
    made = acts.dispute(things(INTENT)[0]["id"])
    assert deliver(client) == [200, 200]
    payment.refresh_from_db()
    assert made["id"] in payment.doubt_words
    assert list(Refund.objects.values_list("reference", "state")) == [(made["id"], "done")]
    acts.decide_dispute(made["id"], won=won)
    deliver(client)
    assert list(Refund.objects.values_list("reference", "state")) == [(made["id"], end)]
