"""What staff read later is kept in the shop's language, whoever's click it came from."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from pytest_django.fixtures import Settings

from shop.order import parcels
from shop.order.audit import SYSTEM
from shop.payment import attempts, refunding, settling
from shop.payment.models import Payment, Refund
from shop.payment.providers.base import RefundAnswer
from tests.factories import make_product
from tests.prepaid import OTHER_PATH, PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [PATH, OTHER_PATH]
    Prepaid.forget()
    make_market()
    with translation.override("en"):
        yield
    Prepaid.forget()


def waiting() -> Payment:
    return make_order(make_product(stock=5), purchase=make_purchase(method="prepaid")).payments.get()


def settle(payment: Payment, amount: Decimal | None = None) -> Payment:
    Prepaid.receive(payment, int(payment.amount if amount is None else amount), payment.token)
    return settling.look(payment_id=payment.pk, by=SYSTEM)


def test_doubt_and_reason_of_money_that_fits_nowhere() -> None:
    payment = waiting()
    parcels.cancel_order(order_id=payment.order_id, by=SYSTEM)
    assert settle(payment).doubt == "Tiền đến khi đơn đã đóng."
    assert Refund.objects.get().reason == "Tiền đến khi đơn đã đóng."
    assert translation.get_language() == "en"


def test_reason_of_a_surplus() -> None:
    payment = waiting()
    settle(payment, payment.amount + 5_000)
    assert Refund.objects.get().reason == "Chuyển thừa."


def test_notes_of_the_log() -> None:
    payment = waiting()
    attempts.pay_with(order_id=payment.order_id, code="other", by=SYSTEM)
    chosen = payment.order.payments.get(method="other")
    refund = refunding.request(payment=settle(chosen), amount=Decimal(1000), key="k", by=SYSTEM)
    refunding.finish(refund_id=refund.pk, answer=RefundAnswer(failed=True, error="closed"), by=SYSTEM)
    notes = set(payment.order.log.values_list("note", flat=True))
    assert {"chọn cách trả", "không thành closed"} <= notes
