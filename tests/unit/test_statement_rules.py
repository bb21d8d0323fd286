"""Statements of shapes nobody has seen yet: the rules behind the reading, and what is refused with what to do."""

import json
import zipfile
from collections.abc import Sequence
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.payment.bank.statement import Unreadable, columns, files
from shop.payment.bank.statement.reading import Row, read

IN, OUT = "in", "out"
Said = list[tuple[str, int]]


def rows_of(data: bytes) -> list[Row]:
    rows = files.open_file(data)
    found = columns.recognise(rows)
    assert columns.problem(rows, found) == ""
    return read(rows, found, account="1")


def said(text: str) -> Said:
    return [(row.line.direction, int(row.line.amount)) for row in rows_of(text.encode()) if row.line]


def problems(text: str) -> list[str]:
    return [row.problem for row in rows_of(text.encode()) if row.problem]


def refusal(text: str) -> str:
    rows = files.open_file(text.encode())
    return columns.problem(rows, columns.recognise(rows))


TWO: Said = [(IN, 163_000), (OUT, 45_000)]


@pytest.mark.parametrize(
    "text",
    [
        "NGAY;SO CT;NOI DUNG;NO;CO\n30/11/2026;A1;x;;163.000\n30/11/2026;A2;y;45.000;\n",
        "NO,DATE,REF,DESCRIPTION,DEBIT,CREDIT\n1,30/11/2026,A1,x,,163000\n2,30/11/2026,A2,y,45000,\n",
        "Date,Description,Withdrawals,Deposits,Balance\n2026-11-30,x,,163000,1\n2026-11-30,y,45000,,1\n",
        "Ngày,Nội dung,Giảm,Tăng\n30/11/2026,x,-,163.000\n30/11/2026,y,45.000,-\n",
        "Ngày,Nội dung,Thu,Chi\n30/11/2026,x,163.000,0\n30/11/2026,y,0,45.000\n",
        "Ngày,Nội dung,Số tiền,Loại\n30/11/2026,x,163.000,Thu\n30/11/2026,y,45.000,Chi\n",
        "Ngày,Nội dung,Số tiền,Nợ/Có\n30/11/2026,x,163.000,Có\n30/11/2026,y,45.000,Nợ\n",
        "Ngày,Nội dung,Số tiền,+/-\n30/11/2026,x,163.000,+\n30/11/2026,y,45.000,−\n",
        "Ngày,Nội dung,Số tiền,Ghi chú của tôi,Cột lạ\n30/11/2026,x,163.000,,Tiền vào\n30/11/2026,y,45.000,,Tiền ra\n",
        "Date|Narrative|Amount|D/C|Ref\n30-11-2026|x|163,000|C|A1\n30-11-2026|y|45,000|D|A2\n",
        "Date,Narrative,Amount,Transaction Type\n2026-11-30,x,163000,Credit\n2026-11-30,y,45000,Debit\n",
        "Date,Narrative,Amount (VND)\n2026-11-30,x,163000\n2026-11-30,y,(45000)\n",
        "Date,Narrative,Amount\n2026-11-30,x,163000\n2026-11-30,y,45000-\n",
        "Date,Narrative,Amount\n2026-11-30,x,\"163,000.00 CR\"\n2026-11-30,y,\"45,000.00 DR\"\n",
        "Date,Narrative,Money out,Money in\n2026-11-30,x,,163000\n2026-11-30,y,45000,\n",
        "Ngày\tNội dung\tPhát sinh nợ/có\n30/11/2026\tx\t+163.000\n30/11/2026\ty\t-45.000\n",
        "Ngày;Diễn giải;Số tiền;Thay đổi\n30/11/2026;x;163.000;+163.000\n30/11/2026;y;45.000;-45.000\n",
        "Ngày;Giờ;Nội dung;Rút;Nạp\n30/11/2026;08:00;x;;163000\n30/11/2026;09:00;y;45000;\n",
        "Ngày GD;Diễn giải;Số tiền;\n;;Nợ;Có\n30/11/2026;x;;163.000\n30/11/2026;y;45.000;\n",
        "Ngày;Mô tả;Nợ;Có\nDate;Description;Debit;Credit\n30/11/2026;x;;163.000\n30/11/2026;y;45.000;\n",
        "sep=;\nNgày;Mô tả;Nợ;Có\n46356;x;;163.000\n46356.5;y;45.000;\n",
        "Ngày;Mô tả;Nợ;Có\n30/11/2026;x;;163.000\nNgày;Mô tả;Nợ;Có\n30/11/2026;y;45.000;\nCộng;;45.000;163.000\n",
        "No.;Ngày;Mã GD;Nợ;Có;Nội dung\n7;30/11/2026;T1;;163.000;x\n8;30/11/2026;T2;45.000;;y\n",
        "No,Date,Nợ,Có,Memo\n7,30/11/2026,,163000,x\n8,30/11/2026,45000,,y\n",
        "No,Co,Ngay,Noi dung\n,163000,30/11/2026,x\n45000,,30/11/2026,y\n",
        "BookgDt,Amt,CdtDbtInd,NtryRef\n2026-11-30,163000.00,CRDT,R1\n2026-11-30,45000.00,DBIT,R2\n",
        "Posting Date,Details,Debit,Credit\n30-Nov-2026,x,,163000\n30 November 2026,y,45000,\n",
        "Ngày;Mô tả;Tài khoản ghi nợ;TK ghi có;Ra;Vào\n30/11/2026;x;111;222;;163.000\n30/11/2026;y;2;1;45.000;\n",
    ],
)  # fmt: skip
def test_direction_is_known_however_it_is_written(text: str) -> None:
    assert said(text) == TWO


