"""Which column of a statement holds what: found by headings, settled by what stands below them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from shop.payment.bank.amounts import Sum, is_nothing, moment, written
from shop.payment.bank.statement import headings as h
from shop.payment.bank.statement.directions import side_of, side_of_cell
from shop.payment.bank.statement.words import has, words
from shop.payment.bank.transactions import IN, OUT

Rows = Sequence[Sequence[str]]
SEARCHED_ROWS = 200  # banks put name, address, period and sums above the table
FEWEST, REPEATED = 2, 3  # headings that make a row of them; that repeat one
BOTH_SAID = 2
LOOKED_AT = 300  # rows below the heading that settle what a column holds
FOREIGN = re.compile(r"\b(?:USD|EUR|JPY|CNY|GBP|AUD|SGD|KRW|HKD|CHF|THB)\b")
MONTH_FIRST = re.compile(r"(?:0?[1-9]|1[0-2])[-/.](?:1[3-9]|2\d|3[01])[-/.](?:\d{4}|\d\d)\b", re.ASCII)
COUNTED = frozenset(
    {
        h.DATE,
        h.REFERENCE,
        h.MEMO,
        h.CREDIT,
        h.DEBIT,
        h.AMOUNT,
        h.DIRECTION,
        h.BALANCE,
        h.ORDER,
        h.STATUS,
        h.NAME,
    }
)


@dataclass(frozen=True)
class Columns:
    """Where what stands: the heading's row, and columns counted from 0; None where there is none.

    `unsigned` is what sums of the column `amount` are that have neither sign nor direction: "in" or "out" where
    staff have said so or the kind of file does; "" leaves the file unread.
    """

    heading: int = 0
    date: int | None = None
    time: int | None = None
    reference: int | None = None
    memo: int | None = None
    credit: int | None = None
    debit: int | None = None
    amount: int | None = None
    direction: int | None = None
    unsigned: str = ""
    status: int | None = None
    order: int | None = None
    name: int | None = None
    payer_account: int | None = None
    currency: int | None = None
    balance: int | None = None
    fees: list[int] = field(default_factory=list)

    @classmethod
    def stored(cls, names: dict[str, Any]) -> "Columns":
        """Return the columns that `as_json` kept; what is unknown here is left out."""
        return cls(**{name: value for name, value in names.items() if name in cls.__dataclass_fields__})

    def as_json(self) -> dict[str, Any]:
        """Return them as JSON can hold them."""
        return asdict(self)

    @property
    def complete(self) -> bool:
        """Return whether lines can be read with these: a sum, and something to know what it is for."""
        has_sum = any(place is not None for place in (self.credit, self.debit, self.amount))
        return has_sum and any(place is not None for place in (self.reference, self.memo, self.order))


def recognise(rows: Rows) -> Columns:
    """Return the columns by their headings; the row, or two rows together, naming most is the heading."""
    best, score = Columns(), 0
    for last, cells in _candidates(rows):
        found = _roles(cells)
        if len(found.keys() & COUNTED) > score:
            best, score = _settle(last, found, cells, rows), len(found.keys() & COUNTED)
    return best


def problem(rows: Rows, columns: Columns) -> str:
    """Return why no row of the file may be taken, and what to do; "" where nothing speaks against it."""
    if foreign := _foreign_currency(rows[: columns.heading]):
        return _("Sao kê này ghi %(currency)s, không phải đồng. Hãy tải sao kê của tài khoản VND.") % {
            "currency": foreign
        }
    if day := _month_first(rows, columns):
        return _(
            "Tệp có ngày ghi tháng trước (%(day)s), nên không rõ 01/12 là ngày 1 tháng 12 hay 12 tháng 1. Hãy tải lại "
            "từ ngân hàng tệp ghi ngày trước tháng, đừng mở và lưu bằng bảng tính."
        ) % {"day": day}
    if columns.amount is None or columns.direction is not None or columns.unsigned:
        return ""
    if any(found.sign for found in _sums(rows, columns, columns.amount)):
        return ""
    return _(
        "Không biết dòng nào là tiền vào, dòng nào là tiền ra: số tiền không có dấu, cũng không có cột nói chiều. "
        "Hãy chọn cột nói chiều, hoặc chọn “Số tiền không dấu là” nếu chắc rằng tệp chỉ có một chiều; nếu không, "
        "tải lại từ ngân hàng mẫu có cột ghi nợ và ghi có."
    )


def _month_first(rows: Rows, columns: Columns) -> str:
    """Return a day of the file that can only be read month first, 12/31/2026; "" where there is none."""
    cells = (cell(row, columns.date) for row in rows[columns.heading + 1 :])
    found = (MONTH_FIRST.match(text) for text in cells)
    return next((day[0] for day in found if day), "")


def _foreign_currency(above: Rows) -> str:
    """Return the currency that the lines above the table name, where it is another than đồng."""
    for cells in above:
        line = " ".join(cells)
        if has(words(line), h.CURRENCIES) and (found := FOREIGN.search(line)) and "VND" not in line.upper():
            return found[0]
    return ""


def is_heading(cells: Sequence[str]) -> bool:
    """Return whether a row repeats headings, as on each page of a print."""
    return not any(map(_is_value, cells)) and len(_roles(cells).keys() & COUNTED) >= REPEATED


def cell(cells: Sequence[str], place: int | None) -> str:
    """Return a cell, "" where the row has none there."""
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _candidates(rows: Rows) -> Iterator[tuple[int, Sequence[str]]]:
    """Return rows that may be the heading, and pairs of them: a heading may stand on two rows."""
    found = [(number, cells) for number, cells in enumerate(rows[:SEARCHED_ROWS]) if _may_be_heading(cells)]
    yield from found
    for (first, upper), (second, lower) in pairwise(found):
        if second == first + 1:
            wide = max(len(upper), len(lower))
            yield second, [f"{cell(upper, place)}\n{cell(lower, place)}" for place in range(wide)]


def _may_be_heading(cells: Sequence[str]) -> bool:
    named = [text for text in cells if text.strip()]
    return len(named) >= FEWEST and not any(_is_value(text) for text in named)


def _is_value(text: str) -> bool:
    """Return whether a cell holds a time or a sum: no heading does."""
    if not any(char.isdigit() for char in text):
        return False
    try:
        return bool(moment(text)) or bool(written(text))
    except ValueError:
        return False


def _roles(cells: Sequence[str]) -> dict[h.Role, list[tuple[int, int]]]:
    """Return for each role the columns that may have it: how well, and where."""
    found: dict[h.Role, list[tuple[int, int]]] = {}
    for place, text in enumerate(cells):
        if role := h.role_of(text):
            found.setdefault(role[0], []).append((role[1], place))
    names = [text.strip().lower() for text in cells]
    if h.DEBIT not in found and {"no", "co"} <= set(names):  # headings without marks: NO, CO
        found.pop(h.NUMBER, None)
        found[h.DEBIT] = [(0, names.index("no"))]
    return found


def _settle(
    heading: int, found: dict[h.Role, list[tuple[int, int]]], cells: Sequence[str], rows: Rows
) -> Columns:
    """Choose among the columns of each role by what stands below."""
    columns = Columns(heading=heading)
    body = [row for row in rows[heading + 1 : heading + 1 + LOOKED_AT] if any(map(_is_value, row))]
    places: dict[str, Any] = {
        role: min(found[role])[1]
        for role in (h.TIME, h.REFERENCE, h.MEMO, h.CREDIT, h.DEBIT, h.STATUS, h.ORDER, h.NAME, h.PAYER_ACCOUNT,
                     h.CURRENCY, h.BALANCE)
        if role in found
    }  # fmt: skip
    dates = sorted(found.get(h.DATE, []))
    filled = [place for _rank, place in dates if any(_date(cell(row, place)) for row in body)]
    places[h.DATE] = next(iter(filled or [place for _rank, place in dates]), None)
    if h.REFERENCE not in places and places[h.DATE] is not None and h.names_reference(cells[places[h.DATE]]):
        places[h.REFERENCE] = places[h.DATE]
    columns = replace(columns, **places, fees=[place for _rank, place in found.get(h.FEE, [])])
    if columns.credit is not None or columns.debit is not None:
        return columns
    return _with_amount(columns, found, cells, body)


def _with_amount(
    columns: Columns, found: dict[h.Role, list[tuple[int, int]]], cells: Sequence[str], body: Rows
) -> Columns:
    """Add the one column of sums, and what says their direction: a sign, a column of words or signs, the file's kind."""
    named = [place for _rank, place in sorted(found.get(h.DIRECTION, []))]
    sums = [place for _rank, place in sorted(found.get(h.AMOUNT, []))]
    changes = [place for place in named if _is_signed(body, place)]  # a change with its sign is a sum, too
    amounts = [place for place in sums if _is_signed(body, place)] + changes + sums
    amount = next(iter(amounts), None)
    if amount is None or _is_signed(body, amount):
        return replace(columns, amount=amount)
    taken = {place for places in found.values() for _rank, place in places}
    words_of = [place for place in named if _says_sides(body, place, both=False)]
    others = [
        place for place in range(len(cells)) if place not in taken and _says_sides(body, place, both=True)
    ]
    direction = next(iter(words_of + others), None)
    if direction is not None:
        return replace(columns, amount=amount, direction=direction)
    if columns.status is not None and (columns.order is not None or h.STORE in found):
        kind = next(iter(named), None)  # a merchant's report: payments to it, and what it gave back
        return replace(columns, amount=amount, direction=kind, unsigned=IN)
    return replace(columns, amount=amount)


def _is_signed(body: Rows, place: int) -> bool:
    found = [sum_ for row in body if (sum_ := _sum(cell(row, place)))]
    return any(sum_.sign for sum_ in found)


def _says_sides(body: Rows, place: int, *, both: bool) -> bool:
    """Return whether every cell of a column says in or out; both=True: and each is said, by words, not by letters."""
    said = [side_of(text) if both else side_of_cell(text) for row in body if (text := cell(row, place))]
    return bool(said) and set(said) <= {IN, OUT} and (not both or len(set(said)) == BOTH_SAID)


def _sums(rows: Rows, columns: Columns, place: int) -> Iterator[Sum]:
    for row in rows[columns.heading + 1 :]:
        if found := _sum(cell(row, place)):
            yield found


def _sum(text: str) -> Sum | None:
    try:
        return None if is_nothing(text) else written(text)
    except ValueError:
        return None


def _date(text: str) -> bool:
    return any(moment(part) for part in (text, *text.split("\n")[:1]))
