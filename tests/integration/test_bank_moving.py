"""Bank lines that the release before kept in the inbox become rows, once, with what was decided of them."""

import re
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.core.actors import Actor
from shop.order.models import Order
from shop.payment.bank import jobs, manual_matching, memo
from shop.payment.bank.manual_matching import CannotMatch
from shop.payment.models import BankLine, Inbox, Payment, Receipt
from tests.shop import make_market
from tests.transfers import (
    COD,
    KEY,
    NUMBER,
    VIETQR,
    bank_payment,
    make_account,
    make_notice,
    make_waiting,
    post,
    told,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.ledger_off,
]  # the release before booked its receipts elsewhere


@pytest.fixture(autouse=True)
def market(settings: Settings) -> None:
    settings.PAYMENT_PROVIDERS = [COD, VIETQR]
    settings.BANK_WEBHOOK_API_KEY = KEY
    make_market()
    make_account()


def test_lines_of_the_inbox_become_rows_with_their_states() -> None:
    order = make_waiting()
    payment, now = bank_payment(order), timezone.now()
    Receipt.objects.create(payment=payment, source="bank", reference=f"{NUMBER}:FT1", amount=50_000)
    make_notice("FT1", payment=payment, done_at=now)
    make_notice("FT2", error="tiền thuê sạp", done_at=now, by="Hoa")
    make_notice("FT3", error="có mã của nhiều đơn", why="several")
    make_notice("SEPAY4", payment=payment, done_at=now, same_as=f"{NUMBER}:FT4")
    make_notice("FT5", error="x", why="twice", same_as=f"{NUMBER}:FT1")
    jobs.match_new()
    found = {line.key.partition(":")[2]: line for line in BankLine.objects.all()}
    assert {name: (line.state, line.reason) for name, line in found.items()} == {
        "FT1": ("matched", ""),
        "FT2": ("set_aside", ""),
        "FT3": ("waiting", "several"),
        "SEPAY4": ("matched", ""),
        "FT4": ("duplicate", ""),
        "FT5": ("waiting", "twice"),
    }
    assert (found["FT2"].note, found["FT2"].handled_by) == ("tiền thuê sạp", "Hoa")
    assert (found["FT4"].same_as, found["FT5"].same_as) == (found["SEPAY4"], found["FT1"])
    assert (found["SEPAY4"].reference, str(found["FT1"].booked_on)) == ("", "2026-11-22")
    assert Inbox.objects.count() == 5  # the release before may still read them
    jobs.match_new()
    assert BankLine.objects.count() == 6


def test_migration_moves_lines_by_code_of_its_own() -> None:
    migration = import_module("shop.payment.migrations.1016_move_bank_lines")
    assert "shop." not in re.sub(r"`.*?`", "", Path(str(migration.__file__)).read_text())
    row = make_notice("FT2", error="Đặt chợ", done_at=timezone.now(), by="Hoa", memo="Đặt hàng chợ")
    make_notice("SEPAY4", error="x", why="several")
    migration.move(apps, None)
    found = {line.key.partition(":")[2]: line for line in BankLine.objects.all()}
    assert (found["FT2"].state, found["FT2"].inbox, found["FT2"].handled_by) == ("set_aside", row, "Hoa")
    assert found["FT2"].memo_digest == memo.digest("Đặt hàng chợ")
    assert (found["SEPAY4"].state, found["SEPAY4"].other_references) == ("waiting", ["SEPAY4"])
    jobs.match_new()
    assert BankLine.objects.count() == 2


def test_number_of_the_service_comes_over() -> None:
    make_notice("SEPAY4", error="x", why="several")
    make_notice("FT5", error="x", why="several")
    jobs.match_new()
    assert sorted(BankLine.objects.values_list("service_id", "reference")) == [("", "FT5"), ("SEPAY4", "")]
    post(told(memo="ung ho", amount=50_000, reference="FT4", id=4))  # the same, now with the bank's number
    line = BankLine.objects.get(reference="FT4")
    assert (line.state, line.reason) == ("waiting", "twice")


