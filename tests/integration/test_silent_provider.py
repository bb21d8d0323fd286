"""Saying nothing takes a provider its time: the jobs of the timer hear it once in a turn, and wait for no order's sake."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM
from shop.payment import jobs, settling
from shop.payment.models import Payment
from shop.payment.providers.base import PaymentUnavailable
from shop.payment.refunds import refunding
from tests.factories import make_product
from tests.prepaid import OTHER_PATH, PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def payments(settings: Settings, site_root: Any) -> Iterator[list[Payment]]:
    """Two orders wait for money by one way, one by another."""
    settings.PAYMENT_PROVIDERS = [PATH, OTHER_PATH]
    Prepaid.forget()
    make_market()
    product = make_product(stock=3)
    methods = ["prepaid", "prepaid", "other"]
    yield [make_order(product, purchase=make_purchase(method=name)).payments.get() for name in methods]
    Prepaid.forget()


@pytest.fixture
def asked_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], int], int], list[str]]:
    """Run a job some minutes from now, while "prepaid" is silent; say who was asked, and what came of it."""
    calls: list[str] = []

    def answer(provider: Prepaid) -> None:
        calls.append(provider.code)
        if provider.code == "prepaid":
            raise PaymentUnavailable("no answer")

    def run(job: Callable[[], int], minutes: int) -> list[str]:
        monkeypatch.setattr(Prepaid, "_answer", answer)
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
            count = job()
        return [*sorted(calls), str(count)]

    return run


def test_about_open_payments(asked_by: Any) -> None:
    assert asked_by(jobs.poll_open_payments, 3) == ["other", "prepaid", "1"]


def test_about_orders_that_are_due(asked_by: Any) -> None:
    """They are let go all the same; their pages wait for an answer, heard once for both."""
    assert asked_by(jobs.expire_due, 36) == ["other", "prepaid", "prepaid", "3"]
    assert asked_by(jobs.close_left_open, 37)[-2:] == ["prepaid", "0"]


def test_for_refunds(asked_by: Any, payments: list[Payment]) -> None:
    for payment in payments:
        Prepaid.receive(payment, int(payment.amount), payment.token)
        settled = settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
        refunding.request(payment=settled, amount=Decimal(1000), key=payment.token, by=SYSTEM)
    assert asked_by(jobs.send_refunds, 1) == ["other", "prepaid", "1"]


def test_mail_goes_out_before_anybody_is_asked(settings: Settings) -> None:
    paths = [path for path, _every_s in settings.TIMER_JOBS]
    asking = [path for path in paths if path.startswith("shop.payment.jobs.")]
    last = ["shop.payment.rechecking.recheck_paid", "shop.payment.providers.stripe.balance.fetch_new"]
    assert paths[-6:] == [*asking, *last]
    assert paths.index("shop.timer.jobs.send_mail") < paths.index("shop.ledger.jobs.check")
