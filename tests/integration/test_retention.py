"""What is not needed for ever is forgotten in time; what waits, and what guards money, is not."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from demo.stripe_double import acts
from demo.stripe_double.storage import open_storage
from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import jobs as parcel_jobs
from shop.fulfilment import parcels, returns
from shop.order.models import Order, Parcel, ReturnPhoto, ReturnRequest
from shop.payment import attempts, inbox
from shop.payment.bank import importing, jobs, manual_matching, retention
from shop.payment.bank.statement import files
from shop.payment.models import BankLine, BankStatement, Inbox, Receipt, Refund
from shop.payment.refunds import refunding
from tests.books import assert_balanced
from tests.factories import make_product
from tests.shop import make_market, make_order, make_purchase
from tests.stripe import deliver, double, post, signature
from tests.transfers import COD, KEY, VIETQR, bank_payment, make_account, make_notice, make_waiting, pay, told
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
    with open_storage() as storage:
        told_then = [body for _key, body in storage.undelivered()]
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
    refund = refunding.refund_by_staff(
        order_id=order.pk, payment_id=payment.pk, amount=50_000, key="x", by=HOA, reason="vỡ"
    )
    refunding.send(refund.pk)
    with open_storage() as storage:
        told_then = [body for _key, body in storage.undelivered()]
    assert "refund.created" in {json.loads(body)["type"] for body in told_then}
    deliver(client)
    before = money()
    with later(181):
        inbox.forget_old()
        assert {post(client, body, signature(body)) for body in told_then} == {200}
    assert money() == before
    assert len(before["refunds"]) == 1


def lines() -> list[tuple[str, str]]:
    return [(row.memo, f"{row.amount:.0f}") for row in BankLine.objects.order_by("pk")]


def test_memo_of_a_booked_line_goes_and_the_line_told_again_books_nothing() -> None:
    order = make_waiting()
    message = told(memo=f"{NAME} {order.number}", amount=order.total_incl_tax)
    tell(message)
    before = money()
    with later(179):
        assert retention.forget_old() == 0
    with later(181):
        assert [retention.forget_old(), retention.forget_old()] == [1, 0]
        assert lines() == [("", f"{order.total_incl_tax:.0f}")]
        assert tell(message).status_code == 200
        assert tell({**message, "transferAmount": 1}).status_code == 200  # another sum is no replay
    assert money() == before
    assert len(before["receipts"]) == 1
    assert BankLine.objects.filter(state="waiting").count() == 1


@pytest.mark.parametrize("handled_by_old", [True, False])
def test_memo_of_a_line_that_came_over_from_the_inbox_goes_there_too(handled_by_old: bool) -> None:
    done = {"error": "tiền thuê sạp", "done_at": timezone.now()} if handled_by_old else {"error": "x"}
    row = make_notice("FT1", memo=NAME, **done)
    jobs.match_new()
    line = BankLine.objects.get()
    if not handled_by_old:
        manual_matching.set_aside(line_id=line.pk, reason="tiền thuê sạp", by=HOA)
    with later(179):
        assert retention.forget_old() == 0
    with later(181):
        assert [retention.forget_old(), retention.forget_old()] == [2, 0]
    row.refresh_from_db()
    line.refresh_from_db()
    assert (line.memo, row.body["memo"], NAME in json.dumps(row.body)) == ("", "", False)
    assert row.body["digest"] == line.memo_digest


def test_line_put_aside_long_ago_does_not_wait_again() -> None:
    message = told(memo=NAME, amount=50_000)
    tell(message)
    row = manual_matching.set_aside(line_id=BankLine.objects.get().pk, reason="tiền thuê sạp", by=HOA)
    with later(181):
        retention.forget_old()
        tell(message)
    row.refresh_from_db()
    assert (row.memo, row.note, row.handled_by) == ("", "tiền thuê sạp", "Hoa")
    assert BankLine.objects.filter(state="waiting").count() == 0
    order = make_waiting()
    manual_matching.assign(line_id=row.pk, number=order.number, by=HOA, revise=True)
    assert bank_payment(order).received == 50_000


def test_line_that_waits_is_never_forgotten() -> None:
    tell(told(memo=NAME, amount=50_000))
    with later(4_000):
        assert retention.forget_old() == 0
    assert lines() == [(NAME, "50000")]


def test_statement_read_in_years_later_knows_a_line_without_the_banks_number() -> None:
    order = make_waiting()
    memo = f"{NAME} {order.number}"
    tell(told(memo=memo, amount=order.total_incl_tax, referenceCode=""))
    text = f"Số tham chiếu,Ngày,Nội dung,Ghi có\nFT77,22/11/2026,{memo},{order.total_incl_tax:.0f}\n"
    sheet = importing.upload(
        account=bank_payment(order).bank_transfer.account,
        name="x.csv",
        rows=files.from_csv(text),
        by=SYSTEM,
    )
    assert "không kèm mã" in importing.preview(sheet).verdicts[0].words
    before = money()
    with later(181):
        retention.forget_old()
        sheet = importing.upload(account=sheet.account, name="y.csv", rows=files.from_csv(text), by=SYSTEM)
        importing.confirm(sheet_id=sheet.pk, by=SYSTEM)
    assert money() == before
    assert len(before["receipts"]) == 1
    assert BankLine.objects.exclude(state="duplicate").count() == 1


def test_statement_nobody_confirmed_goes_and_a_confirmed_one_keeps_its_result() -> None:
    order = make_waiting()
    account, text = bank_payment(order).bank_transfer.account, f"Số tham chiếu,Ghi có\nFT1,5000,{NAME}\n"
    rows = files.from_csv(text)
    _left, done = (importing.upload(account=account, name="x", rows=rows, by=SYSTEM) for _ in "ab")
    importing.confirm(sheet_id=done.pk, by=SYSTEM)
    with later(29):
        assert retention.forget_old() == 0
    with later(31):
        assert retention.forget_old() == 1
    assert list(BankStatement.objects.values_list("pk", "text")) == [(done.pk, "")]


def returned(state: str) -> ReturnRequest:
    parcel = make_order(make_product(), purchase=make_purchase(method="cod")).parcels.get()
    for verb in ("accept", "pack", "ship", "deliver"):
        getattr(parcels, verb)(parcel_id=parcel.pk, by=SYSTEM)
    request = returns.ask(parcel_id=parcel.pk, by=SYSTEM, reason="vỡ", pictures=[b"jpeg", b"jpeg"])
    if state == "accepted":
        returns.accept(request_id=request.pk, by=HOA, note="được")
    elif state == "refused":
        returns.refuse(request_id=request.pk, by=HOA, note="đã dùng")
    return request


@pytest.mark.parametrize(("state", "left"), [("accepted", 0), ("refused", 0), ("requested", 2)])
def test_pictures_go_in_time_after_the_decision(state: str, left: int) -> None:
    request = returned(state)
    with later(89):
        assert parcel_jobs.forget_pictures() == 0
    with later(91):
        assert parcel_jobs.forget_pictures() == 2 - left
    request.refresh_from_db()
    assert (request.state, request.reason, ReturnPhoto.objects.count()) == (state, "vỡ", left)
    assert Parcel.objects.filter(pk=request.parcel_id).exists()


def test_money_that_came_in_parts_still_adds_up_afterwards() -> None:
    order = make_waiting()
    pay(order, 40_000)
    BankLine.objects.update(handled_at=timezone.now() - timedelta(days=200))
    assert retention.forget_old() == 1
    pay(order, int(order.total_incl_tax) - 40_000)
    order.refresh_from_db()
    assert (order.status, bank_payment(order).received) == ("Placed", order.total_incl_tax)
    assert_balanced()
