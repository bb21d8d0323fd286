"""What staff read later is kept in the shop's language, whoever's click it came from."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from pytest_django.fixtures import Settings

from shop.core.actors import BANK, BUYER, SYSTEM, buyer, local_name
from shop.fulfilment import parcels
from shop.payment import attempts, settling
from shop.payment.models import Doubt, Payment, Refund
from shop.payment.providers.base import RefundAnswer
from shop.payment.refunds import refunding
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
    return settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)


def test_doubt_and_reason_of_money_that_fits_nowhere() -> None:
    payment = waiting()
    parcels.cancel_all(order_id=payment.order_id, by=SYSTEM)
    assert settle(payment).doubt_words == "The money came when the order was closed."
    with translation.override("vi"):
        assert Payment.objects.get().doubt_words == "Tiền đến khi đơn đã đóng."
    assert Refund.objects.get().reason == "Tiền đến khi đơn đã đóng."
    assert translation.get_language() == "en"


def test_sums_and_names_in_a_doubt_are_the_readers() -> None:
    payment = waiting()
    parts = Doubt.OTHER_AMOUNT.of(paid=Decimal(5_000), amount=Decimal(1_200_000))
    Prepaid.receive(payment, 5_000, payment.token, doubt=parts)
    payment = settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert "1,200,000" in payment.doubt_words
    with translation.override("vi"):
        assert "1.200.000" in payment.doubt_words


@pytest.mark.parametrize("line", ["Thẻ lạ", "other_amount", "part {", "held [1]", 'disputed {"id": "x"}'])
def test_words_of_providers_and_earlier_releases_stay_as_they_are(line: str) -> None:
    payment = Payment(doubt=line)
    assert payment.doubt_words == line


def test_doubt_that_an_earlier_release_kept_in_words_is_the_same() -> None:
    payment = Payment(doubt="Tiền đến khi đơn đã đóng.", doubts_seen=["Đơn đang được trả bằng cách khác."])
    with translation.override("vi"):
        assert not payment.add_doubt(Doubt.ORDER_CLOSED.of())
        assert payment.has_seen(Doubt.BEING_PAID.of())
    assert payment.doubt_words == "Tiền đến khi đơn đã đóng."


def test_reason_of_a_surplus() -> None:
    payment = waiting()
    settle(payment, payment.amount + 5_000)
    assert Refund.objects.get().reason == "Chuyển thừa."


def test_who_is_no_person_is_named_in_the_readers_language() -> None:
    with translation.override("en"):
        assert [local_name(name) for name in (BUYER.name, SYSTEM.name, BANK.name, "Hoa")] == [
            "buyer",
            "system",
            "bank",
            "Hoa",
        ]
    with translation.override("vi"):
        assert local_name(buyer().name) == "người mua"


def test_notes_of_the_log() -> None:
    payment = waiting()
    attempts.pay_with(order_id=payment.order_id, code="other", by=SYSTEM)
    chosen = payment.order.payments.get(method="other")
    refund = refunding.request(payment=settle(chosen), amount=Decimal(1000), key="k", by=SYSTEM)
    refunding.finish(refund_id=refund.pk, answer=RefundAnswer(failed=True, error="closed"), by=SYSTEM)
    notes = set(payment.order.log.values_list("note", flat=True))
    assert {"chọn cách trả", "không thành closed"} <= notes