@pytest.mark.parametrize(
    "text",
    [
        "Date,Reference,Description,Amount\n2026-11-30,A1,x,163000\n2026-11-30,A2,y,45000\n",
        "Ngày,Mã GD,Nội dung,Số tiền,Loại\n30/11/2026,A1,x,163.000,Nội bộ\n30/11/2026,A2,y,45.000,Liên ngân hàng\n",
        "No.,Date,Description,Amount\n1,2026-11-30,x,163000\n",
    ],
)
def test_file_whose_direction_cannot_be_known_is_refused_with_what_to_do(text: str) -> None:
    assert "tiền ra" in refusal(text)
    assert "Hãy" in refusal(text)


def test_statement_of_another_currency_is_refused() -> None:
    assert "USD" in refusal("Loại tiền/ Currency: USD,,\nNgày,Nội dung,Nợ,Có\n30/11/2026,x,,163\n")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("30/11/2026,x,1.000,2.000", "có cả tiền vào lẫn tiền ra"),
        ("30/11/2026,x,,-2.000", "số âm ở cột tiền vào: ngân hàng ghi lại một khoản trước"),
        ("30/11/2026,x,-2.000,\n30/11/2026,y,0,7.000\n30/11/2026,z,3.000,", "số âm ở cột tiền ra: ngân hàng ghi lại một khoản trước"),
        ("30/11/2026,x,,nghìn2", "không đọc được số tiền"),
        ("30/11/2026,x,,\"1,50\"", "không đọc được số tiền"),
        ("hôm qua,x,,2.000", "không đọc được ngày"),
        ("30/11/2026,x,0,0", "số tiền bằng 0"),
    ],
)  # fmt: skip
def test_row_that_says_two_things_or_none_is_left_to_a_person(row: str, problem: str) -> None:
    head = "Ngày,Nội dung,Nợ,Có\n30/11/2026,ok,,5.000\n"
    assert (said(head + row)[0], problems(head + row)) == ((IN, 5_000), [problem])


def test_word_that_says_no_direction_leaves_its_row_to_a_person() -> None:
    text = "Ngày,Nội dung,Số tiền,Chiều\n30/11/2026,x,163.000,Có\n30/11/2026,y,45.000,Nợ\n"
    unknown = "Ngày,Nội dung,Số tiền,D/C\n30/11/2026,x,163.000,C\n30/11/2026,y,45.000,Z\n"
    assert said(text) == TWO
    assert "tiền ra" in refusal(unknown)


def test_sign_against_its_word_leaves_the_row_to_a_person() -> None:
    rows = files.open_file(b"Date,Narrative,Amount,D/C\n2026-11-30,x,-5000,C\n2026-11-30,y,-6000,D\n")
    found = read(rows, columns.Columns(date=0, memo=1, amount=2, direction=3), account="1")
    assert [row.problem or (row.line and int(row.line.amount)) for row in found] == [
        "dấu và cột chiều nói ngược nhau",
        6_000,
    ]


