"""All public products of one language in memory, as bitmaps: docs/adr/0004-facets-as-bitmaps.md.

A bitmap is a Python integer; bit n stands for the product in slot n. A process loads its index
once and then follows the catalogue's version: each use costs one query, and changed rows are
fetched alone. What depends on the date is worked out for today in Vietnam, so a star goes out
at midnight with no job.
"""

import threading
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from catalogue.models import CatalogueVersion, ListingRow
from catalogue.models.listing_row import holds, in_season_on, stars_on
from catalogue.months import opening

Label = tuple[str, Any]  # ("lang", "gom-phu-lang"): a facet and one of its values
ALL: Label = ("", "")
SPIRIT: Label = ("spirit", "1")
CLOSED: Label = ("closed", "1")  # out of season

PRICE_BANDS = ("0-50", "50-100", "100-200", "200-500", "500-")  # thousand đồng, upper end excluded
LIMIT, UNPRICED = Decimal(10**12), Decimal(10**13)  # no price has more than twelve digits
MANY = 500  # from so many changed rows on, sorting anew is quicker than inserting


class Entry(NamedTuple):
    """A listing row's facts that select and sort; the fields are those of `ListingRow`."""

    product_id: int
    price_from: Decimal | None
    in_stock: bool  # whatever the season
    sale_months: list[int]
    producer_id: int | None
    producer_code: str
    producer_name: str
    village_id: int | None
    village_code: str
    village_name: str
    specialty_id: int | None
    groups: list[list[str]]
    star_periods: list[list[Any]]
    certifications: list[list[str]]
    gi: bool
    gi_from: date | None
    gi_until: date | None
    season_months: list[int]
    is_spirit: bool
    published_at: datetime
    title: str
    words: str  # with a blank before and after, so that " word " finds whole words

    def stars_on(self, day: date) -> int:
        """Return the stars on `day`, 0 for none."""
        return stars_on(self.star_periods, day) or 0

    def is_closed_on(self, day: date) -> bool:
        """Return whether `day` lies outside the months in which it is sold."""
        return opening(self.sale_months, day) is not None

    def labels_on(self, day: date) -> dict[Label, str]:
        """Return every facet value this product has on `day`, with its name where it has one."""
        iso, is_closed = day.isoformat(), self.is_closed_on(day)
        labels: dict[Label, str] = {
            ALL: "",
            ("producer", self.producer_id): "",
            ("village", self.village_id): "",
            ("specialty", self.specialty_id): "",
            ("nguoi-lam", self.producer_code): self.producer_name,
            ("lang", self.village_code): self.village_name,
            ("sao", str(self.stars_on(day))): "",
            ("gia", price_band(self.price_from)): "",
            ("con-hang", "1" if self.in_stock and not is_closed else ""): "",
            ("mua", "1" if in_season_on(self.season_months, day) else ""): "",
            (
                "chung-nhan",
                "chi-dan-dia-ly" if self.gi and holds(self.gi_from, self.gi_until, day) else "",
            ): "",
            SPIRIT if self.is_spirit else ALL: "",
            CLOSED if is_closed else ALL: "",
        }
        labels |= {("nhom", code): name for code, name in self.groups}
        labels |= {("phan-nhom", code): name for code, name in self.groups if "." in code}
        labels |= {("chung-nhan", code): name for code, name, last in self.certifications if iso <= last}
        return labels


def price_band(price: Decimal | None) -> str:
    """Return the band of PRICE_BANDS that holds `price` in đồng, "" for no price."""
    if price is None:
        return ""
    return next(band for band in PRICE_BANDS if _below(price, band.partition("-")[2]))


def _below(price: Decimal, thousands: str) -> bool:
    return not thousands or price < int(thousands) * 1000


def _newest(entry: Entry, _day: date) -> tuple[Any, ...]:
    return -entry.published_at.timestamp(), entry.product_id


SORT_KEYS: dict[str, Callable[[Entry, date], tuple[Any, ...]]] = {
    "sao": lambda entry, day: (entry.is_closed_on(day), -entry.stars_on(day), *_newest(entry, day)),
    "moi": _newest,
    "gia-tang": lambda entry, day: (entry.price_from is None, entry.price_from or 0, *_newest(entry, day)),
    "gia-giam": lambda entry, day: (entry.price_from is None, -(entry.price_from or 0), *_newest(entry, day)),
}


