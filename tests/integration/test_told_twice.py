"""Money for an order that the same sum has paid already is not booked, and promised back, without a person."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.utils import translation
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM, Actor
from shop.order.models import Order
from shop.payment.bank import importing, manual_matching
from shop.payment.bank.matching import take
from shop.payment.bank.statement import files
from shop.payment.bank.transactions import BankTransaction
from shop.payment.models import BankAccount, BankLine, BankStatement, Receipt, Refund
from tests.shop import make_market
from tests.transfers import (
    COD,
    KEY,
    NUMBER,
    VIETQR,
    bank_payment,
    make_account,
    make_waiting,
    pay,
    post,
    told,
)

pytestmark = pytest.mark.django_db
HOA = Actor(name="Hoa")
HEAD = "Ngày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả\n"
LATER = "2026-11-22 09:20:00"


@pytest.fixture(autouse=True)
def account(site_root: object, settings: Settings) -> BankAccount:
    settings.PAYMENT_PROVIDERS = [COD, VIETQR]
    settings.BANK_WEBHOOK_API_KEY = KEY
    make_market()
    return make_account()


def upload(account: BankAccount, *rows: str, head: str = HEAD) -> BankStatement:
    return importing.upload(
        account=account, name="x.csv", rows=files.from_csv(head + "\n".join(rows)), by=SYSTEM
    )


def read(account: BankAccount, *rows: str) -> None:
    assert importing.confirm(sheet_id=upload(account, *rows).pk, by=SYSTEM).confirmed_at


def state() -> list[tuple[str, str]]:
    return list(BankLine.objects.order_by("pk").values_list("state", "reason"))


def paid_once(order: Order) -> None:
    assert Receipt.objects.count() == 1
    assert not Refund.objects.exists()
    assert bank_payment(order).received == order.total_incl_tax


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"id": 9001, "reference": "FTQ1"}, {"id": 9001, "reference": "FTQ2"}),
        (
            {"id": 9001, "reference": "FTQ1"},
            {"id": 9001, "reference": "FTQ2", "transactionDate": "2026-11-30 10:00:00"},
        ),
        ({"reference": "MBVCB.123456"}, {"reference": "5243.65937"}),
        ({"reference": "MBVCB.123456"}, {"reference": "5243.65937", "transactionDate": LATER}),
        ({"reference": "FTQ1"}, {"reference": "FTQ2"}),
        ({"reference": "FTQ1"}, {"reference": "000FTQ1", "transactionDate": LATER}),
    ],
)
def test_second_notice_for_a_paid_order_is_held(first: dict[str, Any], second: dict[str, Any]) -> None:
    order = make_waiting()
    pay(order, **first)
    pay(order, **second)
    assert state() == [("matched", ""), ("waiting", "twice")]
    paid_once(order)
    one, again = BankLine.objects.order_by("pk")
    assert again.same_as == one


def test_one_id_of_the_service_with_two_sums_is_a_conflict() -> None:
    order = make_waiting()
    pay(order, id=9001, reference="FTQ1")
    pay(order, 5_000, id=9001, reference="FTQ2")
    assert state() == [("matched", ""), ("waiting", "conflict")]
    paid_once(order)


def test_bank_numbers_of_one_kind_at_another_time_are_a_second_transfer() -> None:
    order = make_waiting()
    pay(order, reference="FTQ1")
    pay(order, reference="FTQ2", transactionDate=LATER)
    assert state() == [("matched", ""), ("matched", "")]
    assert Refund.objects.get().amount == order.total_incl_tax


def test_two_rows_of_one_statement_are_two_transfers(account: BankAccount) -> None:
    order = make_waiting()
    row = f"22/11/2026,{{}},,{order.total_incl_tax:.0f},{order.number}"
    read(account, row.format("FT1"), row.format("FT2"))
    assert state() == [("matched", ""), ("matched", "")]


def test_halves_told_twice_do_not_pay_the_whole() -> None:
    order = make_waiting(price=300_000)
    half = int(order.total_incl_tax) // 2
    pay(order, half, reference="MBVCB.123456")
    pay(order, half, reference="5243.65937")
    assert state() == [("matched", ""), ("waiting", "twice")]
    pay(order, half, reference="MBVCB.777777", transactionDate=LATER)
    assert state()[2] == ("matched", "")


def test_what_is_told_twice_in_one_answer_of_the_service_is_held() -> None:
    order = make_waiting()
    lines = [
        BankTransaction(NUMBER, "in", Decimal(order.total_incl_tax), reference, order.number)
        for reference in ("MBVCB.123456", "5243.65937")
    ]
    take(lines, source=BankLine.Source.API)
    assert sorted(state()) == [("matched", ""), ("waiting", "twice")]
    paid_once(order)


def test_statement_books_a_weekend_later(account: BankAccount) -> None:
    order = make_waiting()
    pay(order, reference="MBVCB.4500000360")
    row = f"{{}},5243.65937,,{order.total_incl_tax:.0f},CK {order.number}"
    read(account, row.format("25/11/2026"))
    assert state() == [("matched", ""), ("waiting", "twice")]
    paid_once(order)


def test_third_telling_is_held_as_well() -> None:
    order = make_waiting()
    for number, reference in enumerate(("FT77", "FT77\\BNK", "000FT77", "5243.1")):
        pay(order, reference=reference, transactionDate=f"2026-11-22 09:0{number}:00")
    assert state() == [("matched", "")] + [("waiting", "twice")] * 3
    paid_once(order)


def test_true_second_payment_is_booked_by_a_person() -> None:
    order = make_waiting()
    pay(order, reference="FT1")
    pay(order, reference="FT2")
    manual_matching.assign(line_id=BankLine.objects.get(state="waiting").pk, number=order.number, by=HOA)
    assert (Receipt.objects.count(), Refund.objects.get().amount) == (2, order.total_incl_tax)


@pytest.mark.parametrize("day", ["9999-12-31 09:00:00", "0001-01-01 09:00:00", "2031-01-01 09:00:00"])
def test_notice_of_a_day_that_cannot_be_waits(day: str) -> None:
    order = make_waiting()
    post(told(memo="x", amount=order.total_incl_tax))
    message = told(memo=order.number, amount=order.total_incl_tax + 1, transactionDate=day)
    assert post(message).status_code == 200
    line = BankLine.objects.get(reason="day")
    assert (line.state, line.booked_on) == ("waiting", None)
    assert bank_payment(order).received == 0


def test_rows_of_days_that_cannot_be_and_dated_totals_are_shown_and_left_out(account: BankAccount) -> None:
    sheet = upload(
        account,
        "31/12/9999,FT1,,50000,x",
        "01/01/0001,FT2,,50000,x",
        "22/11/2026,,,150000,Total deposits",
        "22/11/2026,,,150000,Tổng cộng",
        "22/11/2026,,,50000,TONG CONG TY MAY 10 chuyen tien",
        "22/11/2026,,,50001,TONG VAN HA chuyen tien",
        "22/11/2026,FT3,,50002,Total Energies chuyen tien",
    )
    found = importing.preview(sheet)
    assert [row.number for row in found.unreadable] == [2, 3, 4, 5]
    assert found.lines == 3


def test_american_days_are_refused_with_the_day_that_shows_it(account: BankAccount) -> None:
    found = importing.preview(upload(account, "12/01/2026,FT1,,50000,x", "11/30/2026,FT2,,50000,x"))
    assert "11/30/2026" in found.problem
    assert not found.may_confirm


def test_formula_without_a_result_is_shown_as_a_problem(account: BankAccount) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        HEAD.strip().split(","),
        ["22/11/2026", "FT1", "", "=5*10000", "x"],
        ["22/11/2026", "FT2", "", 7, "x"],
    ):
        sheet.append(row)
    file = BytesIO()
    book.save(file)
    kept = importing.upload(account=account, name="x.xlsx", rows=files.open_file(file.getvalue()), by=SYSTEM)
    found = importing.preview(kept)
    assert ([row.number for row in found.unreadable], found.lines) == ([2], 1)
    assert "công thức" in found.unreadable[0].problem


def test_transaction_day_comes_before_the_booking_day(account: BankAccount) -> None:
    sheet = upload(
        account,
        "23/11/2026,21/11/2026,FT1,,5000,x",
        head="Posting Date,Value Date,Reference,Debit,Credit,Description\n",
    )
    shown = importing.preview(sheet).verdicts[0].shown
    assert shown is not None
    assert str(shown.booked_on) == "2026-11-21"


def test_result_is_told_in_the_language_of_who_reads_it(account: BankAccount) -> None:
    order = make_waiting()
    with translation.override("en"):
        read(account, f"22/11/2026,FT1,,{order.total_incl_tax:.0f},{order.number}")
    sheet = BankStatement.objects.get()
    assert sheet.outcome.startswith("1 khoản vào đơn")
    with translation.override("en"):
        assert "khoản" not in sheet.outcome
    assert BankStatement(result="1 khoản vào đơn").outcome == "1 khoản vào đơn"
