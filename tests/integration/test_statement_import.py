"""Statements from the upload to the rows: chosen columns, refusals, long files taken in the background."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django.fixtures import Settings
from wagtail.users.models import UserProfile

from catalogue.access.permissions import grant_hub_staff
from shop.core.actors import SYSTEM
from shop.payment.bank import importing, jobs
from shop.payment.bank.statement import files
from shop.payment.models import BankAccount, BankLine, BankStatement
from shop.timer.jobs import only_one
from tests.picture_files import LYING
from tests.producer_accounts import log_in, make_user
from tests.shop import make_market
from tests.transfers import COD, KEY, VIETQR, bank_payment, make_account, make_waiting

pytestmark = pytest.mark.django_db
HEAD = ["Ngày giao dịch", "Số tham chiếu", "Ghi nợ", "Ghi có", "Nội dung"]


@pytest.fixture(autouse=True)
def account(site_root: object, settings: Settings) -> BankAccount:
    settings.PAYMENT_PROVIDERS = [COD, VIETQR]
    settings.BANK_WEBHOOK_API_KEY = KEY
    make_market()
    return make_account()


@pytest.fixture
def hoa(account: BankAccount) -> Client:
    user = make_user("hoa@example.vn")
    grant_hub_staff(users=[user])
    return log_in(user)


def hand_in(client: Client, data: bytes, name: str = "sao-ke.csv") -> str:
    file = SimpleUploadedFile(name, data)
    form = {"account": BankAccount.objects.get().pk, "file": file}
    response = client.post(reverse("shop_bank_lines:upload"), form, follow=True)
    return response.content.decode()


def act(client: Client, **data: str) -> str:
    url = reverse("shop_bank_lines:statement", args=[BankStatement.objects.latest("pk").pk])
    return client.post(url, data, follow=True).content.decode()


def test_workbook_is_taken_as_it_comes_from_the_bank(hoa: Client) -> None:
    order = make_waiting()
    book, file = openpyxl.Workbook(), BytesIO()
    for row in (["SAO KÊ"], HEAD, ["30/11/2026", "FT1", None, int(order.total_incl_tax), order.number]):
        book["Sheet"].append(row)
    book.save(file)
    page = hand_in(hoa, file.getvalue(), "sao-ke.xlsx")
    assert f"mới: {order.number}" in page
    assert "1 khoản vào đơn" in act(hoa, confirm="1")
    assert bank_payment(order).received == order.total_incl_tax


def test_preview_shows_what_was_taken_for_what_and_staff_change_it(hoa: Client) -> None:
    data = "Ngày,Mã,Ghi chú,Số tiền,Chiều\n30/11/2026,A1,ung ho,5000,Có\n30/11/2026,A2,phi,1000,Nợ\n"
    page = hand_in(hoa, data.encode())
    for chosen in ("1. Ngày", "2. Mã", "3. Ghi chú", "4. Số tiền", "5. Chiều"):
        assert f"selected>{chosen}</option>" in page
    assert "5.000" in page
    page = act(hoa, heading="1", date="0", reference="1", memo="2", credit="3")
    assert "tiền ra: ghi lại" not in page
    assert "mới, không có mã của đơn nào: chờ người xem" in page
    assert "Chọn một cột số tiền" in act(hoa, heading="1", credit="3", amount="3", memo="2")
    assert "Chọn cột số tiền" in act(hoa, heading="1", memo="2")
    assert "Chọn cột nội dung" in act(hoa, heading="1", credit="3")


def test_preview_shows_rows_first_and_counts_one_in_english(hoa: Client) -> None:
    data = "Ngày,Mã,Nội dung,Ghi có,Ghi nợ\n30/11/2026,A1,ung ho,5000,\n".encode()
    page = hand_in(hoa, data)
    places = [page.index(text) for text in ("w-overflow-auto", "Sẽ thế nào", 'name="confirm"', "<details")]
    assert places == sorted(places)
    user = get_user_model().objects.get(email="hoa@example.vn")
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": "en"})
    url = reverse("shop_bank_lines:statement", args=[BankStatement.objects.get().pk])
    assert "Import 1 row <" in " ".join(hoa.get(url).content.decode().split())


def test_lock_of_a_statement_leaves_no_file_behind(hoa: Client, settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    hand_in(hoa, "Ngày,Mã,Nội dung,Ghi có\n30/11/2026,A1,ung ho,5000\n".encode())
    act(hoa, confirm="1")
    assert BankLine.objects.count() == 1
    assert list(tmp_path.glob("statement-*")) == []
    with only_one("x") as first, only_one("x") as second:
        assert (first, second) == (True, connection.vendor == "postgresql")  # one session shares its locks
    with only_one("x") as ours:
        assert ours


def test_file_without_direction_is_refused_until_staff_say_it(hoa: Client) -> None:
    page = hand_in(hoa, b"Date,Reference,Description,Amount\n2026-11-30,A1,x,5000\n2026-11-30,A2,y,6000\n")
    assert "Không biết dòng nào là tiền vào" in page
    act(hoa, confirm="1")
    assert not BankLine.objects.exists()
    chosen = {"heading": "1", "date": "0", "reference": "1", "memo": "2", "amount": "3", "unsigned": "out"}
    assert "tiền ra: ghi lại" in act(hoa, **chosen)
    act(hoa, confirm="1")
    assert set(BankLine.objects.values_list("direction", "state")) == {("out", "recorded")}


def test_messages_of_the_bank_are_pasted(hoa: Client) -> None:
    order = make_waiting()
    text = f"TK 03xxx619|GD: +{order.total_incl_tax:,.0f}VND 30/11/26 12:01 |SD: 1,880,000VND|ND: ck {order.number}"
    form = {"account": BankAccount.objects.get().pk, "text": text}
    url = reverse("shop_bank_lines:upload")
    assert f"mới: {order.number}" in hoa.post(url, form, follow=True).content.decode()
    act(hoa, confirm="1")
    assert bank_payment(order).received == order.total_incl_tax
    assert "dán tin nhắn" in hoa.post(url, form | {"text": ""}).content.decode()
    assert hoa.post(url, form | {"text": ""}).status_code == 422


def test_statement_of_another_account_of_ours_is_refused(hoa: Client) -> None:
    other = make_account(bank="970422", number="7400000000944", is_default=False)
    data = "Số tài khoản: 7400 0000 00944,,\nNgày,Nội dung,Ghi có\n30/11/2026,x,5000\n"
    file = SimpleUploadedFile("x.csv", data.encode())
    form = {"account": BankAccount.objects.exclude(pk=other.pk).get().pk, "file": file}
    page = hoa.post(reverse("shop_bank_lines:upload"), form, follow=True).content.decode()
    assert "7400000000944. Hãy tải lên lại" in page
    act(hoa, confirm="1")
    assert not BankLine.objects.exists()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (json.dumps([{"Ngày": "30/11/2026", "Ghi có": "5", "Nội dung": "x\x00"}]), "Dòng 2 có ký tự hỏng"),
        (json.dumps([{"Ngày": "30/11/2026", "Ghi có": "5", "Nội dung": "\ud83d"}]), "Dòng 2 có ký tự hỏng"),
        (f"Ngày,Ghi có,Nội dung\n30/11/2026,5000,{'x' * 140_000}\n", "Tệp CSV hỏng"),
        (f"Ngày,Ghi có,Nội dung\n30/11/2026,5000,{'x' * 9_000}\n", "Dòng 2 có ô dài quá 5000 ký tự"),
        (f"<table><tr><td>Ngày<td>Ghi có<td>Nội dung<tr><td>{'x' * 140_000}</table>", "Dòng 2 có ô dài quá"),
        (json.dumps([{"Ngày": "x" * 140_000, "Ghi có": "5", "Nội dung": "x"}]), "Dòng 2 có ô dài quá"),
    ],
)
def test_file_that_cannot_be_kept_is_refused_beside_the_field(hoa: Client, data: str, error: str) -> None:
    file = SimpleUploadedFile("sao-ke.csv", data.encode())
    form = {"account": BankAccount.objects.get().pk, "file": file}
    response = hoa.post(reverse("shop_bank_lines:upload"), form)
    assert (response.status_code, error in response.content.decode()) == (422, True)
    assert not BankStatement.objects.exists()


def test_rows_that_cannot_be_read_are_named_after_the_import(hoa: Client) -> None:
    data = "Ngày,Mã,Nội dung,Ghi có\n30/11/2026,A1,ung ho,5000\nhôm qua,A2,x,6000\n30/11/2026,A3,y,7000.5\n"
    assert "không đọc được ngày" in hand_in(hoa, data.encode())
    page = act(hoa, confirm="1")
    outcome = (
        "0 khoản vào đơn, 1 khoản chờ người xem, 0 khoản tiền ra, 0 dòng đã có, "
        "2 dòng không đọc được nên không nhập (dòng 3, 4)."
    )
    assert page.count(outcome) == 2  # said at once, and kept
    sheet = BankStatement.objects.get()
    with override("en"):
        assert sheet.outcome == (
            "0 booked on orders, 1 waits for a person, 0 are money out, 0 rows were known, "
            "2 rows could not be read and were left out (rows 3, 4)."
        )
    BankStatement.objects.update(counts={"matched": 1, "waiting": 0, "out": 1, "skipped": 1})
    with override("en"):
        words = "1 booked on an order, 0 wait for a person, 1 is money out, 1 row was known."
        assert BankStatement.objects.get().outcome == words


SEMICOLONS = "Số tham chiếu;Nội dung;Ghi có\nFT1;ung ho;5.000\nFT2;ung ho, lan 2;6.000\n"
OLD_COLUMNS = {"heading": 0, "reference": 0, "memo": 1, "credit": 2, "debit": None, "date": None}


def test_statement_that_the_release_before_has_kept_is_read_and_taken(
    hoa: Client, account: BankAccount
) -> None:
    """It kept the file's own text, whatever separates its cells."""
    sheet = BankStatement.objects.create(account=account, name="cũ.csv", text=SEMICOLONS, columns=OLD_COLUMNS)
    url = reverse("shop_bank_lines:statement", args=[sheet.pk])
    page = hoa.get(url).content.decode()
    assert "6.000" in page
    assert "3. Ghi có" in page
    act(hoa, confirm="1")
    assert sorted(BankLine.objects.values_list("amount", flat=True)) == [5_000, 6_000]


