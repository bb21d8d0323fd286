"""What is not needed for ever is forgotten in time; what waits, and what guards money, is not."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.order import jobs, parcels, returns
from shop.order.audit import SYSTEM, Actor
from shop.order.models import Order, Parcel, ReturnPhoto, ReturnRequest
from shop.payment import attempts, inbox, refunding
from shop.payment.double import acts
from shop.payment.double.store import books
from shop.payment.models import BankStatement, Inbox, Receipt, Refund
from shop.payment.providers.vietqr import by_hand, importing, keeping, statement
from tests.books import assert_balanced
from tests.factories import make_product
from tests.shop import make_market, make_order, make_purchase
from tests.stripe import deliver, double, post, signature
from tests.transfers import COD, KEY, VIETQR, bank_payment, make_account, make_waiting, pay, told
from tests.transfers import post as tell

__all__ = ["double"]
pytestmark = pytest.mark.django_db
HOA = Actor(name="Hoa")
CARD = "shop.payment.providers.stripe.provider.StripeCard"
NAME = "NGUYEN THI ANH"


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> None:
    settings.PAYMENT_PROVIDERS = [COD, VIETQR, CARD]
    settings.BANK_WEBHOOK_API_KEY = KEY
    settings.BASE_URL = "https://cho.example"
    make_market()
    make_account()


def later(days: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


def money() -> dict[str, Any]:
    """Return all that is booked."""
    assert_balanced()
    return {
        "receipts": list(Receipt.objects.order_by("pk").values_list("source", "reference", "amount")),
        "refunds": list(Refund.objects.order_by("pk").values_list("key", "amount", "state")),
        "orders": list(Order.objects.order_by("pk").values_list("status", flat=True)),
    }


@pytest.mark.usefixtures("double")
def test_card_events_go_in_time_and_told_again_book_nothing(client: Client) -> None:
    order = make_order(make_product(price=250_000), purchase=make_purchase(method="card"))
    attempts.begin(order)
    payment = order.payments.get()
    acts.pay(payment.reference or "", acts.GOOD)
    with books() as memory:
        told_then = [body for _key, body in memory.waiting()]
    deliver(client)
    Inbox.objects.create(kind="stripe", key="evt_stuck", body={}, error="broken")
    before, known = money(), Inbox.objects.count()
    with later(179):
        assert inbox.forget_old() == 0
    with later(181):
        assert inbox.forget_old() == known - 1
        assert [row.key for row in Inbox.objects.all()] == ["evt_stuck"]
        assert {post(client, body, signature(body)) for body in told_then} == {200}
    assert money() == before
    assert len(before["receipts"]) == 1


@pytest.mark.usefixtures("double")
def test_old_news_of_a_refund_gives_nothing_back_again(client: Client) -> None:
    order = make_order(make_product(price=250_000), purchase=make_purchase(method="card"))
    attempts.begin(order)
    payment = order.payments.get()
    acts.pay(payment.reference or "", acts.GOOD)
    deliver(client)
    refund = refunding.give(
        order_id=order.pk, payment_id=payment.pk, amount=50_000, key="x", by=HOA, reason="vỡ"
    )
    refunding.send(refund.pk)
    with books() as memory:
        told_then = [body for _key, body in memory.waiting()]
    assert "refund.created" in {json.loads(body)["type"] for body in told_then}
    deliver(client)
    before = money()
    with later(181):
        inbox.forget_old()
        assert {post(client, body, signature(body)) for body in told_then} == {200}
    assert money() == before
    assert len(before["refunds"]) == 1


def lines() -> list[tuple[str, str]]:
    return [(row.body["memo"], row.body["amount"]) for row in Inbox.objects.order_by("pk")]


def test_memo_of_a_booked_line_goes_and_the_line_told_again_books_nothing() -> None:
    order = make_waiting()
    message = told(memo=f"{NAME} {order.number}", amount=order.total_incl_tax)
    tell(message)
    before = money()
    with later(179):
        assert keeping.forget_old() == 0
    with later(181):
        assert [keeping.forget_old(), keeping.forget_old()] == [1, 0]
        assert lines() == [("", f"{order.total_incl_tax:.0f}")]
        assert tell(message).status_code == 200
        assert tell({**message, "transferAmount": 1}).status_code == 200  # another sum is no replay
    assert money() == before
    assert len(before["receipts"]) == 1
    assert Inbox.objects.filter(done_at=None).count() == 1


def test_line_put_aside_long_ago_does_not_wait_again() -> None:
    message = told(memo=NAME, amount=50_000)
    tell(message)
    row = by_hand.not_ours(line_id=Inbox.objects.get().pk, reason="tiền thuê sạp", by=HOA)
    with later(181):
        keeping.forget_old()
        tell(message)
    row.refresh_from_db()
    assert (row.body["memo"], row.error, row.body["by"]) == ("", "tiền thuê sạp", "Hoa")
    assert Inbox.objects.filter(done_at=None).count() == 0
    order = make_waiting()
    by_hand.assign(line_id=row.pk, number=order.number, by=HOA, revise=True)
    assert bank_payment(order).received == 50_000


def test_line_that_waits_is_never_forgotten() -> None:
    tell(told(memo=NAME, amount=50_000))
    with later(4_000):
        assert keeping.forget_old() == 0
    assert lines() == [(NAME, "50000")]


def test_statement_read_in_years_later_knows_a_line_without_the_banks_number() -> None:
    order = make_waiting()
    memo = f"{NAME} {order.number}"
    tell(told(memo=memo, amount=order.total_incl_tax, referenceCode=""))
    text = f"Số tham chiếu,Ngày,Nội dung,Ghi có\nFT77,22/11/2026,{memo},{order.total_incl_tax:.0f}\n"
    sheet = importing.hand_in(
        account=bank_payment(order).bank_transfer.account,
        name="x.csv",
        text=text,
        rows=statement.table(text),
        by=None,
    )
    assert "không kèm mã" in importing.preview(sheet)[0].words
    before = money()
    with later(181):
        keeping.forget_old()
        sheet = importing.hand_in(
            account=sheet.account, name="y.csv", text=text, rows=statement.table(text), by=None
        )
        importing.confirm(sheet_id=sheet.pk, by=None)
    assert money() == before
    assert len(before["receipts"]) == Inbox.objects.count() == 1


def test_statement_nobody_confirmed_goes_and_a_confirmed_one_keeps_its_result() -> None:
    order = make_waiting()
    account, text = bank_payment(order).bank_transfer.account, f"Số tham chiếu,Ghi có\nFT1,5000,{NAME}\n"
    rows = statement.table(text)
    _left, done = (importing.hand_in(account=account, name="x", text=text, rows=rows, by=None) for _ in "ab")
    importing.confirm(sheet_id=done.pk, by=None)
    with later(29):
        assert keeping.forget_old() == 0
    with later(31):
        assert keeping.forget_old() == 1
    assert list(BankStatement.objects.values_list("pk", "text")) == [(done.pk, "")]


def returned(state: str) -> ReturnRequest:
    parcel = make_order(make_product(), purchase=make_purchase(method="cod")).parcels.get()
    for verb in ("accept", "pack", "ship", "deliver"):
        getattr(parcels, verb)(parcel_id=parcel.pk, by=SYSTEM)
    request = returns.ask(parcel_id=parcel.pk, by=SYSTEM, reason="vỡ", pictures=[b"jpeg", b"jpeg"])
    if state == "accepted":
        returns.accept(parcel_id=parcel.pk, by=HOA, note="được")
    elif state == "refused":
        returns.refuse(parcel_id=parcel.pk, by=HOA, note="đã dùng")
    return request


@pytest.mark.parametrize(("state", "left"), [("accepted", 0), ("refused", 0), ("requested", 2)])
def test_pictures_go_in_time_after_the_decision(state: str, left: int) -> None:
    request = returned(state)
    with later(89):
        assert jobs.forget_pictures() == 0
    with later(91):
        assert jobs.forget_pictures() == 2 - left
    request.refresh_from_db()
    assert (request.state, request.reason, ReturnPhoto.objects.count()) == (state, "vỡ", left)
    assert Parcel.objects.filter(pk=request.parcel_id).exists()


def test_money_that_came_in_parts_still_adds_up_afterwards() -> None:
    order = make_waiting()
    pay(order, 40_000)
    Inbox.objects.update(done_at=timezone.now() - timedelta(days=200))
    assert keeping.forget_old() == 1
    pay(order, int(order.total_incl_tax) - 40_000)
    order.refresh_from_db()
    assert (order.status, bank_payment(order).received) == ("Placed", order.total_incl_tax)
    assert_balanced()
