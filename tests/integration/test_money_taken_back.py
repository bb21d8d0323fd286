"""Money that the card provider gave back by itself, or lost in a dispute: nothing leaves unpaid, nobody is told wrong."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django.fixtures import Settings

from shop.backoffice.attention.page import doubtful_payments
from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import parcels
from shop.order.models import Order
from shop.payment import balances, review, settling
from shop.payment.models import Payment
from tests.factories import make_product
from tests.prepaid import COD, PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db
STAFF = Actor(name="Hoa")


@pytest.fixture(autouse=True)
def market(settings: Settings) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, PATH]
    Prepaid.forget()
    make_market()
    yield
    Prepaid.forget()
    call_command("check_ledger", verbosity=0)


def paid(*steps: str) -> tuple[Order, Payment]:
    """Return a paid order whose parcel has taken these steps."""
    order = make_order(make_product(stock=5), purchase=make_purchase(method="prepaid"))
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax))
    payment = settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    move(order, *steps)
    return order, payment


def move(order: Order, *steps: str) -> None:
    for step in steps:
        getattr(parcels, step)(parcel_id=order.parcels.get().pk, by=STAFF)


def take(payment: Payment, amount: int | None = None, **facts: Any) -> Payment:
    """Let the provider give money back by itself, and hear of it twice."""
    Prepaid.give(payment, int(payment.amount) if amount is None else amount, "re-dash", **facts)
    for _ in range(2):
        payment = settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    return payment


def kinds(order: Order) -> list[str]:
    return list(order.mails.values_list("kind", flat=True))


@pytest.mark.parametrize("steps", [(), ("accept",), ("accept", "pack")])
def test_nothing_leaves_when_all_the_money_went_back(steps: tuple[str, ...]) -> None:
    order, payment = paid(*steps)
    payment = take(payment)
    assert (payment.state, balances.kept(payment)) == ("paid", 0)
    assert list(doubtful_payments()) == [payment]
    with pytest.raises(parcels.InvalidTransition, match="Tiền của đơn đã về lại người mua"):
        move(order, ["accept", "pack", "ship"][len(steps)])
    move(order, "cancel")
    assert [refund.external for refund in payment.refunds.all()] == [True]


def test_part_that_went_back_is_shown_and_the_rest_goes_on() -> None:
    order, payment = paid()
    payment = take(payment, 1_000)
    assert "1.000" in payment.doubt_words
    move(order, "accept", "pack", "ship", "deliver")
    order.refresh_from_db()
    assert order.status == "Complete"


def test_what_went_back_after_the_goods_needs_nobody() -> None:
    _order, payment = paid("accept", "pack", "ship")
    assert take(payment).doubt == ""


def test_money_that_went_back_before_it_was_booked_is_not_asked_for_as_short() -> None:
    order = make_order(make_product(stock=5), purchase=make_purchase(method="prepaid"))
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax))
    payment = take(payment)
    order.refresh_from_db()
    assert (order.status, payment.state) == ("Pending payment", "review")
    assert "short" not in kinds(order)


@pytest.mark.parametrize(("disputed", "told"), [(False, 1), (True, 0)])
def test_buyer_is_told_of_a_refund_and_not_of_a_dispute(disputed: bool, told: int) -> None:
    order, payment = paid("accept", "pack", "ship", "deliver")
    take(payment, disputed=disputed)
    assert kinds(order).count("refunded") == told


@pytest.mark.parametrize(
    ("disputed", "words"), [(False, "Đã hoàn"), (True, "Ngân hàng lấy lại vì khiếu nại")]
)
def test_buyer_reads_whether_money_was_given_back_or_taken(
    client: Client, disputed: bool, words: str
) -> None:
    order, payment = paid()
    take(payment, disputed=disputed)
    page = client.get(order.get_absolute_url()).content.decode()
    assert [word for word in ("Đã hoàn", "Ngân hàng lấy lại vì khiếu nại") if word in page] == [words]


def win(payment: Payment) -> Payment:
    """Let the dispute that took the money end well, and hear of it twice."""
    Prepaid.known.clear()
    Prepaid.give(payment, int(payment.amount), "re-dash", done=False, failed=True, disputed=True)
    for _ in range(2):
        payment = settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    return payment


def test_dispute_that_is_won_lets_the_goods_go() -> None:
    order, payment = paid("accept", "pack")
    payment = take(payment, disputed=True)
    review.mark_seen(payment_id=payment.pk, by=STAFF)
    assert win(payment).doubt == ""
    move(order, "ship")


@pytest.mark.parametrize("steps", [("cancel",), ("accept", "pack", "ship", "deliver", "return_")])
def test_dispute_won_after_the_goods_were_called_off_or_sent_back_waits_for_a_person(
    steps: tuple[str, ...],
) -> None:
    order, payment = paid(*steps[:-1])
    payment = take(payment, disputed=True)
    move(order, steps[-1])
    if payment.doubt:
        review.mark_seen(payment_id=payment.pk, by=STAFF)
    payment = win(payment)
    assert (balances.kept(payment), list(doubtful_payments())) == (payment.amount, [payment])
    assert "nay về lại" in payment.doubt_words
    review.mark_seen(payment_id=payment.pk, by=STAFF)
    assert settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM).doubt == ""
