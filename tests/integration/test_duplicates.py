"""One transfer told under two ids is booked once, and two that look alike are two."""

import pytest
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM
from shop.order.models import Order
from shop.payment.bank import importing
from shop.payment.bank.statement import files
from shop.payment.models import BankAccount, BankLine, Refund
from tests.shop import make_market
from tests.transfers import COD, KEY, VIETQR, bank_payment, make_account, make_waiting, post, told

pytestmark = pytest.mark.django_db
HEAD = "Ngày giao dịch,Số tham chiếu,Nội dung,Số tiền ghi có,Số tiền ghi nợ\n"


@pytest.fixture(autouse=True)
def account(site_root: object, settings: Settings) -> BankAccount:
    settings.PAYMENT_PROVIDERS = [COD, VIETQR]
    settings.BANK_WEBHOOK_API_KEY = KEY
    make_market()
    return make_account()


def read(account: BankAccount, order: Order, amount: int, *references: str) -> str:
    """Take a statement with a row for each reference; return what staff read."""
    rows = [f'22/11/2026,{reference},{order.number},"{amount}",\n' for reference in references]
    text = HEAD + "".join(rows)
    sheet = importing.upload(account=account, name="x.csv", rows=files.from_csv(text), by=SYSTEM)
    return importing.confirm(sheet_id=sheet.pk, by=SYSTEM).outcome


def tell(order: Order, amount: int, reference: str = "") -> None:
    """Post a notice; without a reference the service leaves the bank's id out."""
    message = told(memo=order.number, amount=amount) | {"referenceCode": reference}
    assert post(message).status_code == 200


def received(order: Order) -> int:
    return int(bank_payment(order).received)


def waiting() -> list[str]:
    return list(BankLine.objects.filter(state="waiting").values_list("reason", flat=True))


@pytest.fixture
def order() -> Order:
    """An order that waits for 118 000 ₫."""
    return make_waiting()


def test_notice_without_the_banks_id_after_the_statement_waits_for_a_person(
    account: BankAccount, order: Order
) -> None:
    read(account, order, 118_000, "FT1")
    tell(order, 118_000)
    assert (received(order), waiting()) == (118_000, ["twice"])
    assert not Refund.objects.exists()


def test_notice_with_the_banks_id_after_one_without_it_waits_for_a_person(order: Order) -> None:
    tell(order, 118_000)
    tell(order, 118_000, "FT1")
    assert (received(order), waiting()) == (118_000, ["twice"])


def test_notice_with_an_id_that_a_statement_has_told_of_is_known(account: BankAccount, order: Order) -> None:
    tell(order, 118_000)
    read(account, order, 118_000, "FT1")
    tell(order, 118_000, "FT1")
    assert (received(order), waiting(), BankLine.objects.count()) == (118_000, [], 2)
    assert not Refund.objects.exists()


def test_second_of_two_equal_transfers_is_taken_from_the_statement(
    account: BankAccount, order: Order
) -> None:
    tell(order, 59_000)
    assert read(account, order, 59_000, "FT1", "FT2").startswith("1 khoản vào đơn")
    assert (received(order), waiting()) == (118_000, [])
    assert read(account, order, 59_000, "FT1", "FT2").startswith("0 khoản vào đơn")


def test_second_of_two_equal_transfers_comes_with_the_next_statement(
    account: BankAccount, order: Order
) -> None:
    tell(order, 59_000)
    read(account, order, 59_000, "FT1")
    read(account, order, 59_000, "FT1", "FT2")
    assert (received(order), waiting()) == (118_000, [])


def test_each_late_notice_stands_for_one_row(account: BankAccount, order: Order) -> None:
    read(account, order, 59_000, "FT1")
    tell(order, 59_000)
    tell(order, 59_000)
    assert (received(order), waiting()) == (118_000, ["twice"])


def test_other_days_memos_and_sums_are_other_transfers(account: BankAccount, order: Order) -> None:
    read(account, order, 59_000, "FT1")
    message = told(memo=order.number, amount=59_000) | {"referenceCode": ""}
    post(message | {"transactionDate": "2026-11-25 09:00:00"})
    assert (received(order), waiting()) == (118_000, [])


def test_same_notice_again_stays_what_it_was(order: Order) -> None:
    message = told(memo=order.number, amount=118_000) | {"referenceCode": ""}
    for _ in range(2):
        post(message)
    assert (received(order), waiting()) == (118_000, [])
