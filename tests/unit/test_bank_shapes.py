"""Statements as Vietnamese banks, wallets and accountants write them are read rightly, whatever the file."""

import csv
import json
import unicodedata
from datetime import date
from html import escape
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine

from shop.payment.bank.amounts import written
from shop.payment.bank.memo import codes_in
from shop.payment.bank.statement import columns, files
from shop.payment.bank.statement.reading import Row, read

DATA = Path(__file__).parent.parent / "data"
SHAPES = [
    shape
    for name in ("bank_shapes.json", "bank_shapes_invented.json")
    for shape in json.loads((DATA / name).read_text())["items"]
]
TABLES = [shape for shape in SHAPES if "header" in shape]
ACCOUNT = "0123456789"
by_id = pytest.mark.parametrize("shape", TABLES, ids=[shape["id"] for shape in TABLES])


def lines_of(shape: dict[str, Any]) -> list[list[Any]]:
    """Return the whole file: what stands above the table, the heading, the rows."""
    above = [
        next(csv.reader([line])) if line.startswith('"') else line.split(" | ")
        for line in shape.get("preamble", [])
    ]
    return [*above, shape["header"], *shape["rows"]]


def as_csv(shape: dict[str, Any], separator: str = ",", encoding: str = "utf-8") -> bytes:
    file = StringIO(newline="")
    csv.writer(file, delimiter=separator).writerows(lines_of(shape))
    return file.getvalue().encode(encoding)


def as_xlsx(shape: dict[str, Any]) -> bytes:
    book, file = openpyxl.Workbook(), BytesIO()
    book.create_sheet("Ghi chú", 0).append(["Sao kê này có giá trị tham khảo"])
    for row in lines_of(shape):
        book["Sheet"].append(row)
    book.save(file)
    return file.getvalue()


def rows_of(data: bytes) -> list[Row]:
    rows = files.open_file(data)
    found = columns.recognise(rows)
    assert columns.problem(rows, found) == ""
    return read(rows, found, account=ACCOUNT)


def check(shape: dict[str, Any], data: bytes) -> None:
    found = rows_of(data)
    assert [row.problem for row in found] == [""] * len(found)
    wanted = [reading for reading in shape["reading"] if "skip" not in reading]
    assert len(found) == len(wanted)
    for row, reading in zip(found, wanted, strict=True):
        line = row.line
        assert line is not None
        assert (line.direction, line.amount) == (reading["direction"], reading["amount"])
        assert (line.reference or None, line.booked_on) == (
            reading["reference"],
            date.fromisoformat(reading["date"]),
        )
        if "code" in reading:
            assert reading["code"] in [line.code, *codes_in(line.memo)]


@by_id
def test_every_shape_is_read_from_csv(shape: dict[str, Any]) -> None:
    said = shape.get("file", {})
    separators = {",", ";", "\t", "|"} if "\n" not in str(shape["rows"]) else {",", ";", "\t"}
    if said.get("separator") in separators:
        check(
            shape,
            as_csv(shape, said["separator"], "utf-8-sig" if "BOM" in said.get("encoding", "") else "utf-8"),
        )
    for separator in separators:
        check(shape, as_csv(shape, separator))


@by_id
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_shape_is_read_in_every_encoding(shape: dict[str, Any], encoding: str, separator: str) -> None:
    text = as_csv(shape, separator).decode()
    if encoding == "cp1258":
        text = as_on_windows(text)
    check(shape, text.encode(encoding))


def as_on_windows(text: str) -> str:
    """Return a text as Windows' Vietnamese code page holds it: marks of tone stand apart, and − is a hyphen."""
    text = unicodedata.normalize("NFC", text).replace("\N{MINUS SIGN}", "-")
    return "".join(map(_with_its_tone_apart, text))


def _with_its_tone_apart(char: str) -> str:
    whole = unicodedata.normalize("NFD", char)
    tone = next((mark for mark in whole[1:] if mark in "\u0300\u0301\u0303\u0309\u0323"), "")
    return unicodedata.normalize("NFC", whole.replace(tone, "")) + tone


@by_id
def test_every_shape_is_read_from_a_workbook(shape: dict[str, Any]) -> None:
    check(shape, as_xlsx(shape))


@by_id
def test_every_shape_is_read_from_a_web_page_and_from_json(shape: dict[str, Any]) -> None:
    """Some banks name web pages .xls; apps answer with lists."""
    rows = [[escape(str(cell or "")).replace("\n", "<br>") for cell in row] for row in lines_of(shape)]
    page = "".join(f"<tr><td>{'<td>'.join(row)}</tr>" for row in rows)
    check(shape, f"<html><table>{page}</table></html>".encode())
    items = [dict(zip(shape["header"], row, strict=False)) for row in shape["rows"]]
    check(shape, json.dumps({"data": items}).encode())


MESSAGES = [shape for shape in SHAPES if "text" in shape]


@time_machine.travel("2026-12-01", tick=False)
@pytest.mark.parametrize("shape", MESSAGES, ids=[shape["id"] for shape in MESSAGES])
def test_messages_of_banks_are_read_when_pasted(shape: dict[str, Any]) -> None:
    found = rows_of("\n\n".join(shape["text"]).encode())
    assert len(found) == len(shape["reading"])
    for row, reading in zip(found, shape["reading"], strict=True):
        line = row.line
        assert line is not None
        assert (line.direction, line.amount) == (reading["direction"], reading["amount"])
        assert (line.reference or None, line.memo) == (reading["reference"], reading["memo"])
        assert (str(line.booked_on) if line.at else None) == reading["date"]
        assert written(line.balance).amount == reading["balance"]
        assert reading.get("code", "") in line.memo


def test_older_workbook_is_read_with_its_dates_and_numbers() -> None:
    shape = next(shape for shape in TABLES if shape["id"] == "agribank-history")
    check(shape, (DATA / "agribank.xls").read_bytes())
