"""Paid payments are asked about again, a few times and a few at once: no lost notice hides money that went back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from demo.stripe_double import acts
from shop.core.actors import SYSTEM
from shop.order.models import Order
from shop.payment import attempts, balances, rechecking, settling
from shop.payment.models import Payment, Refund
from tests.books import assert_balanced
from tests.factories import make_product
from tests.prepaid import COD, PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase
from tests.stripe import double, things
from tests.transfers import VIETQR, make_account, make_waiting, pay

__all__ = ["double"]
pytestmark = pytest.mark.django_db
CARD = "shop.payment.providers.stripe.provider.StripeCard"


@pytest.fixture(autouse=True)
def market(settings: Settings) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, PATH, CARD, VIETQR]
    settings.BASE_URL = "https://cho.example"
    settings.BANK_WEBHOOK_API_KEY = "khoa-cua-ngan-hang"
    Prepaid.forget()
    make_market()
    yield
    Prepaid.forget()
    assert_balanced()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the tokens of payments that the provider is asked about, outside transactions of ours."""
    tokens: list[str] = []
    ask, depth = Prepaid.fetch_report, len(connection.savepoint_ids)

    def noted(provider: Prepaid, payment: Payment) -> Any:
        assert len(connection.savepoint_ids) == depth
        tokens.append(payment.token)
        return ask(provider, payment)

    monkeypatch.setattr(Prepaid, "fetch_report", noted)
    return tokens


def paid() -> Payment:
    order = make_order(make_product(stock=5), purchase=make_purchase(method="prepaid"))
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax), reference=f"tx-{payment.pk}")
    return settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)


def recheck(days: float) -> int:
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        return rechecking.recheck_paid()


@pytest.mark.usefixtures("double")
def test_refund_in_the_dashboard_whose_notice_is_lost_is_seen() -> None:
    order = make_order(make_product(price=250_000, stock=5), purchase=make_purchase(method="card"))
    attempts.begin(order)
    payment = order.payments.get()
    acts.pay(payment.reference or "", acts.GOOD)
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    acts.refund(things("payment_intent")[0]["id"], 50_000)
    assert recheck(0.9) == 0
    assert not Refund.objects.exists()
    assert recheck(1.1) == 1
    assert list(Refund.objects.values_list("amount", "state", "external")) == [(50_000, "done", True)]
    assert balances.kept(payment) == payment.amount - 50_000


def test_each_day_is_asked_once_and_the_last_ends_it(asked: list[str]) -> None:
    token = paid().token
    asked.clear()
    days = [0.5, 1.1, 1.2, 2, 3.1, 7.1, 7.2, 14.1, 30.1, 60.1, 119, 120.1, 121, 400]
    assert [recheck(day) for day in days] == [0, 1, 0, 0, 1, 1, 0, 1, 1, 1, 0, 1, 0, 0]
    assert asked == [token] * 7


def test_missed_days_are_one_question(asked: list[str]) -> None:
    paid()
    asked.clear()
    assert [recheck(20), recheck(21), recheck(31)] == [1, 0, 1]


def test_provider_that_is_silent_is_asked_at_the_next_turn() -> None:
    payment = paid()
    Prepaid.silent = True
    assert recheck(1.1) == 0
    Prepaid.silent = False
    assert recheck(1.1) == 1
    payment.refresh_from_db()
    assert payment.rechecks == 1


def test_one_turn_asks_a_few(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rechecking, "BATCH", 2)
    tokens = {paid().token for _ in range(3)}
    asked.clear()
    assert [recheck(1.1), recheck(1.1), recheck(1.1)] == [2, 1, 0]
    assert sorted(asked) == sorted(tokens)


def test_what_took_no_money_or_acts_by_itself_only_is_left_alone(asked: list[str]) -> None:
    make_account()
    make_order(make_product(stock=5), purchase=make_purchase(method="prepaid"))
    make_order(make_product(stock=5), purchase=make_purchase(method="cod"))
    pay(make_waiting())
    asked.clear()
    assert recheck(1.1) == 0
    assert asked == []
    assert Order.objects.count() == 3


def test_money_in_review_is_asked_about_too(asked: list[str]) -> None:
    order = make_order(make_product(stock=5), purchase=make_purchase(method="prepaid"))
    payment = order.payments.get()
    Prepaid.receive(payment, 1_000, doubt="?")
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert Payment.objects.get().state == "review"
    asked.clear()
    assert recheck(1.1) == 1