@dataclass(frozen=True)
class ListingIndex:
    """A snapshot: never changed once others can see it."""

    language: str
    version: int
    day: date
    entries: list[Entry | None] = field(default_factory=list)  # by slot
    slots: dict[int, int] = field(default_factory=dict)  # by product
    bits: dict[Label, int] = field(default_factory=dict)
    names: dict[Label, str] = field(default_factory=dict)
    orders: dict[str, list[int]] = field(default_factory=dict)  # slots, by sort; filled when asked for
    restored: int = 0  # how often this process has met an older database

    @property
    def age(self) -> tuple[int, int]:
        """What grows with every snapshot of a language, also when an older database is restored."""
        return self.restored, self.version

    @property
    def everything(self) -> int:
        """The bitmap of all products."""
        return self.bits.get(ALL, 0)

    @property
    def promotable(self) -> int:
        """The bitmap of products that may be put forward: all but spirits, which the law bars from adverts."""
        return self.everything & ~self.bits.get(SPIRIT, 0)

    @property
    def closed(self) -> int:
        """The bitmap of products that are out of season and cannot be bought."""
        return self.bits.get(CLOSED, 0)

    def specialties_with_spirits(self) -> set[int]:
        """Return the ids of specialties (source pages) that have a spirit among their goods."""
        spirits = self.bits.get(SPIRIT, 0)
        return {
            value
            for (name, value), bits in self.bits.items()
            if name == "specialty" and value and bits & spirits
        }

    def any_of(self, facet: str, values: Iterable[Any]) -> int:
        """Return the bitmap of products with one of `values`."""
        found = 0
        for value in values:
            found |= self.bits.get((facet, value), 0)
        return found

    def among(self, product_ids: Iterable[int]) -> int:
        """Return the bitmap of these products."""
        return to_bitmap(self.slots[pk] for pk in product_ids if pk in self.slots)

    def priced(self, low: int | None, high: int | None) -> int:
        """Return the bitmap of products from `low` to `high` đồng, both included, None for no limit."""
        order = self._order("gia-tang")
        start = bisect_left(order, Decimal(low or 0), key=self._price)
        stop = bisect_right(order, LIMIT if high is None else Decimal(high), key=self._price)
        return to_bitmap(order[start:stop])

    def _price(self, slot: int) -> Decimal:
        entry = self.entries[slot]
        return entry.price_from if entry and entry.price_from is not None else UNPRICED

    def best_stars(self, producer_id: int | None) -> int | None:
        """Return the most stars any of this producer's goods carries, None for none."""
        own = self.any_of("producer", [producer_id])
        return next((stars for stars in (5, 4, 3) if own & self.any_of("sao", [str(stars)])), None)

    def values(self, facet: str) -> list[str]:
        """Return the values of `facet` that any product has."""
        return [value for name, value in self.bits if name == facet and value]

    def pick(self, bitmap: int, *, sort: str, start: int = 0, stop: int) -> list[int]:
        """Return the products of `bitmap` from `start` to `stop` in the order of `sort`."""
        flags = f"{bitmap:0{len(self.entries)}b}"[::-1]
        chosen = islice((slot for slot in self._order(sort) if flags[slot] == "1"), start, stop)
        return [entry.product_id for slot in chosen if (entry := self.entries[slot])]

    def filled(self) -> Iterator[tuple[int, Entry]]:
        """Yield slot and entry of every product."""
        return ((slot, entry) for slot, entry in enumerate(self.entries) if entry)

    def _order(self, sort: str) -> list[int]:
        if sort not in self.orders:
            self.orders[sort] = sorted(self.slots.values(), key=self._key(sort))
        return self.orders[sort]

    def _key(self, sort: str) -> Callable[[int], tuple[Any, ...]]:
        key = SORT_KEYS[sort]
        return lambda slot: key(entry, self.day) if (entry := self.entries[slot]) else ()

    def caught_up(self, version: int, day: date) -> "ListingIndex":
        """Return the index as of `version` and `day`; this one stays as it is."""
        rows = ListingRow.objects.filter(language=self.language)
        news = rows.filter(version__gt=self.version).values_list(*Entry._fields)
        changed = [Entry._make((*row[:-1], f" {row[-1]} ")) for row in news]
        entries, slots = list(self.entries), dict(self.slots)
        for entry in changed:
            slots.setdefault(entry.product_id, len(entries))
            if slots[entry.product_id] == len(entries):
                entries.append(None)
            entries[slots[entry.product_id]] = entry
        touched = [slots[entry.product_id] for entry in changed] + self._remove_gone(rows, entries, slots)
        fresh = replace(self, version=version, day=day, entries=entries, slots=slots)
        if day != self.day or len(touched) > MANY:
            return fresh.labelled()
        return fresh.relabelled(touched, before=self) if touched else fresh

    def _remove_gone(
        self, rows: QuerySet[ListingRow], entries: list[Entry | None], slots: dict[int, int]
    ) -> list[int]:
        if rows.count() == len(slots):
            return []
        gone = slots.keys() - set(rows.values_list("product", flat=True))
        removed = [slots.pop(product) for product in gone]
        for slot in removed:
            entries[slot] = None
        return removed

    def labelled(self) -> "ListingIndex":
        """Return this index with all bitmaps made anew."""
        members: dict[Label, list[int]] = defaultdict(list)
        names: dict[Label, str] = {}
        for slot, entry in self.filled():
            labels = entry.labels_on(self.day)
            names |= labels
            for label in labels:
                members[label].append(slot)
        bits = {label: to_bitmap(slots) for label, slots in members.items()}
        return replace(self, bits=bits, names=names, orders={})

    def relabelled(self, touched: list[int], *, before: "ListingIndex") -> "ListingIndex":
        """Return this index with the bitmaps and orders of `before` put right for a few slots."""
        bits, names = dict(before.bits), dict(before.names)
        for slot in touched:
            old = before.entries[slot] if slot < len(before.entries) else None
            for label in old.labels_on(self.day) if old else ():
                bits[label] &= ~(1 << slot)
            new = self.entries[slot]
            labels = new.labels_on(self.day) if new else {}
            names |= labels
            for label in labels:
                bits[label] = bits.get(label, 0) | 1 << slot
        orders = {sort: self._reordered(sort, order, set(touched)) for sort, order in before.orders.items()}
        return replace(self, bits=bits, names=names, orders=orders)

    def _reordered(self, sort: str, order: list[int], touched: set[int]) -> list[int]:
        kept = [slot for slot in order if slot not in touched]
        for slot in touched:
            if self.entries[slot]:
                insort(kept, slot, key=self._key(sort))
        return kept


