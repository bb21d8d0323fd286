"""Lines of the bank: from CSV of any bank and from notifications, read alike or not at all."""

import hashlib
import hmac
import time
import unicodedata
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from shop.payment.bank.amounts import dong, moment
from shop.payment.bank.services import NotATransaction, sepay
from shop.payment.bank.statement import columns, files
from shop.payment.bank.statement.reading import read
from shop.payment.bank.transactions import BankTransaction

ACCOUNT = "0123456789"
BODY = {
    "id": 92704,
    "gateway": "Vietcombank",
    "transactionDate": "2026-11-21 14:02:37",
    "accountNumber": ACCOUNT,
    "code": None,
    "content": "K7M2QX9A chuyen tien",
    "transferType": "in",
    "transferAmount": 2277000,
    "accumulated": 19077000,
    "subAccount": None,
    "referenceCode": "MBVCB.3278907687",
    "description": "",
}


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1585000", 1_585_000),
        ("1.585.000", 1_585_000),
        ("1,585,000", 1_585_000),
        ("1,585,000.00", 1_585_000),
        ("1.585.000,00", 1_585_000),
        ("1585000.00", 1_585_000),
        ("1 585 000 VND", 1_585_000),
        ("1\u00a0585\u00a0000\u00a0₫", 1_585_000),
        ("+1.585.000 đ", 1_585_000),
        ("-50.000", -50_000),
        ("(50,000)", -50_000),
        ("−50.000 đồng", -50_000),
        ("1.585", 1_585),
        ("0", 0),
    ],
)
def test_sums_are_read_as_banks_write_them(text: str, amount: int) -> None:
    assert dong(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1.5", "1,585.50", "1.58.000", "1.585,000.00", "1e6", "--", "９９９", "9" * 13, "NaN", "1-2"],
)
def test_nonsense_is_no_sum(text: str) -> None:
    with pytest.raises(ValueError, match="no sum"):
        dong(text)


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_every_way_of_writing_a_sum_means_the_same(amount: int) -> None:
    english = f"{amount:,}"
    vietnamese = english.replace(",", ".")
    ways = {english, vietnamese, f"{english}.00", f"{vietnamese},00", str(amount), f"+{amount} VND"}
    assert {dong(way) for way in ways} == {Decimal(amount)}


def test_times_are_on_the_shops_clock() -> None:
    wanted = "2026-11-21T14:02:00+07:00"
    for text in ("2026-11-21 14:02", "21/11/2026 14:02:00", "21-11-2026  14:02", "2026-11-21T14:02:00"):
        found = moment(text)
        assert found is not None
        assert found.isoformat() == wanted
    assert moment("hôm qua") is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T07:02:00Z",
        "2026-11-21T07:02:00.000Z",
        "2026-11-21T14:02:00+07:00",
        "2026-11-21T09:02:00+0200",
    ],
)
def test_time_that_names_its_zone_is_of_that_zone(text: str) -> None:
    found = moment(text)
    assert found is not None
    assert found.isoformat() == "2026-11-21T14:02:00+07:00"


