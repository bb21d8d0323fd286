"""An order that had expired is paid by transfer: it has its whole time anew, and the reminder its own quarter."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.order.audit import Actor
from shop.order.models import Order
from shop.payment import attempts, expiring
from shop.payment.models import Payment
from shop.payment.providers.vietqr import jobs
from tests.factories import make_product
from tests.prepaid import PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase
from tests.transfers import VIETQR, make_account

pytestmark = pytest.mark.django_db
HOA = Actor(name="Hoa")
HOLD = timedelta(hours=24)


@pytest.fixture(autouse=True)
def market(settings: Settings) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [VIETQR, PATH]
    settings.BANK_TRANSFER_HOLD_H = HOLD // timedelta(hours=1)
    Prepaid.forget()
    make_market()
    make_account()
    yield
    Prepaid.forget()


@pytest.fixture
def placed_at() -> datetime:
    return timezone.now()


@pytest.fixture
def order(placed_at: datetime) -> Order:
    return make_order(make_product(stock=5), purchase=make_purchase(method="prepaid"))


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


def choose(order: Order, code: str, moment: datetime) -> Payment:
    with at(moment):
        return attempts.pay_with(order_id=order.pk, code=code, by=HOA)


def expire(moment: datetime) -> None:
    with at(moment):
        assert expiring.expire_due() == 1


def remind(moment: datetime) -> int:
    with at(moment):
        return jobs.remind()


def test_revived_order_has_the_whole_time_of_a_transfer(order: Order, placed_at: datetime) -> None:
    expire(placed_at + timedelta(hours=1))
    revived_at = placed_at + timedelta(days=3)
    assert choose(order, "bank", revived_at).deadline == revived_at + HOLD
    assert remind(revived_at + HOLD * 0.7) == 0
    assert remind(revived_at + HOLD * 0.8) == 1


def test_changing_the_method_of_a_revived_order_prolongs_nothing(order: Order, placed_at: datetime) -> None:
    expire(placed_at + timedelta(hours=1))
    revived_at = placed_at + timedelta(days=3)
    choose(order, "bank", revived_at)
    with_card = choose(order, "prepaid", revived_at + HOLD * 0.9)
    again = choose(order, "bank", with_card.created_at + timedelta(minutes=30))
    assert again.deadline == with_card.created_at + timedelta(minutes=30) + HOLD
    last = choose(order, "prepaid", again.deadline - timedelta(minutes=1))
    latest = choose(order, "bank", last.created_at + timedelta(minutes=30))
    assert latest.deadline == max(revived_at + attempts.MAX_HOLD, latest.created_at + attempts.LEAST_HOLD)


def test_short_time_is_not_over_at_once(order: Order, placed_at: datetime) -> None:
    """Stock is held for two days at most: who changes to a transfer at the end of them has 40 minutes."""
    choose(order, "bank", placed_at + timedelta(minutes=30))
    choose(order, "prepaid", placed_at + timedelta(hours=24))
    choose(order, "bank", placed_at + timedelta(hours=24, minutes=30))
    choose(order, "prepaid", placed_at + timedelta(hours=47, minutes=50))
    chosen_at = placed_at + timedelta(hours=48)
    assert choose(order, "bank", chosen_at).deadline == chosen_at + attempts.LEAST_HOLD
    assert remind(chosen_at + timedelta(minutes=29)) == 0
    assert remind(chosen_at + timedelta(minutes=31)) == 1
