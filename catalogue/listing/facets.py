"""The facets of the listing: what may be chosen, and how many products each choice would leave.

Within a facet choices add up, between facets they narrow. A facet's counts are taken with all
other facets applied and its own left aside: they say what ticking one more box would show.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import Any, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue.folding import fold
from catalogue.listing.index import ListingIndex
from catalogue.listing.query import Selection

OTHER_NAMES = {("chung-nhan", "chi-dan-dia-ly"): _("Chỉ dẫn địa lý")}
MOST_OPTIONS = 30  # of makers or villages; the rest have pages of their own


class Option(TypedDict):
    """One box to tick."""

    value: str
    label: str
    count: int
    checked: bool
    lang: str
    stars: int | None


@dataclass(frozen=True)
class Facet:
    """One way to narrow the listing.

    `values` names a fixed choice in its order; without it the products' own values are offered,
    by name. `vietnamese` marks names that stay Vietnamese on English pages.
    """

    key: str
    title: str | Promise
    values: Mapping[str, str | Promise] = field(default_factory=dict)
    open: bool = False
    vietnamese: bool = False
    by_value: bool = False

    def options(self, goods: ListingIndex, among: int, chosen: tuple[str, ...]) -> list[Option]:
        """Return the boxes that would leave something, and those already ticked."""
        found = [self._option(goods, among, value, chosen) for value in self._offered(goods, chosen)]
        useful = [option for option in found if option["count"] or option["checked"]]
        if self.values or len(useful) <= MOST_OPTIONS:
            return useful
        most = sorted(useful, key=lambda option: (not option["checked"], -option["count"]))[:MOST_OPTIONS]
        return [option for option in useful if option in most]

    def label(self, goods: ListingIndex, value: str) -> str:
        """Return the name of a value in the index's language, the value itself if nothing has it."""
        return str(
            self.values.get(value)
            or OTHER_NAMES.get((self.key, value))
            or goods.names.get((self.key, value))
            or value
        )

    def _offered(self, goods: ListingIndex, chosen: tuple[str, ...]) -> list[str]:
        if self.values:
            return list(self.values)
        values = {value for value in goods.values(self.key) if self._is_own(value)} | set(chosen)
        return sorted(values, key=lambda value: (not self.by_value and fold(self.label(goods, value)), value))

    def _is_own(self, value: str) -> bool:
        """An industry's code is "I", that of a group in it "I.1": a page may link to either."""
        return self.key != "nhom" or "." not in value

    def _option(self, goods: ListingIndex, among: int, value: str, chosen: tuple[str, ...]) -> Option:
        return {
            "value": value,
            "label": self.label(goods, value),
            "count": (among & goods.bits.get((self.key, value), 0)).bit_count(),
            "checked": value in chosen,
            "lang": "vi" if self.vietnamese and goods.language != "vi" else "",
            "stars": int(value) if self.key == "sao" else None,
        }


FACETS = (
    Facet("sao", _("Sao OCOP"), {"5": _("5 sao"), "4": _("4 sao"), "3": _("3 sao")}, open=True),
    Facet("lang", pgettext_lazy("bộ lọc", "Làng nghề"), open=True, vietnamese=True),
    Facet("nhom", _("Nhóm"), open=True, by_value=True),
    Facet("phan-nhom", _("Phân nhóm"), by_value=True),
    Facet("nguoi-lam", pgettext_lazy("bộ lọc", "Người làm"), vietnamese=True),
    Facet(
        "gia",
        _("Giá"),
        {
            "0-50": _("Dưới 50.000 ₫"),
            "50-100": _("50.000 đến 100.000 ₫"),
            "100-200": _("100.000 đến 200.000 ₫"),
            "200-500": _("200.000 đến 500.000 ₫"),
            "500-": _("Từ 500.000 ₫"),
        },
        open=True,
    ),
    Facet("chung-nhan", _("Chứng nhận")),
    Facet("mua", _("Mùa"), {"1": pgettext_lazy("bộ lọc", "Đang mùa")}, open=True),
    Facet("con-hang", _("Kho"), {"1": _("Còn hàng")}, open=True),
)


@dataclass(frozen=True)
class Filtered:
    """What a selection leaves, and what each facet would have to count among."""

    matching: int
    among: dict[str, int]


def apply(selection: Selection, goods: ListingIndex, *, within: int | None = None) -> Filtered:
    """Return the products of `goods` that `selection` leaves.

    Args:
        selection: what was chosen.
        goods: all products of one language.
        within: only among these, such as those that match words searched for.
    """
    start = goods.everything if within is None else within
    chosen = {facet.key: _chosen(selection, goods, facet.key) for facet in FACETS}
    used = {key: bitmap for key, bitmap in chosen.items() if bitmap is not None}

    def all_but(key: str) -> int:
        return reduce(and_, (bitmap for other, bitmap in used.items() if other != key), start)

    return Filtered(matching=all_but(""), among={facet.key: all_but(facet.key) for facet in FACETS})


def _chosen(selection: Selection, goods: ListingIndex, key: str) -> int | None:
    """Return the products one facet leaves, None when nothing is chosen in it."""
    values = selection.values.get(key, ())
    bitmap = goods.any_of(key, values) if values else None
    if key == "gia" and selection.has_range:
        priced = goods.priced(selection.low, selection.high)
        return priced if bitmap is None else bitmap & priced
    return bitmap


def describe(selection: Selection, goods: ListingIndex, filtered: Filtered) -> list[dict[str, Any]]:
    """Return the facets as components/facets.html shows them, without those that offer nothing."""
    shown: list[dict[str, Any]] = []
    for facet in FACETS:
        chosen = selection.values.get(facet.key, ())
        options = facet.options(goods, filtered.among[facet.key], chosen)
        price_range = selection.range if facet.key == "gia" else None
        if options or price_range:
            shown.append(
                {
                    "key": facet.key,
                    "title": facet.title,
                    "open": facet.open or bool(chosen),
                    "options": options,
                    "range": price_range,
                }
            )
    return shown