def test_what_the_release_before_writes_while_it_still_serves_is_booked() -> None:
    order = make_waiting()
    make_notice("FT1", amount=f"{order.total_incl_tax:.0f}", memo=order.number)
    assert jobs.match_new() == 1
    assert bank_payment(order).received == order.total_incl_tax
    post(told(memo=order.number, amount=order.total_incl_tax, reference="FT1"))
    assert Receipt.objects.count() == 1


def test_refund_that_came_back_waits_also_when_the_release_before_took_it() -> None:
    order = make_waiting()
    make_notice("FT1", memo=f"HOAN TIEN {order.number}")
    jobs.match_new()
    line = BankLine.objects.get()
    assert (line.state, line.reason, Receipt.objects.count()) == ("waiting", "returned", 0)


def test_line_told_to_both_releases_is_one_row() -> None:
    order = make_waiting()
    post(told(memo=order.number, amount=10_000, reference="FT1"))
    row = make_notice("FT1", amount="10000", memo=order.number)
    jobs.match_new()
    line = BankLine.objects.get()
    assert (line.inbox, line.state, Receipt.objects.count()) == (row, "matched", 1)


HOA = Actor(name="Hoa")


def book_as_before(row: Inbox, order: Order) -> Payment:
    """Book a waiting row as the release before does: its receipt and the row, in one transaction."""
    payment = bank_payment(order)
    Receipt.objects.create(payment=payment, source="bank", reference=row.key, amount=50_000)
    fields = {"payment": payment, "done_at": timezone.now(), "error": ""}
    Inbox.objects.filter(pk=row.pk).update(body=row.body | {"by": "Hoa"}, **fields)
    return payment


def test_line_that_the_release_before_books_later_is_booked_here_too() -> None:
    row, order = make_notice("FT1", error="x", why="no_order"), make_waiting()
    jobs.match_new()
    assert BankLine.objects.get().state == "waiting"
    payment = book_as_before(row, order)
    jobs.match_new()
    line = BankLine.objects.get()
    assert (line.state, line.payment, line.reason) == ("matched", payment, "")
    assert (line.handled_by, bool(line.handled_at)) == ("Hoa", True)


def test_line_that_the_release_before_puts_aside_and_books_after_all_is_followed() -> None:
    row, order = make_notice("FT1", error="x", why="no_order"), make_waiting()
    jobs.match_new()
    Inbox.objects.update(body=row.body | {"by": "Hoa"}, error="tiền thuê sạp", done_at=timezone.now())
    jobs.match_new()
    line = BankLine.objects.get()
    assert (line.state, line.note, line.handled_by) == ("set_aside", "tiền thuê sạp", "Hoa")
    payment = book_as_before(row, order)
    jobs.match_new()
    line.refresh_from_db()
    assert (line.state, line.payment, line.note) == ("matched", payment, "")


@pytest.mark.parametrize("linked", [True, False])
def test_line_that_the_release_before_has_booked_goes_to_no_other_order(linked: bool) -> None:
    row, first, other = make_notice("FT1", error="x", why="no_order"), make_waiting(), make_waiting()
    jobs.match_new()
    line = BankLine.objects.get()
    if not linked:
        BankLine.objects.update(inbox=None)
    book_as_before(row, first)
    with pytest.raises(CannotMatch):
        manual_matching.assign(line_id=line.pk, number=other.number, by=HOA)
    sums = {first.number: Decimal(10_000), other.number: Decimal(40_000)}
    with pytest.raises(CannotMatch):
        manual_matching.split(line_id=line.pk, sums=sums, by=HOA)
    with pytest.raises(CannotMatch):
        manual_matching.set_aside(line_id=line.pk, reason="x", by=HOA)
    assert bank_payment(other).state == "pending"


def test_line_that_is_decided_here_stays_as_it_is() -> None:
    make_notice("FT1", error="x", why="no_order")
    jobs.match_new()
    line = manual_matching.set_aside(line_id=BankLine.objects.get().pk, reason="của chợ", by=HOA)
    Inbox.objects.update(error="tiền thuê sạp", done_at=timezone.now())
    jobs.match_new()
    line.refresh_from_db()
    assert (line.state, line.note) == ("set_aside", "của chợ")
