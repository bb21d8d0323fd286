"""One transfer under two numbers is held for a person; money out is never money in, and ours is known as ours."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM, Actor
from shop.ledger.models import Payout
from shop.order.models import Order
from shop.payment.bank import duplicates, importing, jobs, manual_matching, outgoing
from shop.payment.bank.matching import take
from shop.payment.bank.statement import files
from shop.payment.bank.transactions import BankTransaction
from shop.payment.models import BankAccount, BankLine, Receipt, Refund
from shop.payment.refunds import refunding
from tests.factories import make_partner
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


@pytest.fixture(autouse=True)
def account(site_root: object, settings: Settings) -> BankAccount:
    settings.PAYMENT_PROVIDERS = [COD, VIETQR]
    settings.BANK_WEBHOOK_API_KEY = KEY
    make_market()
    return make_account()


def read(account: BankAccount, *rows: str) -> None:
    sheet = importing.upload(
        account=account, name="x.csv", rows=files.from_csv(HEAD + "\n".join(rows)), by=SYSTEM
    )
    assert importing.confirm(sheet_id=sheet.pk, by=SYSTEM).confirmed_at


def state() -> list[tuple[str, str, str]]:
    return list(BankLine.objects.order_by("pk").values_list("direction", "state", "reason"))


@pytest.mark.parametrize(
    ("notice", "statement", "memo", "day"),
    [
        ("FT26334100000281", "FT26334100000281\\BNK", "{code}", "22/11/2026"),
        (
            "MBVCB.4500000360",
            "5243.65937",
            "MBVCB.4500000360.000552.{code}.CT tu 035 TRAN THI MAU",
            "22/11/2026",
        ),
        ("000412345", "412345", "{code} TRAN THI MAU", "22/11/2026"),
        ("FT1", "5243.1", "{code}", "23/11/2026"),
        ("FT1", "", "ND {code} chuyen khoan", "21/11/2026"),
    ],
)
def test_one_transfer_under_two_numbers_is_held_for_a_person(
    account: BankAccount, notice: str, statement: str, memo: str, day: str
) -> None:
    order = make_waiting()
    pay(order, reference=notice)
    read(account, f'{day},{statement},,"{order.total_incl_tax:.0f}",{memo.format(code=order.number)}')
    assert state() == [("in", "matched", ""), ("in", "waiting", "twice")]
    assert (Receipt.objects.count(), Refund.objects.count()) == (1, 0)
    first, again = BankLine.objects.order_by("pk")
    assert again.same_as == first
    manual_matching.confirm_duplicate(line_id=again.pk, by=HOA)
    again.refresh_from_db()
    assert (again.state, again.handled_by, Receipt.objects.count()) == ("duplicate", "Hoa", 1)


def test_statement_first_then_the_notice_is_held_as_well(account: BankAccount) -> None:
    order = make_waiting()
    read(account, f"22/11/2026,5243.65937,,{order.total_incl_tax:.0f},{order.number}")
    pay(order, reference="MBVCB.4500000360")
    assert state() == [("in", "matched", ""), ("in", "waiting", "twice")]
    assert not Refund.objects.exists()


def test_person_who_knows_better_books_the_second_transfer(account: BankAccount) -> None:
    order = make_waiting()
    pay(order, reference="FT1")
    read(account, f"22/11/2026,FT2,,{order.total_incl_tax:.0f},{order.number}")
    manual_matching.assign(line_id=BankLine.objects.get(state="waiting").pk, number=order.number, by=HOA)
    assert (Receipt.objects.count(), Refund.objects.get().amount) == (2, order.total_incl_tax)


def test_other_sums_days_and_words_are_other_transfers(account: BankAccount) -> None:
    order, other = make_waiting(price=300_000), make_waiting(price=300_000)
    pay(order, 10_000, reference="FT1")
    read(
        account,
        f"25/11/2026,A1,,10000,{order.number}",
        f"22/11/2026,A2,,20000,{order.number}",
        f"22/11/2026,A3,,10000,{other.number}",
    )
    assert [line[1] for line in state()] == ["matched"] * 4
    assert (bank_payment(order).received, bank_payment(other).received) == (40_000, 10_000)


@pytest.mark.parametrize(
    ("one", "other"),
    [("FT12\\BNK", "ft 12"), ("0052.10", "52.1"), ("MBVCB.0045", "MBVCB.45"), ("00012", "12")],
)
def test_numbers_are_compared_without_what_banks_add_or_lose(one: str, other: str) -> None:
    assert duplicates.loosened(one) == duplicates.loosened(other)


def test_look_ups_cost_the_same_for_ten_and_for_two_hundred_known_lines(
    account: BankAccount, django_assert_max_num_queries: Any
) -> None:
    order = make_waiting()
    post(told(memo="x", amount=1))
    for count in (10, 200):
        lines = [
            BankTransaction(NUMBER, "in", Decimal(5_000 + number), f"R{count}-{number}", "ung ho")
            for number in range(count)
        ]
        take(lines, source=BankLine.Source.STATEMENT)
        message = told(memo=f"gop {order.number}", amount=1_000 + count)
        with django_assert_max_num_queries(60):
            assert post(message).status_code == 200
    assert bank_payment(order).received == 2_210


TWO_ROWS = [
    # of one number and sum: by the memo, by the balance alone
    (("22/11/2026,FT1,,100000,{one},500000", "22/11/2026,FT1,,100000,{other},400000")),
    (("22/11/2026,FT1,,100000,gop {one},", "22/11/2026,FT1,,100000,gop {other},")),
    (("22/11/2026,FT1,,100000,{one},500000", "22/11/2026,FT1,,100000,{one},400000")),
]


@pytest.mark.parametrize("rows", TWO_ROWS)
@pytest.mark.parametrize("backwards", [False, True])
def test_two_rows_of_one_number_that_differ_are_kept_and_one_waits(
    account: BankAccount, rows: tuple[str, str], backwards: bool
) -> None:
    one, other = make_waiting(), make_waiting()
    told = [row.format(one=one.number, other=other.number) for row in rows]
    lines = [HEAD.strip() + ",Số dư", *told]

    def hand_in(lines: list[str]) -> None:
        sheet = importing.upload(account=account, name="x", rows=files.from_csv("\n".join(lines)), by=SYSTEM)
        assert importing.preview(sheet).lines == 2
        importing.confirm(sheet_id=sheet.pk, by=SYSTEM)

    hand_in(lines)
    assert state() == [("in", "matched", ""), ("in", "waiting", "conflict")]
    hand_in([lines[0], *reversed(lines[1:])] if backwards else lines)
    assert (BankLine.objects.count(), Receipt.objects.count()) == (2, 1)


def test_row_that_a_notice_told_is_known_beside_another_of_its_number(account: BankAccount) -> None:
    one, other = make_waiting(), make_waiting()
    pay(one, reference="FT1")
    total = f"{one.total_incl_tax:.0f}"
    read(account, f"22/11/2026,FT1,,{total},{other.number}", f"22/11/2026,FT1,,{total},{one.number}")
    assert state() == [("in", "matched", ""), ("in", "waiting", "conflict")]
    assert BankLine.objects.get(state="waiting").memo == other.number


def test_notices_of_one_number_that_their_service_numbers_apart_are_both_kept(account: BankAccount) -> None:
    one, other, third = make_waiting(), make_waiting(), make_waiting()
    for _ in range(2):  # notices are repeated
        for number, order in enumerate((one, other, third), start=1):
            post(told(memo=order.number, amount=order.total_incl_tax, reference="FT1", id=number))
    assert state() == [("in", "matched", "")] + [("in", "waiting", "conflict")] * 2
    assert (bank_payment(one).received, Receipt.objects.count()) == (one.total_incl_tax, 1)
    post(told(memo=one.number, amount=one.total_incl_tax, reference="FT1", id=9))  # told again by the service
    assert BankLine.objects.count() == 3


def test_row_that_stands_twice_in_its_file_is_one(account: BankAccount) -> None:
    read(account, "22/11/2026,FT1,,5000,ung ho", "22/11/2026,FT1,,5000,Ủng hộ", "23/11/2026,FT1,,5000,ung ho")
    assert state() == [("in", "waiting", "no_order")]


def test_money_out_for_an_order_is_a_row_and_pays_nothing(account: BankAccount) -> None:
    order = make_waiting()
    read(account, f'22/11/2026,FT9,"{order.total_incl_tax:.0f}",,{order.number}')
    assert state() == [("out", "recorded", "")]
    assert bank_payment(order).received == 0


def owed(order: Order, amount: int) -> Refund:
    """Return a refund by bank that staff have still to transfer."""
    pay(order)
    payment = bank_payment(order)
    return refunding.refund_by_staff(
        order_id=order.pk, payment_id=payment.pk, amount=Decimal(amount), key="x", by=HOA, reason="vỡ"
    )


@pytest.mark.parametrize(
    "memo", ["HOAN TIEN {code}", "MBVCB.873.803.Hoan tien {code}.CT tu 01 HTX", "hoan tien don {code}"]
)
def test_our_own_refund_is_known_as_ours(account: BankAccount, memo: str) -> None:
    order = make_waiting()
    refund = owed(order, 30_000)
    read(account, f"22/11/2026,5267.80001,30000,,{memo.format(code=order.number)}")
    line = BankLine.objects.get(direction="out")
    assert (line.state, line.refund) == ("matched", refund)
    refund.refresh_from_db()
    assert refund.state == Refund.State.REQUESTED  # the line books nothing: staff note the transfer


def test_refund_is_known_by_the_number_that_staff_noted(account: BankAccount) -> None:
    order = make_waiting()
    refund = owed(order, 30_000)
    Refund.objects.filter(pk=refund.pk).update(reference="FT 77")
    read(account, "22/11/2026,FT77,30000,,tra lai", "22/11/2026,FT78,30000,,tra lai nua")
    assert list(BankLine.objects.filter(direction="out").order_by("pk").values_list("state", "refund")) == [
        ("matched", refund.pk),
        ("recorded", None),
    ]


def test_refund_whose_number_is_noted_later_is_found_by_the_timer(account: BankAccount) -> None:
    order = make_waiting()
    refund = owed(order, 30_000)
    read(account, "22/11/2026,FT77,30000,,tra lai", "22/11/2026,FT78,30000,,tra lai nua")
    assert jobs.match_going_out() == 0
    Refund.objects.filter(pk=refund.pk).update(reference="FT 77")
    assert [jobs.match_going_out(), jobs.match_going_out()] == [1, 0]
    line = BankLine.objects.get(refund=refund)
    assert (line.reference, line.state, line.handled_at > line.received_at) == ("FT77", "matched", True)


def test_refund_that_comes_back_waits_for_a_person(account: BankAccount) -> None:
    order = make_waiting()
    read(account, f"22/11/2026,FT5,,30000,HOAN TIEN {order.number}")
    assert state() == [("in", "waiting", "returned")]
    assert bank_payment(order).received == 0


def make_payout(**fields: Any) -> Payout:
    account = {"bank_bin": "970436", "bank_account": "1", "bank_holder": "X"}
    return Payout.objects.create(
        partner=make_partner(), run=date(2026, 11, 20), total=90_000, **account, **fields
    )


def settled() -> list[tuple[str, str]]:
    return list(BankLine.objects.order_by("pk").values_list("state", "settles"))


def test_payout_is_known_by_its_number(account: BankAccount) -> None:
    payout = make_payout(reference="ft 5")
    read(account, "22/11/2026,FT5,90000,,chi", "22/11/2026,FT5,80000,,chi", "22/11/2026,FT6,90000,,chi")
    assert settled() == [("matched", f"payout:{payout.pk}"), ("recorded", ""), ("recorded", "")]


def test_payout_that_is_drawn_up_or_numbered_after_its_transfer_is_found_by_the_timer(
    account: BankAccount,
) -> None:
    read(account, "22/11/2026,FT5,90000,,chi", "22/11/2026,FT6,90000,,CHITRA", "22/11/2026,FT7,90000,,chi")
    first, second = make_payout(reference="FT5"), make_payout()
    BankLine.objects.filter(reference="FT6").update(memo=f"{second.memo} CT tu 0123")
    assert [jobs.match_going_out(), jobs.match_going_out()] == [2, 0]
    assert settled() == [
        ("matched", f"payout:{first.pk}"), ("matched", f"payout:{second.pk}"), ("recorded", "")
    ]  # fmt: skip


def test_two_lines_never_settle_one_payout_or_refund(account: BankAccount) -> None:
    refund = owed(make_waiting(), 30_000)
    read(account, "22/11/2026,FT5,90000,,chi", "22/11/2026,FT6,90000,,chi")
    first, second = BankLine.objects.filter(direction="out").order_by("pk")
    assert outgoing.note_settled(line_id=first.pk, what="payout:1")
    assert not outgoing.note_settled(line_id=second.pk, what="payout:1")
    assert not outgoing.note_settled(line_id=first.pk, what="payout:2")
    assert settled()[1:] == [("matched", "payout:1"), ("recorded", "")]
    BankLine.objects.filter(pk=first.pk).update(settles="", refund=refund)
    with pytest.raises(IntegrityError), transaction.atomic():
        BankLine.objects.filter(pk=second.pk).update(state="matched", refund=refund)


def test_payout_is_known_by_its_memo_and_sum(account: BankAccount) -> None:
    payout = make_payout()
    read(
        account,
        f"22/11/2026,FT5,90000,,{payout.memo} CT tu 0123 toi 99",
        f"22/11/2026,FT6,90000,,{payout.memo}0",
        f"22/11/2026,FT7,80000,,{payout.memo}",
    )
    assert list(BankLine.objects.order_by("pk").values_list("state", "settles")) == [
        ("matched", f"payout:{payout.pk}"),
        ("recorded", ""),
        ("recorded", ""),
    ]
