"""Finds products and pages by their words, typed with or without marks: docs/adr/0005-search-in-memory.md.

Both databases give the same results because neither is asked: words are folded by us and compared
here, for products in the listing's index, for pages in a list kept the same way.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from catalogue.folding import fold, keywords
from catalogue.listing.index import Entry, ListingIndex
from catalogue.models import MarketPage, ProducerPage, SpecialtyPage, VillagePage

LONGEST = 100  # signs of a query that count
MOST_WORDS = 8
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]")
WORD = re.compile(r"\w+")
KINDS = (VillagePage, SpecialtyPage, ProducerPage)


@dataclass(frozen=True)
class Query:
    """What somebody typed: as it can be shown again, and the words to look for."""

    text: str
    words: tuple[str, ...]

    @classmethod
    def read(cls, raw: str) -> "Query":
        """Return a query from anything: control signs go, blanks are joined, the rest is cut."""
        plain = CONTROL.sub(" ", unicodedata.normalize("NFC", raw[: LONGEST * 4]))
        text = " ".join(plain.split())[:LONGEST].strip()
        return cls(text=text, words=tuple(dict.fromkeys(keywords(text).split()))[:MOST_WORDS])

    def fits(self, words: str) -> bool:
        """Return whether every word looked for is among `words`; of the last one a beginning will do.

        Args:
            words: folded, with a blank before and after.
        """
        *whole, last = self.words
        return f" {last}" in words and all(f" {word} " in words for word in whole)

    def distance(self, title: str, words: str) -> int:
        """Return 0 for a title that holds the query as typed, marks and all; 1 to 3 for lesser likeness.

        Args:
            title: as it is shown.
            words: folded, with a blank before and after, those of the title first.
        """
        if self.text.lower() in title.lower():
            return 0
        length = len(WORD.findall(title))
        folded = f" {' '.join(words.split()[:length])} "
        if " ".join(self.words) in folded:
            return 1
        return 2 if self.fits(folded) else 3


def products(query: Query, goods: ListingIndex) -> list[int]:
    """Return the products that fit, those whose names are most alike first, then in stock, then newest."""
    if not query.words:
        return []

    def likeness(entry: Entry) -> tuple[Any, ...]:
        alike = query.distance(entry.title, entry.words)
        is_out = not entry.in_stock or entry.is_closed_on(goods.day)
        return alike, is_out, -entry.published_at.timestamp(), entry.product_id

    found = [entry for _slot, entry in goods.filled() if query.fits(entry.words)]
    return [entry.product_id for entry in sorted(found, key=likeness)]


class _Known(NamedTuple):
    pk: int
    title: str
    words: str


def pages(query: Query, model: type[Any], goods: ListingIndex, *, limit: int) -> list[int]:
    """Return ids of live pages of `model` (one of KINDS) that fit, most alike first.

    No query while the catalogue, whose version and language `goods` names, stays as it was.
    """
    if not query.words:
        return []
    found = [page for page in _known(goods)[model] if query.fits(page.words)]
    found.sort(key=lambda page: (query.distance(page.title, page.words), fold(page.title), page.pk))
    return [page.pk for page in found[:limit]]


_Pages = dict[type[Any], list[_Known]]
_by_language: dict[str, tuple[tuple[int, int], _Pages]] = {}
_lock = threading.Lock()


def _known(goods: ListingIndex) -> _Pages:
    with _lock:
        age, known = _by_language.get(goods.language, ((-1, -1), {}))
        if age < goods.age:  # a late thread, whose goods are older, takes what is there
            known = {model: _load(model, goods.language) for model in KINDS}
            _by_language[goods.language] = (goods.age, known)
        return known


def _load(model: type[Any], language: str) -> list[_Known]:
    rows = model.objects.live().filter(locale__language_code=language).defer("body")
    if model is ProducerPage:
        rows = rows.select_related("partner")
    return [_Known(page.pk, page.title, _words(page)) for page in rows]


def _words(page: MarketPage) -> str:
    """The slug repeats the Vietnamese name, on English pages too."""
    lines: Iterable[str] = [page.title, page.slug.replace("-", " "), *page.search_texts()]
    return f" {keywords(' '.join(line for line in lines if line))} "


def forget() -> None:
    """Drop what this process remembers (between tests, whose databases are rolled back)."""
    _by_language.clear()
