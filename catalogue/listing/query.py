"""The listing's state in its address: read from any query string, written in one way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

VALUE = re.compile(r"[\w.-]{1,80}")  # slugs and codes; anything else was not written by us
PRICE = re.compile(r"\d{1,12}")
GROUPING = str.maketrans("", "", ". ,\u00a0₫đ")  # 150.000 ₫, 150,000
MOST_VALUES = 50  # of one facet
KEYS = ("sao", "lang", "nhom", "phan-nhom", "nguoi-lam", "gia", "chung-nhan", "mua", "con-hang")
LOW, HIGH, SORT, PAGE = "tu", "den", "xep", "trang"
SORT_VALUES = ("sao", "moi", "gia-tang", "gia-giam")


@dataclass(frozen=True)
class Selection:
    """What a reader has chosen; prices in đồng, both ends included."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    low: int | None = None
    high: int | None = None
    typed: tuple[str, str] = ("", "")
    price_error: str = ""
    sort: str = SORT_VALUES[0]
    page: int = 1

    @classmethod
    def read(cls, query: QueryDict) -> "Selection":
        """Return what `query` chooses; what makes no sense in it is left out."""
        values = {key: _values(query.getlist(key)) for key in KEYS}
        typed = (query.get(LOW, "")[:20], query.get(HIGH, "")[:20])
        low, high, error = _price_range(*typed)
        sort, page = query.get(SORT, ""), query.get(PAGE, "")
        return cls(
            values={key: chosen for key, chosen in values.items() if chosen},
            low=low,
            high=high,
            typed=typed,
            price_error=error,
            sort=sort if sort in SORT_VALUES else SORT_VALUES[0],
            page=page_number(page),
        )

    @property
    def has_range(self) -> bool:
        """Whether a lowest or highest price is given."""
        return self.low is not None or self.high is not None

    @property
    def range(self) -> dict[str, Any]:
        """The inputs of components/price_range.html: what was typed, and what is wrong with it."""
        low, high = self.typed
        return {"low_name": LOW, "high_name": HIGH, "low": low, "high": high, "error": self.price_error}

    @property
    def count(self) -> int:
        """How many filters are in use."""
        return sum(len(chosen) for chosen in self.values.values()) + self.has_range

    def without(self, key: str, value: str) -> "Selection":
        """Return the selection with one value taken off, on its first page."""
        left = tuple(chosen for chosen in self.values.get(key, ()) if chosen != value)
        values = {name: chosen for name, chosen in {**self.values, key: left}.items() if chosen}
        return replace(self, values=values, page=1)

    def without_range(self) -> "Selection":
        """Return the selection with no lowest and highest price, on its first page."""
        return replace(self, low=None, high=None, typed=("", ""), price_error="", page=1)

    def cleared(self) -> "Selection":
        """Return no filters, sorted as before."""
        return Selection(sort=self.sort)

    def at(self, page: int) -> "Selection":
        """Return the same selection on another page."""
        return replace(self, page=page)

    def filters(self) -> list[tuple[str, str]]:
        """Return the chosen filters as parameters, in one order whatever the reader's was."""
        pairs = [(key, value) for key in KEYS for value in self.values.get(key, ())]
        return pairs + [
            (name, str(price)) for name, price in ((LOW, self.low), (HIGH, self.high)) if price is not None
        ]

    def sorting(self) -> list[tuple[str, str]]:
        """Return the order as parameters, none for the usual one."""
        return [(SORT, self.sort)] if self.sort != SORT_VALUES[0] else []

    def url(self, path: str) -> str:
        """Return the address of this state of the listing at `path`."""
        pairs = [*self.filters(), *self.sorting()]
        if self.page > 1:
            pairs.append((PAGE, str(self.page)))
        return f"{path}?{urlencode(pairs)}" if pairs else path


def page_number(raw: str) -> int:
    """Return the number of a page, 1 for anything that is none."""
    return int(raw) if re.fullmatch(r"[1-9][0-9]{0,5}", raw) else 1


def _values(raw: list[str]) -> tuple[str, ...]:
    clean = (value for value in raw[:MOST_VALUES] if VALUE.fullmatch(value))
    return tuple(sorted(dict.fromkeys(clean)))


def _price_range(low: str, high: str) -> tuple[int | None, int | None, str]:
    """Read both prices; where one makes no sense, neither counts and the page says so."""
    prices: list[int | None] = []
    for typed in (low, high):
        digits = typed.translate(GROUPING)
        if digits and not PRICE.fullmatch(digits):
            return None, None, _("Nhập giá bằng số, ví dụ 150000.")
        prices.append(int(digits) if digits else None)
    lowest, highest = prices
    if lowest is not None and highest is not None and lowest > highest:
        return None, None, _("Giá từ phải nhỏ hơn giá đến.")
    return lowest, highest, ""
