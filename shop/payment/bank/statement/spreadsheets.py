"""Spreadsheets as rows of texts: .xlsx by openpyxl, the older .xls by xlrd; never more than a statement needs."""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import openpyxl
import xlrd
from django.utils.translation import gettext as _
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from shop.payment.bank.statement import Unreadable

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MAX_UNPACKED = 40 * 1024 * 1024  # bytes: a statement of 20,000 rows has a few
MAX_FILES = 200
WHOLE = 1e15  # floats below hold every whole number
MAX_SHEETS = 8
MAX_ROWS = 20_000
MAX_CELLS = 60
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
NO_RESULT = "="
Table = list[list[str]]


def xlsx(data: bytes) -> list[Table]:
    """Return the sheets of a workbook of Excel 2007 or later. Raises Unreadable."""
    _refuse_bombs(data)
    try:
        sheets = _sheets(data, results=True)
        if not _has_formulas(data):
            return [_table(_openpyxl_rows(sheet)) for sheet in sheets]
        pairs = zip(sheets, _sheets(data, results=False), strict=True)
        return [_table(_with_formulas(sheet, written)) for sheet, written in pairs]
    except Unreadable:
        raise
    except Exception as error:  # the library raises whatever it stumbles over
        raise Unreadable(_("Không mở được tệp Excel này. Hãy lưu thành CSV rồi nhập lại.")) from error


def xls(data: bytes) -> list[Table]:
    """Return the sheets of a workbook of Excel 97 to 2003. Raises Unreadable."""
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=BytesIO())
        return [_table(_xlrd_rows(book, sheet)) for sheet in book.sheets()[:MAX_SHEETS]]
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(_("Không mở được tệp Excel này. Hãy lưu thành CSV rồi nhập lại.")) from error


def number(value: float) -> str:
    """Return a number as text; parts of a đồng stay visible: 250.125 may not be read as 250,125."""
    if isinstance(value, int) or (abs(value) < WHOLE and value.is_integer()):
        return str(int(value))
    text = repr(value)
    return f"{text}0" if re.fullmatch(r"-?\d+\.\d{3}", text) else text


def _refuse_bombs(data: bytes) -> None:
    """Refuse a file that unpacks to far more than a statement is. Raises Unreadable."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable(_("Không mở được tệp Excel này. Hãy lưu thành CSV rồi nhập lại.")) from error
    if len(parts) > MAX_FILES or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable(_("Tệp Excel này quá lớn. Hãy chia theo kỳ."))


def _table(rows: Iterable[list[str]]) -> Table:
    found: Table = []
    for row in rows:
        while row and not row[-1]:
            row.pop()
        found.append(row)
        if len(found) > MAX_ROWS:
            raise Unreadable(_("Tệp dài quá %(limit)d dòng. Hãy chia theo kỳ.") % {"limit": MAX_ROWS})
    return found


def _openpyxl_rows(sheet: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # what a file says of its own size is often wrong
    for row in sheet.iter_rows(max_col=MAX_CELLS, values_only=True):
        yield [_text(value) for value in row]


def _sheets(data: bytes, *, results: bool) -> list[Any]:
    """Return the sheets, of formulas the results that are kept beside them or the formulas themselves."""
    book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=results, keep_links=False)
    return list(book.worksheets[:MAX_SHEETS])


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(FORMULA.search(archive.read(name)) for name in parts)


def _with_formulas(sheet: Any, written: Any) -> Iterator[list[str]]:
    """Return the rows; a formula whose result the file does not hold is `NO_RESULT`."""
    for row, formulas in zip(_openpyxl_rows(sheet), _openpyxl_rows(written), strict=False):
        yield [
            NO_RESULT if not text and formula.startswith("=") else text
            for text, formula in zip(row, formulas, strict=False)
        ]


def _xlrd_rows(book: Any, sheet: Any) -> Iterator[list[str]]:
    as_time: Callable[[float], datetime] = lambda value: xlrd.xldate_as_datetime(value, book.datemode)  # noqa: E731
    for place in range(sheet.nrows):
        cells = sheet.row(place)[:MAX_CELLS]
        yield [_text(as_time(one.value) if one.ctype == xlrd.XL_CELL_DATE else one.value) for one in cells]


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, ArrayFormula | DataTableFormula):
        return NO_RESULT
    if isinstance(value, datetime):
        whole = (value.hour, value.minute, value.second) == (0, 0, 0)
        return f"{value:%Y-%m-%d}" if whole else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        return number(value)
    return str(value).strip()
