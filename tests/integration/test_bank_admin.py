"""Staff see to money in the bank: lines without an order, statements, accounts; nobody else does."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from catalogue.access.permissions import grant_hub_staff, grant_producer
from shop.order.models import Order
from shop.payment.models import BankAccount, BankLine, BankStatement, Receipt
from tests.factories import make_partner
from tests.producer_accounts import log_in, make_user
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
HEADING = "Ngày giao dịch,Số tham chiếu,Nội dung,Số tiền ghi có,Số tiền ghi nợ\n"


@pytest.fixture(autouse=True)
def account(site_root: Any, settings: Settings) -> BankAccount:
    settings.PAYMENT_PROVIDERS = [COD, VIETQR]
    settings.BANK_WEBHOOK_API_KEY = KEY
    make_market()
    return make_account()


@pytest.fixture
def hoa(account: BankAccount) -> Client:
    user = make_user("hoa@example.vn", first_name="Hoa")
    grant_hub_staff(users=[user])
    return log_in(user)


def line(**fields: Any) -> BankLine:
    post(told(**{"memo": "ung ho", "amount": 50_000, **fields}))
    return BankLine.objects.order_by("-pk")[0]


def act(client: Client, name: str, row: BankLine, **data: str) -> Any:
    return client.post(reverse(f"shop_bank_lines:{name}", args=[row.pk]), data, follow=True)


def hand_in(client: Client, text: str, account: BankAccount, *, encoding: str = "utf-8") -> Any:
    file = SimpleUploadedFile("sao-ke.csv", text.encode(encoding), content_type="text/csv")
    return client.post(reverse("shop_bank_lines:upload"), {"account": account.pk, "file": file}, follow=True)


def confirm(client: Client, **data: str) -> Any:
    sheet = BankStatement.objects.get()
    url = reverse("shop_bank_lines:statement", args=[sheet.pk])
    return client.post(url, data or {"confirm": "1"}, follow=True)


def csv_line(order: Order, reference: str = "FT900", amount: str = "") -> str:
    return f'22/11/2026,{reference},"ck {order.number}",{amount or f"{order.total_incl_tax:.0f}"},\n'


def status(order: Order) -> str:
    return Order.objects.get(pk=order.pk).status


def test_lists_show_what_waits(hoa: Client) -> None:
    waiting, order = line(memo="khong ro"), make_waiting()
    pay(order, 30_000)
    text = hoa.get(reverse("shop_bank_lines:index")).content.decode()
    assert "khong ro" in text
    assert "không có mã của đơn nào" in text
    found = hoa.get(reverse("shop_bank_lines:index"), {"state": "waiting"}).content.decode()
    assert reverse("shop_bank_lines:line", args=[waiting.pk]) in found
    assert waiting.key not in found
    assert f"ck {order.number}" not in found
    assert order.number not in found
    uneven = hoa.get(reverse("shop_uneven_transfers:index")).content.decode()
    assert order.number in uneven
    assert reverse("shop_orders:detail", args=[order.pk]) in uneven
    assert "khong ro" in hoa.get(reverse("shop_bank_lines:index_results"), {"q": "khong"}).content.decode()


def test_list_leads_with_what_decides_and_scrolls_on_a_phone(hoa: Client) -> None:
    line(memo="khong ro " * 30)
    text = hoa.get(reverse("shop_bank_lines:index")).content.decode()
    heads = re.findall(r"<th[^>]*>\s*([^<]*?)\s*</th>", text.split('class="listing', 1)[1])
    assert heads == ["Số tiền", "Ngày", "Nội dung", "Đơn", "Tình trạng", "Vướng gì"]
    assert "22/11/2026" in text
    assert "khong ro " * 10 not in text
    assert text.index("w-overflow-auto") < text.index('class="listing')
    assert re.search(r"<title>\s*Tiền ở ngân hàng", text)


def test_line_that_one_sign_speaks_for_says_it_plainly(hoa: Client) -> None:
    make_waiting(price=100_000)
    row = line(amount=int(make_waiting(price=120_000).total_incl_tax))
    text = " ".join(hoa.get(reverse("shop_bank_lines:line", args=[row.pk])).content.decode().split())
    assert "(đúng số tiền)" in text


def test_lists_take_nonsense(hoa: Client) -> None:
    line()
    for name in ("shop_bank_lines", "shop_uneven_transfers", "shop_bank_accounts"):
        for query in ("q=", "q=%00", "q=%22", "state=nonsense", "p=999", "ordering=x"):
            assert hoa.get(f"{reverse(f'{name}:index')}?{query}").status_code == 200, (name, query)


def test_staff_gives_a_line_to_an_order(hoa: Client) -> None:
    order = make_waiting()
    row = line(amount=int(order.total_incl_tax))
    assert "Ghi vào đơn" in hoa.get(reverse("shop_bank_lines:line", args=[row.pk])).content.decode()
    page = act(hoa, "assign", row, number=f" {order.number.lower()} ")
    assert order.number in page.content.decode()
    assert status(order) == "Placed"
    assert order.log.filter(verb="note", actor__email="hoa@example.vn", reference=row.key).count() == 1
    page = act(hoa, "assign", row, number=order.number)
    assert "đã có người xử lý" in page.content.decode()
    assert Receipt.objects.count() == 1


def test_staff_puts_a_line_aside_with_a_reason(hoa: Client) -> None:
    row = line()
    assert act(hoa, "not_ours", row, reason="").status_code == 422
    act(hoa, "not_ours", row, reason="tiền thuê sạp")
    row.refresh_from_db()
    assert (row.note, row.payment, row.state) == ("tiền thuê sạp", None, "set_aside")
    order = make_waiting()
    page = act(hoa, "assign", row, number=order.number)
    assert "đã có người xử lý" in page.content.decode()
    act(hoa, "assign", row, number=order.number, revise="1")
    assert bank_payment(order).received == 50_000


def test_unknown_order_is_told(hoa: Client) -> None:
    row = line()
    assert "Không có đơn NICHTDA2." in act(hoa, "assign", row, number="nichtda2").content.decode()
    assert act(hoa, "assign", row, number="").status_code == 422
    assert not Receipt.objects.exists()


def test_statement_is_looked_at_then_taken(hoa: Client, account: BankAccount) -> None:
    order, known, short = make_waiting(), make_waiting(), make_waiting()
    pay(known, reference="FT800")
    text = (
        HEADING
        + csv_line(order)
        + csv_line(known, "FT800")
        + csv_line(short, "FT901", '"20.000"')
        + csv_line(short, "FT901", '"20.000"')
        + "22/11/2026,FT902,tien sap,5000,\n22/11/2026,FT903,rut tien,,9000\n22/11/2026,,x,5x,\n"
    )
    page = hand_in(hoa, text, account).content.decode()
    assert Receipt.objects.count() == 1  # nothing is booked by looking
    for words in (
        f"mới: {order.number}",
        "đã có: bỏ qua",
        "chờ người xem",
        "tiền ra: ghi lại",
        "không đọc được số tiền",
    ):
        assert words in page
    page = confirm(hoa).content.decode()
    assert "2 khoản vào đơn, 1 khoản chờ người xem, 1 khoản tiền ra, 2 dòng đã có, 1 dòng không đọc" in page
    assert (status(order), status(known), int(bank_payment(short).received)) == ("Placed", "Placed", 20_000)
    sheet = BankStatement.objects.get()
    assert (sheet.text, bool(sheet.confirmed_at)) == ("", True)
    assert "đã được nhập" in confirm(hoa).content.decode()
    assert Receipt.objects.count() == 3


def test_statement_again_takes_nothing_twice(hoa: Client, account: BankAccount) -> None:
    order = make_waiting()
    hand_in(hoa, HEADING + csv_line(order), account)
    confirm(hoa)
    BankStatement.objects.all().delete()
    page = hand_in(hoa, HEADING + csv_line(order, "ft 900"), account).content.decode()
    assert "đã có: bỏ qua" in page
    confirm(hoa)
    post(told(memo=order.number, amount=order.total_incl_tax, reference="FT900"))
    assert (Receipt.objects.count(), BankLine.objects.count()) == (1, 1)


def test_line_told_without_the_banks_id_is_known_by_its_likeness(hoa: Client, account: BankAccount) -> None:
    order = make_waiting()
    post(told(memo=f"ck {order.number}", amount=order.total_incl_tax) | {"referenceCode": ""})
    page = hand_in(hoa, HEADING + csv_line(order), account).content.decode()
    assert "tin báo không kèm mã ngân hàng" in page


def test_columns_are_chosen_where_none_is_recognised(hoa: Client, account: BankAccount) -> None:
    order = make_waiting()
    text = f"A,B,C\nFT1,{order.number},{order.total_incl_tax:.0f}\n"
    assert "Hãy chọn các cột" in hand_in(hoa, text, account).content.decode()
    wrong = confirm(hoa, heading="99", reference="0", memo="1", credit="x")
    assert wrong.status_code == 422
    page = confirm(hoa, heading="1", reference="0", memo="1", credit="2", debit="", date="")
    assert f"mới: {order.number}" in page.content.decode()
    confirm(hoa)
    assert status(order) == "Placed"


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"", b"\x00" * 10, b"x" * (4 * 1024 * 1024 + 1)])
def test_other_files_are_refused(hoa: Client, account: BankAccount, data: bytes) -> None:
    file = SimpleUploadedFile("sao-ke.csv", data)
    url = reverse("shop_bank_lines:upload")
    assert hoa.post(url, {"account": account.pk, "file": file}).status_code == 422
    assert not BankStatement.objects.exists()


def test_account_is_checked_and_default_moves(hoa: Client, account: BankAccount) -> None:
    form = {"bank": "970422", "number": "0900 111 222", "holder": "Chợ Bắc Ninh", "is_active": "on"}
    url = reverse("shop_bank_accounts:add")
    for wrong in ({"bank": "123456"}, {"bank": "970408"}, {"number": "12 é"}, {"number": "1" * 20}):
        assert hoa.post(url, form | wrong).status_code == 200
    assert hoa.post(url, {**form, "is_active": "", "is_default": "on"}).status_code == 200
    assert BankAccount.objects.get() == account
    assert hoa.post(url, form | {"is_default": "on"}).status_code == 302
    added = BankAccount.objects.exclude(pk=account.pk).get()
    assert (added.number, added.holder, added.bank_name) == ("0900111222", "CHO BAC NINH", "MB Bank")
    assert BankAccount.current() == added
    assert hoa.post(url, form).status_code == 200  # the same number again
    assert BankAccount.objects.count() == 2


def test_number_of_an_account_in_use_stays(hoa: Client, account: BankAccount) -> None:
    make_waiting()
    form = {"bank": "970422", "number": "99999", "holder": "Khác", "is_active": "on", "is_default": "on"}
    hoa.post(reverse("shop_bank_accounts:edit", args=[account.pk]), form)
    account.refresh_from_db()
    assert (account.bank, account.number, account.holder) == ("970436", NUMBER, "KHAC")
    assert hoa.post(reverse("shop_bank_accounts:delete", args=[account.pk])).status_code in {302, 403}
    assert BankAccount.objects.count() == 1


@pytest.mark.parametrize("who", ["nobody", "reader", "producer"])
def test_others_see_and_move_nothing(account: BankAccount, who: str) -> None:
    user = make_user("khac@example.vn")
    group = Group.objects.create(name="Khác")
    codenames = ["access_admin"] + (["view_bankline", "change_bankline"] if who == "producer" else [])
    codenames += ["view_bankline"] if who == "reader" else []
    group.permissions.set(Permission.objects.filter(codename__in=codenames))
    user.groups.add(group)
    if who == "producer":
        grant_producer(partner=make_partner(), users=[user])
    client = log_in(user)
    row, order = line(memo="BIMAT"), make_waiting()
    pages = [reverse("shop_bank_lines:index"), reverse("shop_bank_lines:line", args=[row.pk])]
    seen = ["BIMAT" in client.get(url, follow=True).content.decode() for url in pages]
    assert seen == [who == "reader"] * 2
    act(client, "assign", row, number=order.number)
    act(client, "not_ours", row, reason="x")
    hand_in(client, HEADING + csv_line(order), account)
    row.refresh_from_db()
    assert (row.payment, row.state, BankStatement.objects.count()) == (None, "waiting", 0)
    assert client.get(reverse("shop_bank_accounts:add")).status_code in {302, 403}