def to_bitmap(slots: Iterable[int]) -> int:
    """Return the integer whose bits `slots` are set; quick for many of them."""
    found = list(slots)
    octets = bytearray(max(found, default=0) // 8 + 1)
    for slot in found:
        octets[slot >> 3] |= 1 << (slot & 7)
    return int.from_bytes(octets, "little")


_indexes: dict[str, ListingIndex] = {}
_lock = threading.Lock()


def listing_index(language: str) -> ListingIndex:
    """Return the products of `language` as they stand now: one query if nothing has changed."""
    version, day = CatalogueVersion.current(), timezone.localdate()
    known = _indexes.get(language)
    if known and (known.version, known.day) == (version, day):
        return known
    with _lock:  # one thread fetches, the others then find it done
        # Asked again: while this thread waited, another one may have loaded what is newer.
        version, day = CatalogueVersion.current(), timezone.localdate()
        known = _indexes.get(language)
        if known is None:
            known = ListingIndex(language, version=-1, day=day)
        elif known.version > version:  # an older database was restored
            known = ListingIndex(language, version=-1, day=day, restored=known.restored + 1)
        if (known.version, known.day) != (version, day):
            _indexes[language] = known = known.caught_up(version, day)
    return known


def forget() -> None:
    """Drop what this process remembers (between tests, whose databases are rolled back)."""
    _indexes.clear()
