"""A bank statement as CSV: its encoding, its columns, its lines; nothing is stored here."""

import codecs
import csv
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from io import StringIO

from django.utils.translation import gettext as _

from catalogue.folding import keywords
from shop.payment.providers.vietqr.amounts import dong, moment
from shop.payment.providers.vietqr.lines import BankLine, is_mangled

MAX_ROWS = 5000
SEARCHED_ROWS = 40  # banks put name, address and period above the table
DELIMITERS = ",;\t|"
# Words of the headings, folded; the first that fits wins, exact ones before those that only begin so.
HEADINGS: dict[str, tuple[str, ...]] = {
    "reference": (
        "ma giao dich", "so tham chieu", "ma tham chieu", "so but toan", "so chung tu", "ma gd", "so ct",
        "so gd", "reference", "transaction id", "transaction no", "reference no", "ref no", "doc no",
        "trace", "so giao dich",
    ),
    "memo": (
        "noi dung", "noi dung chi tiet", "noi dung giao dich", "dien giai", "mo ta", "description",
        "transaction description", "remark", "remarks", "details", "transaction details", "content",
    ),
    "credit": (
        "ghi co", "so tien ghi co", "phat sinh co", "tien vao", "so tien vao", "credit", "credit amount",
        "co", "so tien", "amount", "transaction amount", "so tien giao dich",
    ),
    "debit": (
        "ghi no", "so tien ghi no", "phat sinh no", "tien ra", "so tien ra", "debit", "debit amount", "no",
    ),
    "date": (
        "ngay giao dich", "thoi gian", "thoi gian giao dich", "ngay gd", "ngay hach toan", "ngay hieu luc",
        "ngay", "transaction date", "date", "posting date", "value date", "date time",
    ),
}  # fmt: skip
NEEDED = ("reference", "memo", "credit")


class Unreadable(ValueError):  # noqa: N818 - says what the reader cannot do
    """The file is no statement we can read."""


@dataclass(frozen=True)
class Columns:
    """Where what stands: the heading's row, and columns counted from 0; None where there is none."""

    heading: int
    reference: int | None = None
    memo: int | None = None
    credit: int | None = None
    debit: int | None = None
    date: int | None = None

    @property
    def complete(self) -> bool:
        """Return whether lines can be read with these."""
        return None not in {self.reference, self.memo, self.credit}


@dataclass(frozen=True)
class Row:
    """One row of the table: a line of the account, or why it is none."""

    number: int  # in the file, from 1
    line: BankLine | None = None
    problem: str = ""


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 or Windows' Vietnamese code page, composed (NFC).

    Raises:
        Unreadable: a spreadsheet or another binary file.
    """
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable(_("Đây là tệp Excel. Hãy lưu thành CSV rồi nhập lại."))
    text = _text(data)
    if "\x00" in text:
        raise Unreadable(_("Đây không phải tệp chữ."))
    return unicodedata.normalize("NFC", text)


def table(text: str) -> list[list[str]]:
    """Return the rows and cells of CSV with whatever sign between its cells.

    Raises:
        Unreadable: too many rows, or quotes that never end.
    """
    sign = max(DELIMITERS, key=lambda sign: _tidiness(text, sign))
    try:
        rows = [
            [cell.strip() for cell in row] for row in csv.reader(StringIO(text, newline=""), delimiter=sign)
        ]
    except csv.Error as error:
        raise Unreadable(_("Tệp CSV hỏng.")) from error
    if len(rows) > MAX_ROWS:
        raise Unreadable(_("Tệp dài quá %(limit)d dòng. Hãy chia theo kỳ.") % {"limit": MAX_ROWS})
    return rows


def recognise(rows: list[list[str]]) -> Columns:
    """Return the columns by their headings, as many as are known; the row that names most is the heading."""
    found = [_columns(number, row) for number, row in enumerate(rows[:SEARCHED_ROWS])]
    return max(found, key=_score, default=Columns(heading=0))


def read(rows: list[list[str]], columns: Columns, *, account: str) -> list[Row]:
    """Return what each row below the heading says; rows without a sum and an id are left out."""
    found = []
    for number, cells in enumerate(rows[columns.heading + 1 :], start=columns.heading + 2):
        row = _row(number, cells, columns, account)
        if row is not None:
            found.append(row)
    return found


def _text(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1258", errors="replace")  # what Excel writes on a Vietnamese Windows


def _tidiness(text: str, sign: str) -> int:
    """Return how many of the first rows have three cells or more, when cut at `sign`."""
    try:
        rows = list(csv.reader(StringIO(text[:20_000], newline=""), delimiter=sign))[:SEARCHED_ROWS]
    except csv.Error:
        return 0
    return sum(len(row) >= len(NEEDED) for row in rows)


def _columns(number: int, cells: list[str]) -> Columns:
    names = [keywords(cell) for cell in cells]
    found = Columns(heading=number)
    for field, words in HEADINGS.items():
        place = next((names.index(word) for word in words if word in names), None)
        if place is None:
            place = _beginning(names, words)
        found = replace(found, **{field: place})  # type: ignore[arg-type]
    return found


def _beginning(names: list[str], words: tuple[str, ...]) -> int | None:
    """Return the first heading that begins with one of the longer words: "Số tiền ghi có (VND)"."""
    for word in words:
        for place, name in enumerate(names):
            if " " in word and name.startswith(word):
                return place
    return None


def _score(columns: Columns) -> int:
    return sum(getattr(columns, field) is not None for field in HEADINGS)


def _row(number: int, cells: list[str], columns: Columns, account: str) -> Row | None:
    reference = _cell(cells, columns.reference).lstrip("'")
    credit, debit = _cell(cells, columns.credit), _cell(cells, columns.debit)
    if not (credit or debit):
        return None
    try:
        amount = _amount(credit, debit)
    except ValueError:
        return Row(number, problem=_("không đọc được số tiền"))
    problem = _problem(reference, amount)
    if problem:
        return Row(number, problem=problem)
    at = moment(_cell(cells, columns.date))
    memo = " ".join(_cell(cells, columns.memo).split())
    return Row(number, BankLine(account=account, reference=reference, amount=amount, memo=memo, at=at))


def _amount(credit: str, debit: str) -> Decimal:
    came = dong(credit) if credit not in {"", "-"} else Decimal(0)
    went = dong(debit) if debit not in {"", "-"} else Decimal(0)
    return came - abs(went)


def _problem(reference: str, amount: Decimal) -> str:
    if not any(char.isdigit() for char in reference):  # sums at the end of the page have none either
        return _("thiếu mã giao dịch")
    if is_mangled(reference):
        return _("mã giao dịch bị bảng tính đổi thành số; hãy tải lại tệp từ ngân hàng")
    return "" if amount else _("số tiền bằng 0")


def _cell(cells: list[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""
