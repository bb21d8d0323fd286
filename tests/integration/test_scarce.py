"""Goods that are nearly sold out are held for less time while nobody has paid."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM
from shop.order.models import Order
from shop.payment import attempts
from shop.payment.providers import provider
from tests.factories import make_product
from tests.prepaid import PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase
from tests.transfers import COD, VIETQR, make_account

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-11-21T10:00:00+07:00")
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(settings: Settings, site_root: Any) -> Iterator[Any]:
    settings.PAYMENT_PROVIDERS = [COD, VIETQR, PATH]
    settings.BANK_TRANSFER_HOLD_H, settings.SCARCE_STOCK, settings.SCARCE_HOLD_H = 24, 3, 4
    Prepaid.forget()
    make_market()
    make_account()
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates
    Prepaid.forget()


def held(order: Order) -> timedelta | None:
    payment = order.payments.latest("pk")
    return payment.deadline - NOW if payment.deadline else None


def ordered(stock: int | None, method: str = "bank", quantity: int = 2) -> Order:
    return make_order(make_product(stock=stock), quantity=quantity, purchase=make_purchase(method=method))


@pytest.mark.parametrize(("stock", "hours"), [(2, 4), (3, 4), (4, 24), (None, 24)])
def test_transfer(stock: int | None, hours: int) -> None:
    assert held(ordered(stock)) == hours * HOUR


def test_one_scarce_product_is_enough() -> None:
    order = make_order(make_product(stock=50), make_product(stock=3), purchase=make_purchase(method="bank"))
    assert held(order) == 4 * HOUR


def test_without_the_setting_nothing_is_scarce(settings: Settings) -> None:
    settings.SCARCE_STOCK = 0
    assert held(ordered(2)) == 24 * HOUR


def test_what_is_shorter_stays_so() -> None:
    assert held(ordered(2, method="prepaid")) == timedelta(minutes=35)
    assert held(ordered(2, method="cod")) is None


def test_changing_the_method_holds_it_no_longer(clock: Any) -> None:
    order = ordered(2, method="prepaid")
    clock.shift(timedelta(minutes=30))
    attempts.pay_with(order_id=order.pk, code="bank", by=SYSTEM)
    assert held(order) == 4 * HOUR
    clock.shift(3 * HOUR + timedelta(minutes=20))
    attempts.pay_with(order_id=order.pk, code="prepaid", by=SYSTEM)
    attempts.pay_with(order_id=order.pk, code="bank", by=SYSTEM)
    assert held(order) == timezone.now() - NOW + attempts.LEAST_HOLD


def test_buyers_are_told_before_they_choose(settings: Settings) -> None:
    way = provider("bank")
    assert way is not None
    assert way.explanation().endswith("Hàng được giữ 24 giờ. Món sắp hết: 4 giờ.")
    settings.SCARCE_STOCK = 0
    assert way.explanation().endswith("Hàng được giữ 24 giờ.")
