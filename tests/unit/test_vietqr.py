"""VietQR codes: what we write is what strangers' readers read, as text and as a picture."""

import json
import shutil
import subprocess
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import resvg_py
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from shop.core.banks import banks, choices
from shop.core.codes import new_code
from shop.payment.bank import memo
from shop.payment.providers.vietqr import picture
from shop.payment.providers.vietqr.payload import crc16, payload
from tests.databases import left_out

READER = Path(__file__).resolve().parents[2] / "tools" / "vietqr" / "read"
EXAMPLES: list[dict[str, Any]] = [
    {"bank": "970436", "account": "0123456789", "amount": Decimal(1_585_000), "memo": "K7M2QX9A"},
    {"bank": "970422", "account": "1234567890123456789", "amount": Decimal(1), "memo": "A" * 25},
    {"bank": "546034", "account": "1", "amount": Decimal(999_999_999), "memo": ""},
    {"bank": "970407", "account": "19012345678901", "amount": None, "memo": "ung ho cho"},
    {"bank": "970405", "account": "0000", "amount": None, "memo": ""},
]


def written(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what each of the two readers should say."""
    amount = f"{facts['amount']:.0f}" if facts["amount"] is not None else None
    receiver = f"0006{facts['bank']}01{len(facts['account']):02d}{facts['account']}"
    theirs = {
        "bankCode": facts["bank"],
        "accountNumber": facts["account"],
        "amount": amount,
        "message": facts["memo"] or None,
        "currency": "704",
        "countryCode": "VN",
        "problems": [],
    }
    tags = {
        "version": "01",
        "once": "12" if amount else "11",
        "scheme": "A000000727",
        "receiver": receiver,
        "service": "QRIBFTTA",
        "currency": "704",
        "amount": amount,
        "country": "VN",
        "memo": facts["memo"] or None,
    }
    return [{k: v for k, v in said.items() if v is not None} for said in (theirs, tags)]


def read_by_others(texts: list[str]) -> list[list[dict[str, Any]]]:
    if not shutil.which("npm"):
        left_out("no npm here: the readers of VietQR texts come from it")
    run = subprocess.run(
        [READER], input=json.dumps(texts), capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_checksum_is_the_standards() -> None:
    assert crc16(b"123456789") == 0x29B1


def test_text_is_what_the_standard_says() -> None:
    text = payload(bank="970436", account="0123456789", amount=Decimal(50_000), memo="K7M2QX9A")
    fields = ["000201", "010212", "38540010A00000072701240006970436011001234567890208QRIBFTTA"]
    fields += ["5303704", "540550000", "5802VN", "62120808K7M2QX9A", "6304"]
    assert text[:-4] == "".join(fields)


def test_two_readers_read_what_was_written() -> None:
    assert read_by_others([payload(**facts) for facts in EXAMPLES]) == [written(facts) for facts in EXAMPLES]


def test_account_named_by_letters_reaches_the_reader() -> None:
    """Banks sell account names; vietqr-ts reads them and calls only digits valid, which we do not follow."""
    facts = {**EXAMPLES[0], "account": "CHOBACNINH"}
    ((theirs, tags),) = read_by_others([payload(**facts)])
    assert theirs["accountNumber"] == "CHOBACNINH"
    assert [problem["field"] for problem in theirs["problems"]] == ["accountNumber"]
    assert tags["receiver"].endswith("CHOBACNINH")


def test_readers_notice_a_wrong_digit() -> None:
    text = payload(**EXAMPLES[0]).replace("1585000", "1585001")
    (theirs, tags), *_ = read_by_others([text])
    assert "error" in tags
    assert "error" in theirs or theirs["problems"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": Decimal("0.5")},
        {"amount": Decimal(0)},
        {"amount": Decimal(-1)},
        {"amount": Decimal("NaN")},
        {"amount": Decimal(10**13)},
        {"bank": "97043"},
        {"bank": "97043６"},
        {"account": ""},
        {"account": "0" * 20},
        {"account": "0123 456"},
        {"memo": "A" * 26},
        {"memo": "đơn hàng"},
        {"memo": "A-1"},
    ],
)
def test_what_does_not_fit_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"VietQR|đồng"):
        payload(**{**EXAMPLES[0], **wrong})


def scan(image: Image.Image) -> str:
    (found,) = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    assert found.ec_level == "M"
    return found.text


@pytest.mark.parametrize("facts", EXAMPLES)
def test_picture_to_save_is_read_back(facts: dict[str, Any]) -> None:
    text = payload(**facts)
    image = Image.open(BytesIO(picture.png(text)))
    assert scan(image) == text
    assert image.width == image.height >= 400


@pytest.mark.parametrize("facts", EXAMPLES)
def test_inline_drawing_is_read_back(facts: dict[str, Any]) -> None:
    text = payload(**facts)
    drawing = picture.svg(text, title="Mã")
    image = Image.open(BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=drawing, width=320))))
    assert scan(image) == text


def test_inline_drawing_has_nothing_the_content_policy_stops() -> None:
    drawing = picture.svg(payload(**EXAMPLES[0]), title='<b onload="x">&')
    assert "style" not in drawing
    assert "<b" not in drawing
    assert drawing.startswith('<svg role="img" ')
    assert drawing.count("<") == drawing.count(">") == 6  # svg and title twice, two paths


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=50)
def test_code_is_found_whatever_stands_around(before: str, after: str) -> None:
    code = new_code()
    assert code in memo.codes_in(f"{before}{memo.build(code)}{after}")


@pytest.mark.parametrize(
    "text",
    [
        "k7m2qx9a",
        "CHUYEN TIEN K7M2QX9A",
        "MBVCB.3278907687.K7M2-QX9A.CT tu 0123 NGUYEN THI ANH",
        "Thanh toán đơn k7m2 qx9a ạ",
        "FT26325K7M2QX9ATRACE123",
    ],
)
def test_code_is_found_as_people_and_banks_write_it(text: str) -> None:
    assert "K7M2QX9A" in memo.codes_in(text)


@pytest.mark.parametrize("text", ["", "chuyen tien", "K7M2QX9", "K7M2QX90", "🍎" * 600, "\x00"])
def test_no_code_is_no_code(text: str) -> None:
    assert "K7M2QX9A" not in memo.codes_in(text)


def test_banks_are_the_list() -> None:
    assert len(banks()) == 58
    assert len(choices()) == 41
    assert banks()["970436"].name == "Vietcombank"
    assert all(bin_.isdigit() and len(bin_) == 6 for bin_ in banks())
