"""The rows of a carrier's list: one for each parcel, its fee from another table joined to its cash."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalogue.folding import fold
from shop.ledger.remittances.columns import Table
from shop.payment.bank.amounts import dong, is_nothing

MAX_CODE = 80
MAX_STATUS = 120
TOTALS = ("tong", "total", "cong")
ZERO = Decimal(0)


@dataclass
class Row:
    """One parcel of a list; `collected` is None where only a fee is told. Sums in đồng."""

    number: int  # in the file, from 1
    code: str
    own_code: str = ""
    collected: Decimal | None = None
    fee: Decimal = ZERO
    status: str = ""
    net: Decimal | None = None  # what the carrier says it pays; None where its list does not
    problem: bool = False  # a sum cannot be read


def read(rows: Sequence[Sequence[str]], tables: Sequence[Table]) -> list[Row]:
    """Return what each table says of each parcel, in the order of the file."""
    found: list[Row] = []
    without_fee: dict[str, list[Row]] = {}
    ends = [table.heading for table in tables[1:]] + [len(rows)]
    for table, end in zip(tables, ends, strict=True):
        for place in range(table.heading + 1, end):
            if row := _row(place + 1, rows[place], table):
                _join(found, row, without_fee)
    return found


def _row(number: int, cells: Sequence[str], table: Table) -> Row | None:
    code, own = _cell(cells, table.code), _cell(cells, table.own_code)
    sums = [_cell(cells, place) for place in (table.collected, *table.fees)]
    if not (code or own) or not any(sums) or fold(code or own).startswith(TOTALS):
        return None
    row = Row(
        number, (code or own)[:MAX_CODE], own[:MAX_CODE], status=_cell(cells, table.status)[:MAX_STATUS]
    )
    try:
        row.collected = _sum(sums[0]) if table.collected is not None else None
        row.fee = sum((_sum(text) for text in sums[1:]), ZERO)
        row.net = _sum(net) if (net := _cell(cells, table.net)) else None
        row.problem = row.fee < 0 or (row.collected or ZERO) < 0
    except ValueError:
        row.problem = True
    return row


def _join(found: list[Row], row: Row, without_fee: dict[str, list[Row]]) -> None:
    """Add a row, or its fee to the first row of the same parcel without one, where it tells nothing else."""
    same = without_fee.get(row.code)
    if row.collected is None and not row.problem and same:
        first = same[0]
        first.fee, first.status = row.fee, first.status or row.status
        if first.fee:
            same.pop(0)
        return
    found.append(row)
    if not row.fee:
        without_fee.setdefault(row.code, []).append(row)


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _sum(text: str) -> Decimal:
    return ZERO if is_nothing(text) else dong(text)