def test_columns_of_a_kept_statement_are_chosen_anew(hoa: Client, account: BankAccount) -> None:
    sheet = BankStatement.objects.create(account=account, name="cũ.csv", text=SEMICOLONS, columns=OLD_COLUMNS)
    assert "5.000" in act(hoa, heading="1", memo="1", debit="2")
    act(hoa, confirm="1")
    assert set(BankLine.objects.values_list("direction", "reference")) == {("out", "")}
    sheet.refresh_from_db()
    assert sheet.confirmed_at


def test_kept_statement_that_cannot_be_read_is_refused_in_words(hoa: Client, account: BankAccount) -> None:
    text = f"Số tham chiếu;Nội dung;Ghi có\nFT1;{'x' * 140_000};5.000\n"
    sheet = BankStatement.objects.create(account=account, name="cũ.csv", text=text, columns=OLD_COLUMNS)
    page = hoa.get(reverse("shop_bank_lines:statement", args=[sheet.pk]))
    assert (page.status_code, "Tệp CSV hỏng" in page.content.decode()) == (200, True)
    assert "Tệp CSV hỏng" in act(hoa, confirm="1")
    assert "Tệp không có dòng đó" in act(hoa, heading="1", memo="1", credit="2")
    assert not BankLine.objects.exists()


