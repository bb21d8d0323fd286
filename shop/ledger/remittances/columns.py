"""Which column of a carrier's list holds what, by its heading; a file may have several tables below each other.

The headings are those of GHTK's and Viettel Post's lists (the latter has one table of cash and one of
fees) and plain words in Vietnamese and English. Staff can choose other columns.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from catalogue.folding import fold

CODE = (
    "ma van don", "so bill", "ma buu gui", "so hieu buu gui", "ma phieu gui", "van don", "tracking", "waybill", "bill",
    "ma don ghtk", "ma don ghn",
)  # fmt: skip
OWN_CODE = (
    "ma don shop",
    "ma don hang shop",
    "ma don khach hang",
    "ma tham chieu",
    "client order",
    "ma don",
    "order",
)
COLLECTED = ("tien thu ho", "so tien cod", "so tien thu ho", "tien cod", "thu ho", "cod", "collected")
FEE_TOTAL = ("tong phi", "tong cuoc", "tong tien phi", "tong tien cuoc", "total fee", "total charge")
SUM_OF_FEES = ("tong so tien",)  # in a table of fees alone
FEE = ("phi", "phu phi", "tien phi", "cuoc phi", "cuoc van chuyen", "tien cuoc", "fee", "charge")
FEE_AT_END = (" fee", " fees", " charge", " charges")  # "shipping fee"
NET = ("thuc nhan", "thuc tra", "con lai", "so tien con lai", "thanh toan", "tien thanh toan", "so tien thanh toan",
       "tong thanh toan", "net", "payout")  # fmt: skip
STATUS = ("trang thai", "tinh trang", "status")
SEARCHED = 60  # rows in which an unknown heading may stand
NO_HEADING = -1  # the parcels begin with the first row
MIN_CELLS, MIN_ROWS = 2, 2  # of what can be a list: a code and a sum, a heading and a parcel


@dataclass(frozen=True)
class Table:
    """One table: the row of its heading (or NO_HEADING) and its columns, by places from 0; None: it has no such column."""

    heading: int
    code: int | None = None
    own_code: int | None = None
    collected: int | None = None
    fees: list[int] = field(default_factory=list)
    status: int | None = None
    net: int | None = None  # what the carrier pays for the parcel, by its own reckoning

    @property
    def is_useful(self) -> bool:
        """Return whether it names parcels and sums."""
        return (self.code is not None or self.own_code is not None) and (
            self.collected is not None or bool(self.fees)
        )

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return asdict(self)


def recognise(rows: Sequence[Sequence[str]]) -> list[Table]:
    """Return the tables of a file, from the top."""
    found = (_table(number, [fold(cell) for cell in row]) for number, row in enumerate(rows))
    return [table for table in found if table.is_useful]


def to_choose(rows: Sequence[Sequence[str]]) -> Table | None:
    """Return a table whose heading we do not know, for staff to name its columns; None where there is none.

    Its heading is taken to be the first row of the width of most.
    """
    widths = [sum(bool(cell) for cell in row) for row in rows[:SEARCHED]]
    wide = [width for width in widths if width >= MIN_CELLS]
    if len(wide) < MIN_ROWS:
        return None
    usual = max(wide, key=wide.count)
    return Table(next(place for place, width in enumerate(widths) if width >= usual))


def headings_known(rows: Sequence[Sequence[str]]) -> int:
    """Return how many columns of a file are known by their headings."""
    return sum(
        (place is not None)
        for table in recognise(rows)
        for place in (table.code, table.own_code, table.collected, table.status, table.net, *table.fees)
    )


def _table(number: int, names: list[str]) -> Table:
    collected = _beginning(names, COLLECTED)
    code = _beginning(names, CODE)
    own = next((place for place in _all(names, OWN_CODE) if place != code), None)
    net = next((place for place in _all(names, NET) if place != collected), None)
    status = _beginning(names, STATUS)
    return Table(number, code, own, collected, _fees(names, alone=collected is None), status, net)


def _fees(names: list[str], *, alone: bool) -> list[int]:
    """Return the column with the sum of all fees, else those with one fee each; `alone`: the table has no cash."""
    total = _beginning(names, (*SUM_OF_FEES, *FEE_TOTAL) if alone else FEE_TOTAL)
    if total is not None:
        return [total]
    starting = _all(names, FEE)
    return [place for place, name in enumerate(names) if place in starting or f" {name}".endswith(FEE_AT_END)]


def _beginning(names: list[str], words: tuple[str, ...]) -> int | None:
    """Return the column that begins with the first of these words that any begins with."""
    return next((place for word in words for place in _all(names, (word,))), None)


def _all(names: list[str], words: tuple[str, ...]) -> list[int]:
    starts = tuple(f"{word} " for word in words)
    return [place for place, name in enumerate(names) if f"{name} ".startswith(starts)]
