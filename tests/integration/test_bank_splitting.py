"""One transfer for several orders is split by staff, and likely orders are offered."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from catalogue.access.permissions import grant_hub_staff
from shop.core.actors import SYSTEM, Actor
from shop.order.models import Order
from shop.payment import settling
from shop.payment.bank import importing, jobs, manual_matching
from shop.payment.bank.suggestions import suggest
from shop.payment.models import BankAccount, BankLine, Receipt, Refund
from shop.payment.providers import provider
from tests.books import assert_balanced
from tests.producer_accounts import log_in, make_user
from tests.shop import make_market
from tests.transfers import COD, KEY, VIETQR, bank_payment, make_account, make_waiting, post, told

pytestmark = pytest.mark.django_db
HOA = Actor(name="Hoa")


@pytest.fixture(autouse=True)
def market(site_root: object, settings: Settings) -> None:
    settings.PAYMENT_PROVIDERS = [COD, VIETQR]
    settings.BANK_WEBHOOK_API_KEY = KEY
    make_market()
    make_account()


@pytest.fixture
def hoa() -> Client:
    user = make_user("hoa@example.vn", first_name="Hoa")
    grant_hub_staff(users=[user])
    return log_in(user)


def line(memo: str, amount: int | Decimal) -> BankLine:
    post(told(memo=memo, amount=amount))
    return BankLine.objects.latest("pk")


def two() -> tuple[Order, Order, BankLine]:
    one, other = make_waiting(price=100_000), make_waiting(price=200_000)
    total = one.total_incl_tax + other.total_incl_tax
    return one, other, line(f"{one.number} va {other.number}", total)


def statuses(*orders: Order) -> list[str]:
    return [Order.objects.get(pk=order.pk).status for order in orders]


def test_staff_split_a_transfer_between_the_orders_it_names(hoa: Client) -> None:
    one, other, row = two()
    page = hoa.get(reverse("shop_bank_lines:line", args=[row.pk])).content.decode()
    for text in (one.number, other.number, f'value="{other.total_incl_tax:.0f}"'):
        assert text in page
    form = {
        "number_1": one.number.lower(),
        "amount_1": f"{one.total_incl_tax:,.0f}",
        "number_2": other.number,
        "amount_2": f"{other.total_incl_tax:.0f} đ",
    }
    page = hoa.post(reverse("shop_bank_lines:split", args=[row.pk]), form, follow=True).content.decode()
    assert "Đã chia" in page
    row.refresh_from_db()
    assert (row.state, row.handled_by) == ("matched", "Hoa")
    assert sum(part.amount for part in row.parts.all()) == row.amount
    assert statuses(one, other) == ["Placed", "Placed"]
    assert_balanced()


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"number_1": "A", "amount_1": "5"}, "Chia cho ít nhất hai đơn."),
        ({"number_1": "A", "amount_1": "5,5"}, "Nhập số tiền lớn hơn 0"),
        ({"amount_1": "5"}, "Nhập mã đơn."),
        ({"number_1": "A", "amount_1": "5", "number_2": "a", "amount_2": "6"}, "Đơn này đã có ở trên."),
    ],
)
def test_what_is_typed_wrongly_is_said_beside_it(hoa: Client, form: dict[str, str], error: str) -> None:
    _one, _other, row = two()
    page = hoa.post(reverse("shop_bank_lines:split", args=[row.pk]), form)
    assert (page.status_code, error in page.content.decode()) == (422, True)


def test_what_was_typed_stays_when_it_is_refused(hoa: Client) -> None:
    one, other, row = two()
    form = {"number_1": one.number, "amount_1": "1.234", "number_2": other.number, "amount_2": "5.678"}

    def refused(name: str, form: dict[str, str]) -> str:
        response = hoa.post(reverse(f"shop_bank_lines:{name}", args=[row.pk]), form)
        assert response.status_code == 409
        return str(response.content.decode())

    page = refused("split", form)
    for text in ("cộng lại đúng", 'value="1.234"', f'value="{other.number}"'):
        assert text in page
    page = refused("assign", {"number": "khongco1"})
    assert "Không có đơn KHONGCO1" in page
    assert 'value="khongco1"' in page
    manual_matching.set_aside(line_id=row.pk, reason="x", by=HOA)
    page = refused("not_ours", {"reason": "thuê sạp"})
    assert "đã có người xử lý" in page
    assert not Receipt.objects.exists()


def test_part_that_was_not_settled_is_settled_by_the_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, row = two()
    settle = settling.settle

    def fails(**asked: Any) -> Any:
        if asked["payment_id"] == bank_payment(other).pk:
            raise OperationalError("database is locked")
        return settle(**asked)

    monkeypatch.setattr(settling, "settle", fails)
    sums = {one.number: one.total_incl_tax, other.number: other.total_incl_tax}
    manual_matching.split(line_id=row.pk, sums=sums, by=HOA)
    assert statuses(one, other) == ["Placed", "Pending payment"]
    assert jobs.match_new() == 0
    monkeypatch.undo()
    assert [jobs.match_new(), jobs.match_new()] == [1, 0]
    assert statuses(one, other) == ["Placed", "Placed"]
    assert set(other.log.filter(verb="pay").values_list("actor_name", flat=True)) == {"Hoa"}
    assert_balanced()


def test_shares_make_up_the_line_and_are_booked_once() -> None:
    one, other, row = two()
    sums = {one.number: one.total_incl_tax, other.number: other.total_incl_tax}
    for wrong in (
        {one.number: row.amount},
        sums | {one.number: Decimal(1)},
        sums | {other.number: other.total_incl_tax + 5, one.number: one.total_incl_tax - 5, "X": Decimal(0)},
        {one.number: row.amount - 1, "NICHTDA2": Decimal(1)},
    ):
        with pytest.raises(manual_matching.CannotMatch):
            manual_matching.split(line_id=row.pk, sums=wrong, by=HOA)
    assert not Receipt.objects.exists()
    manual_matching.split(line_id=row.pk, sums=sums, by=HOA)
    with pytest.raises(manual_matching.CannotMatch):
        manual_matching.split(line_id=row.pk, sums=sums, by=HOA)
    payment = bank_payment(one)
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    way = provider("bank")
    assert way is not None
    assert way.fetch_report(payment).incoming[0].amount == one.total_incl_tax
    assert (Receipt.objects.count(), Refund.objects.count()) == (2, 0)


def test_likely_orders_are_offered_by_sum_and_name(hoa: Client) -> None:
    same, named, both = (make_waiting(price=price) for price in (100_000, 300_000, 100_000))
    make_waiting(price=500_000)
    for order, name in ((same, "Lê Văn Ví Dụ"), (named, "Trần Thị Mẫu"), (both, "Trần Thị Mẫu")):
        address = order.shipping_address
        address.first_name, address.last_name = name, ""
        address.save()
    row = line("TRAN THI MAU chuyen tien", same.total_incl_tax)
    assert [(one.order, one.by_sum, one.by_name) for one in suggest(row)] == [
        (both, True, True),
        (same, True, False),
        (named, False, True),
    ]
    page = hoa.get(reverse("shop_bank_lines:line", args=[row.pk])).content.decode()
    assert page.index(both.number) < page.index(same.number) < page.index(named.number)
    hoa.post(reverse("shop_bank_lines:assign", args=[row.pk]), {"number": both.number})
    assert statuses(both, same) == ["Placed", "Pending payment"]


def test_line_that_may_be_another_is_confirmed_on_its_page(hoa: Client) -> None:
    order = make_waiting()
    post(told(memo=order.number, amount=order.total_incl_tax) | {"referenceCode": ""})
    post(told(memo=order.number, amount=order.total_incl_tax))
    row = BankLine.objects.get(state="waiting")
    url = reverse("shop_bank_lines:line", args=[row.pk])
    assert "Đúng là khoản đã báo" in hoa.get(url).content.decode()

    def press() -> Any:
        return hoa.post(reverse("shop_bank_lines:duplicate", args=[row.pk]), follow=True).content.decode()

    assert "Đã ghi là trùng." in press()
    assert "đã có người xử lý" in press()
    assert "Đúng là khoản đã báo" not in hoa.get(url).content.decode()
    assert Receipt.objects.count() == 1


def test_many_that_were_told_before_are_confirmed_at_once(hoa: Client) -> None:
    orders = [make_waiting(price=price) for price in (100_000, 200_000, 300_000)]
    rows = [["Ngày", "Số tham chiếu", "Nội dung", "Ghi nợ", "Ghi có"]]
    for number, order in enumerate(orders):
        post(told(memo=order.number, amount=order.total_incl_tax))
        rows.append(["22/11/2026", f"5243.{number}", order.number, "", f"{order.total_incl_tax:.0f}"])
    sheet = importing.upload(account=BankAccount.objects.get(), name="x", rows=rows, by=SYSTEM)
    importing.confirm(sheet_id=sheet.pk, by=SYSTEM)
    url = reverse("shop_bank_lines:statement", args=[sheet.pk])
    first, second, third = BankLine.objects.filter(state="waiting").order_by("pk")
    page = hoa.get(url).content.decode()
    assert page.count('type="checkbox"') >= 3
    hoa.post(url, {"told_before": "1", "line": [first.pk, second.pk, "x", "9" * 30]})
    assert BankLine.objects.get(state="waiting") == third
    assert set(BankLine.objects.filter(state="duplicate").values_list("handled_by", flat=True)) == {"Hoa"}
    assert (Receipt.objects.count(), Refund.objects.count()) == (3, 0)