VIETCOMBANK = """NGÂN HÀNG TMCP NGOẠI THƯƠNG VIỆT NAM;;;;
Số tài khoản:;0123456789;;;
;;;;
STT;Ngày giao dịch;Số tham chiếu;Số tiền ghi nợ;Số tiền ghi có;Mô tả
1;21/11/2026;5051 - 12345;;1.585.000;IBVCB.123.K7M2QX9A.Thanh toan
2;21/11/2026;5051 - 12346;22.000;;Phi chuyen tien
3;22/11/2026;;;5.000;khong ma
4;22/11/2026;5051 - 12347;;năm nghìn 5;x
5;22/11/2026;1,23457E+14;;5.000;x
;;Tổng;22.000;1.590.000;
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
def test_statement_is_read_in_every_encoding(encoding: str) -> None:
    text = VIETCOMBANK
    if encoding == "cp1258":  # marks of tone stand apart there; vowels with hat or horn do not
        text = "".join(_windows(char) for char in unicodedata.normalize("NFC", text))
    rows = files.open_file(text.encode(encoding))
    found = columns.recognise(rows)
    assert (found.heading, found.reference, found.debit, found.credit, found.memo, found.date) == (
        3, 2, 3, 4, 5, 1,
    )  # fmt: skip
    lines = read(rows, found, account=ACCOUNT)
    assert [(row.number, row.line.direction, int(row.line.amount)) for row in lines if row.line] == [
        (5, "in", 1_585_000),
        (6, "out", 22_000),
        (7, "in", 5_000),
    ]
    assert [row.problem for row in lines if row.problem] == [
        "không đọc được số tiền",
        "mã giao dịch bị bảng tính đổi thành số; hãy tải lại tệp từ ngân hàng",
    ]
    first = lines[0].line
    assert first is not None
    assert (first.key, first.memo) == ("0123456789:505112345", "IBVCB.123.K7M2QX9A.Thanh toan")


def _windows(char: str) -> str:
    try:
        char.encode("cp1258")
    except UnicodeEncodeError:
        whole = unicodedata.normalize("NFD", char)
        tone = next((mark for mark in whole[1:] if mark in "\u0300\u0301\u0303\u0309\u0323"), "")
        return unicodedata.normalize("NFC", whole.replace(tone, "")) + tone
    return char


def test_headings_unknown_are_left_for_people() -> None:
    rows = files.open_file(b"A,B,C\n1,FT1,5000\n")
    assert not columns.recognise(rows).complete
    chosen = columns.Columns(heading=0, reference=1, memo=0, credit=2)
    (row,) = read(rows, chosen, account=ACCOUNT)
    assert row.line == BankTransaction(
        account=ACCOUNT, direction="in", amount=Decimal(5000), reference="FT1", memo="1"
    )


def test_notification_is_a_transaction() -> None:
    (line,) = sepay.transactions(BODY)
    assert line == BankTransaction(
        account=ACCOUNT,
        direction="in",
        reference="MBVCB.3278907687",
        amount=Decimal(2_277_000),
        memo="K7M2QX9A chuyen tien",
        at=moment("2026-11-21 14:02:37"),
        service_id="SEPAY92704",
    )
    assert sepay.transactions({**BODY, "transferType": "out"})[0].direction == "out"
    assert sepay.transactions({**BODY, "referenceCode": ""})[0].key == f"{ACCOUNT}:SEPAY92704"
    assert len(sepay.transactions({**BODY, "referenceCode": "X" * 400})[0].key) <= 120


@pytest.mark.parametrize(
    "change",
    [
        {"transferAmount": "nhiều"},
        {"transferAmount": 0},
        {"transferAmount": -5},
        {"transferAmount": 0.5},
        {"transferAmount": None},
        {"transferAmount": True},
        {"transferAmount": 10**12},
        {"transferType": "both"},
        {"accountNumber": None},
        {"referenceCode": None, "id": None},
        {"accountNumber": {"a": 1}},
    ],
)
def test_nonsense_is_no_line(change: dict[str, Any]) -> None:
    with pytest.raises(NotATransaction):
        sepay.transactions({**BODY, **change})


@pytest.mark.parametrize("message", [None, [], "x", 5])
def test_other_json_is_no_line(message: Any) -> None:
    with pytest.raises(NotATransaction):
        sepay.transactions(message)


def sign(body: bytes, secret: str = "bi-mat", stamp: str = "") -> str:
    signed = f"{stamp}.".encode() + body if stamp else body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def test_sender_shows_key_or_signature(settings: Settings) -> None:
    settings.BANK_WEBHOOK_API_KEY, settings.BANK_WEBHOOK_SECRET = "khoa", "bi-mat"
    now, old = str(int(time.time())), str(int(time.time()) - 301)
    good: list[dict[str, str]] = [
        {"Authorization": "Apikey khoa"},
        {"X-Signature": sign(b"{}")},
        {"X-SePay-Signature": f"sha256={sign(b'{}').upper()}"},
        {"X-SePay-Signature": sign(b"{}", stamp=now), "X-SePay-Timestamp": now},
    ]
    bad: list[dict[str, str]] = [
        {},
        {"Authorization": "khoa"},
        {"Authorization": "Apikey "},
        {"Authorization": "Apikey khóa"},
        {"Authorization": "Apikey khoa", "X": ""} | {"Authorization": "Apikey khoa2"},
        {"X-Signature": ""},
        {"X-Signature": "é"},
        {"X-Signature": sign(b"{} ")},
        {"X-Signature": sign(b"{}", secret="")},
        {"X-SePay-Signature": sign(b"{}", stamp=old), "X-SePay-Timestamp": old},
        *(
            {"X-SePay-Signature": sign(b"{}", stamp=stamp), "X-SePay-Timestamp": stamp}
            for stamp in ("x", "²", "-1", "9" * 5_000)
        ),
        {"X-SePay-Signature": sign(b"{}", stamp=now)},
    ]
    assert [sepay.is_trusted(headers, b"{}") for headers in good] == [True] * len(good)
    assert [sepay.is_trusted(headers, b"{}") for headers in bad] == [False] * len(bad)


def test_nobody_is_trusted_without_a_key(settings: Settings) -> None:
    settings.BANK_WEBHOOK_API_KEY = settings.BANK_WEBHOOK_SECRET = ""
    assert not sepay.is_configured()
    assert not sepay.is_trusted({"Authorization": "Apikey ", "X-Signature": sign(b"{}", secret="")}, b"{}")
