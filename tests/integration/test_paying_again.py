"""An order that had expired is taken up again: a transfer has its whole time anew, and each occasion its mail."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from post_office.models import Email
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM, Actor
from shop.order import mails
from shop.order.models import Order
from shop.payment import attempts, expiring, settling
from shop.payment.bank import jobs
from shop.payment.models import Payment, Refund
from tests.factories import make_product
from tests.prepaid import COD, PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase
from tests.transfers import VIETQR, make_account

pytestmark = pytest.mark.django_db
HOA = Actor(name="Hoa")
HOLD = timedelta(hours=24)


@pytest.fixture(autouse=True)
def market(settings: Settings) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [VIETQR, PATH, COD]
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


def letters(order: Order) -> list[str]:
    """Queue what is due and return the texts of all mails to the buyer, oldest first."""
    mails.queue_due()
    return list(Email.objects.filter(to=order.email).order_by("pk").values_list("message", flat=True))


@pytest.mark.usefixtures("mail_queue")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ("đang chờ bạn thanh toán", "Thanh toán: Tiền mặt khi nhận hàng")),
        ("en", ("is waiting for your payment", "Payment: Cash on delivery")),
    ],
)
@pytest.mark.parametrize("had_expired", [False, True])
def test_cash_after_all_is_confirmed_by_mail(
    order: Order, placed_at: datetime, had_expired: bool, language: str, words: tuple[str, str]
) -> None:
    waits, by_cash = words
    Order.objects.update(language=language)
    assert waits in letters(order)[0]
    if had_expired:
        expire(placed_at + timedelta(hours=1))
    choose(order, "cod", placed_at + timedelta(hours=2))
    with pytest.raises(attempts.CannotPay):
        choose(order, "cod", placed_at + timedelta(hours=2))
    assert len(letters(order)) == 2 + had_expired
    assert by_cash in letters(order)[-1]
    assert waits not in letters(order)[-1]


@pytest.mark.usefixtures("mail_queue")
@pytest.mark.ledger_off  # the refund that is done was never posted
def test_second_expiry_is_told_once_and_promises_no_money_that_went_back(
    order: Order, placed_at: datetime
) -> None:
    payment = order.payments.get()
    Prepaid.receive(payment, 10_000)
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    Prepaid.known.clear()  # like a transfer: what has come stops nothing
    expire(placed_at + timedelta(hours=1))
    assert "Số tiền đã đến sẽ được hoàn lại." in letters(order)[-1]
    Refund.objects.update(state=Refund.State.DONE, done_at=timezone.now())
    choose(order, "prepaid", placed_at + timedelta(hours=2))
    expire(placed_at + timedelta(hours=6))
    with at(placed_at + timedelta(hours=6)):
        assert expiring.expire_due() == 0
        assert not expiring.expire(order_id=order.pk)
    assert list(order.mails.values_list("kind", flat=True)) == ["placed", "short", "expired", "expired"]
    first, second = letters(order)[-2:]
    assert "trả hàng về kho" in second
    assert "Số tiền đã đến sẽ được hoàn lại." in first
    assert "Số tiền đã đến" not in second