def rows(count: int, first: str) -> list[list[str]]:
    body = [["30/11/2026", f"FT{number:06d}", "", str(5_000 + number), "ung ho"] for number in range(count)]
    body[0][3:] = ["118000", first]
    return [HEAD, *body]


def test_long_statement_goes_on_in_the_background_and_shows_how_far_it_is(
    hoa: Client, account: BankAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = make_waiting()
    sheet = importing.upload(account=account, name="x", rows=rows(250, order.number), by=SYSTEM)
    monkeypatch.setattr(importing, "AT_ONCE_S", 0)
    page = act(hoa, confirm="1")
    assert "Đã nhập 100 trong 250 dòng" in page
    assert BankLine.objects.count() == 100
    assert "Đã nhập 200 trong 250 dòng" in act(hoa, confirm="1")
    assert jobs.import_statements() == 1
    sheet.refresh_from_db()
    assert (sheet.taken, sheet.text, bool(sheet.confirmed_at)) == (250, "", True)
    assert sheet.outcome.startswith("1 khoản vào đơn, 249 khoản chờ người xem")
    assert (BankLine.objects.count(), jobs.import_statements()) == (250, 0)


def test_batch_taken_twice_by_a_killed_process_is_known(account: BankAccount) -> None:
    order = make_waiting()
    sheet = importing.upload(account=account, name="x", rows=rows(120, order.number), by=SYSTEM)
    importing.confirm(sheet_id=sheet.pk, by=SYSTEM)
    BankStatement.objects.filter(pk=sheet.pk).update(
        taken=0, confirmed_at=None, text=files.to_csv(rows(120, order.number))
    )
    assert jobs.import_statements() == 1
    assert (BankLine.objects.count(), bank_payment(order).received) == (120, 118_000)


def test_taking_a_batch_costs_a_few_queries(account: BankAccount, django_assert_max_num_queries: Any) -> None:
    order = make_waiting()
    sheet = importing.upload(account=account, name="x", rows=rows(100, "ung ho"), by=SYSTEM)
    with django_assert_max_num_queries(40):
        importing.confirm(sheet_id=sheet.pk, by=SYSTEM)
    assert bank_payment(order).received == 0


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "xls"])
@pytest.mark.parametrize(
    "data", [*LYING.values(), b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_file_that_lies_is_refused_or_shown_as_the_text_it_is(hoa: Client, data: bytes, suffix: str) -> None:
    page = hand_in(hoa, data, f"sao-ke.{suffix}")
    assert ("error-message" in page) == (not BankStatement.objects.exists())
    assert "<script>alert" not in page
    assert not BankLine.objects.exists()