def test_memo_goes_on_in_rows_of_its_own() -> None:
    text = "Ngày,Nội dung,Nợ,Có\n30/11/2026,TRAN THI MAU K7M2,,163.000\n,QX9A mua gom,,\n,,,\n"
    assert [row.line.memo for row in rows_of(text.encode()) if row.line] == ["TRAN THI MAU K7M2 QX9A mua gom"]


def test_row_like_a_sum_that_may_name_an_order_is_shown_and_not_taken() -> None:
    text = "Ngày,Nội dung,Ghi có\n30/11/2026,x,5000\n,Tong tien hang P3S5F29W,205000\n,Tổng cộng,210000\n"
    text += "Tổng,P3S5F29W,205000\n"
    assert said(text) == [(IN, 5_000)]
    assert problems(text) == ["giống dòng cộng nhưng có thể có mã đơn, mà không có ngày"] * 2


MESSAGE = "TK 1903xxxx So tien GD:+205,000 luc 01-12-2026 10:20:30. So du:1,205,000. "


@pytest.mark.parametrize(
    ("text", "reference", "memo"),
    [
        ("TK 1903xxxx So tien GD:+205,000 So du:1,205,000 P3S5F29W cam on", "", "P3S5F29W cam on"),
        (MESSAGE + "Ref 123.P3S5F29W cam on", "123", "P3S5F29W cam on"),
        (MESSAGE + "Ref MBVCB.12.P3S5F29W", "MBVCB.12", "P3S5F29W"),
        (MESSAGE + "Ref .P3S5F29W", "", "P3S5F29W"),
        (MESSAGE + "Ref 2026P3S5F29W", "", "2026P3S5F29W"),
        (MESSAGE + "ND: P3S5F29W ref 12345 mat ong", "", "P3S5F29W ref 12345 mat ong"),
    ],
)
def test_message_of_a_bank_keeps_the_words_of_the_payer(text: str, reference: str, memo: str) -> None:
    (row,) = rows_of(text.encode())
    assert row.line is not None
    assert (row.line.amount, row.line.reference, row.line.memo) == (205_000, reference, memo)


def test_equal_rows_without_an_id_stay_two_and_are_the_same_two_again() -> None:
    text = "Ngày,Nội dung,Nợ,Có\n30/11/2026,x,,5.000\n30/11/2026,x,,5.000\n"
    once, again = ([row.line.key for row in rows_of(text.encode()) if row.line] for _ in "ab")
    assert len(set(once)) == 2
    assert once == again


def test_what_banks_name_xls_may_be_a_page_or_a_list() -> None:
    cells = [
        ["Ngày", "Mô tả", "Nợ", "Có"],
        ["30/11/2026", "x", "", "163.000"],
        ["30/11/2026", "y", "45.000", ""],
    ]
    page = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
    assert said(f"<html><body><table>{page}</table></body></html>") == TWO
    items = [dict(zip(cells[0], row, strict=True)) for row in cells[1:]]
    assert said(json.dumps({"data": {"items": items}})) == TWO


def workbook(*rows: Sequence[object]) -> bytes:
    book, file = openpyxl.Workbook(), BytesIO()
    for row in rows:
        book["Sheet"].append(row)
    book.save(file)
    return file.getvalue()


def test_numbers_of_a_workbook_are_whole_dong_or_refused() -> None:
    data = workbook(
        ["Ngày", "Nội dung", "Nợ", "Có"],
        ["30/11/2026", "x", None, 163000.0],
        ["30/11/2026", "y", None, 250.125],
    )
    found = rows_of(data)
    assert found[0].line is not None
    assert (int(found[0].line.amount), found[1].problem) == (163_000, "không đọc được số tiền")


def bomb() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60 * 1024 * 1024)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7",
        b"PK\x03\x04rest",
        b"\xd0\xcf\x11\xe0rest",
        b"a,b\x00c",
        bomb(),
        workbook(*([["x"]] * 20_001)),
    ],
)
def test_other_files_are_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(Unreadable):
        files.open_file(data)


@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(data: bytes) -> None:
    try:
        rows = files.open_file(data)
        read(rows, columns.recognise(rows), account="1")
    except Unreadable:
        pass
