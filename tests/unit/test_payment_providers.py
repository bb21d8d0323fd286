"""The contract every way to pay keeps, and the checks that look at the list."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shop.order.models import Order
from shop.payment.checks import payment_providers
from shop.payment.models import Payment
from shop.payment.providers import provider, providers
from shop.payment.providers.base import Bill, PaymentProvider

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
BILLS = [Bill(total=Decimal(total)) for total in (1, 1_000_000, 1_000_001, 4_999_999, 99_000_000)]


@pytest.fixture(params=sorted(providers()))
def way(request: pytest.FixtureRequest) -> PaymentProvider:
    return providers()[request.param]


def test_code_finds_the_provider(way: PaymentProvider) -> None:
    assert provider(way.code) is way
    assert provider("nonsense") is None
    assert way.code.isidentifier()


def test_words_for_buyers_are_there(way: PaymentProvider) -> None:
    assert way.name()
    assert way.explanation().endswith(".")


def test_interface_stays_small() -> None:
    methods = [
        name for name, value in vars(PaymentProvider).items() if callable(value) and not name.startswith("_")
    ]
    assert len(methods) <= 10


@pytest.mark.parametrize("bill", BILLS)
def test_fee_is_whole_dong_and_never_negative(way: PaymentProvider, bill: Bill) -> None:
    fee = way.fee(bill)
    assert fee >= 0
    assert fee == fee.to_integral_value()


@pytest.mark.parametrize("bill", BILLS)
def test_refusal_is_words_or_nothing(way: PaymentProvider, bill: Bill) -> None:
    assert isinstance(way.refusal(bill), str)


def test_new_order_waits_for_money_or_is_placed(way: PaymentProvider) -> None:
    assert way.order_status in {Order.Status.PLACED, Order.Status.PENDING_PAYMENT}
    deadline = way.deadline(NOW)
    assert deadline is None or deadline > NOW
    assert (deadline is None) == (way.order_status == Order.Status.PLACED)


def test_paid_money_cannot_be_withdrawn(way: PaymentProvider) -> None:
    paid = Payment(method=way.code, amount=Decimal(1000), state=Payment.State.PAID)
    assert way.cancel(paid) is False


def test_cash_needs_nothing_to_begin() -> None:
    cash = provider("cod")
    assert cash is not None
    assert cash.begin(Payment(method="cod", amount=Decimal(1000))) == ""
    assert cash.cancel(Payment(method="cod", amount=Decimal(1000), state=Payment.State.PENDING))


@pytest.mark.parametrize(
    ("bill", "word"),
    [
        (Bill(total=Decimal(5_000_000)), ""),
        (Bill(total=Decimal(5_000_001)), "5.000.000"),
        (Bill(total=Decimal(1), age_restricted=True), "18"),
        (Bill(total=Decimal(1), bookable=True), "trả trước"),
        (Bill(total=Decimal(1_000_000), made_to_order=True), ""),
        (Bill(total=Decimal(1_000_001), made_to_order=True), "1.000.000"),
    ],
)
def test_cash_keeps_the_tariffs_limits(bill: Bill, word: str) -> None:
    cash = provider("cod")
    assert cash is not None
    assert bool(cash.refusal(bill)) == bool(word)
    assert word in cash.refusal(bill)


COD = "shop.payment.providers.cash_on_delivery.CashOnDelivery"


@pytest.mark.parametrize(
    ("paths", "ids"),
    [
        ([COD], []),
        ([], ["payment.E003"]),
        ([COD, COD], ["payment.E002"]),
        (["shop.nowhere.Nothing", COD], ["payment.E001"]),
        (["shop.payment.models.Payment", COD], ["payment.E001"]),
        (["shop.payment.providers.base.PaymentProvider", COD], ["payment.E001"]),
    ],
)
def test_start_up_looks_at_the_list(settings: Any, paths: list[str], ids: list[str]) -> None:
    settings.PAYMENT_PROVIDERS = paths
    assert [error.id for error in payment_providers(None)] == ids
