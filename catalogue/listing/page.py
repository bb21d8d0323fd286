"""What the listing of all products shows for one query string."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.cards import ready_cards
from catalogue.facets import FACETS, apply, describe
from catalogue.listing_query import KEYS, Selection
from catalogue.shelf import Shelf, shelf
from catalogue.templatetags.market import vnd

PAGE_SIZE = 24
NEIGHBOURS = 1  # pages named on each side of the current one
SORTS = {
    "sao": gettext_lazy("Sao cao trước"),
    "moi": gettext_lazy("Mới lên chợ"),
    "gia-tang": gettext_lazy("Giá thấp đến cao"),
    "gia-giam": gettext_lazy("Giá cao đến thấp"),
}
BY_KEY = {facet.key: facet for facet in FACETS}


def show(selection: Selection, *, language: str, action: str) -> dict[str, Any]:
    """Return the context of catalogue/catalogue_page.html and its results; two queries.

    Args:
        selection: what the reader chose.
        language: of texts and links.
        action: address of the listing.
    """
    goods = shelf(language)
    found = apply(selection, goods)
    total = found.matching.bit_count()
    selection = selection.at(min(selection.page, last_page(total)))
    start = (selection.page - 1) * PAGE_SIZE
    products = goods.pick(found.matching, sort=selection.sort, start=start, stop=start + PAGE_SIZE)
    return {
        "action": action,
        "facets": describe(selection, goods, found),
        "kept": _hidden(selection.sorting()),
        "chosen_count": selection.count,
        "total": total,
        "sorts": [
            {"value": value, "label": label, "chosen": value == selection.sort}
            for value, label in SORTS.items()
        ],
        "kept_sort": _hidden(selection.filters()),
        "chosen": in_use(selection, goods, action),
        "clear_url": selection.cleared().url(action),
        "rows": ready_cards(products, language=language),
        **pager(page=selection.page, total=total, url=lambda page: selection.at(page).url(action)),
    }


def in_use(selection: Selection, goods: Shelf, action: str) -> list[dict[str, str]]:
    """Return the filters in use for components/tags.html, each with the address that takes it off."""
    chosen = [
        {
            "label": BY_KEY[key].label(goods, value),
            "url": selection.without(key, value).url(action),
            "lang": "vi" if BY_KEY[key].vietnamese and goods.language != "vi" else "",
        }
        for key in KEYS
        for value in selection.values.get(key, ())
    ]
    if selection.has_range:
        chosen.append(
            {"label": _range_label(selection), "url": selection.without_range().url(action), "lang": ""}
        )
    return chosen


def pager(*, page: int, total: int, url: Callable[[int], str]) -> dict[str, Any]:
    """Return the inputs of components/pager.html: the first, the last and the pages around this one.

    Args:
        page: the current one, from 1.
        total: number of products on all pages.
        url: gives a page's address.
    """
    last = last_page(total)
    around = range(page - NEIGHBOURS, page + NEIGHBOURS + 1)
    shown = sorted({1, last, *around} & set(range(1, last + 1)))
    pages: list[dict[str, Any]] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number > before + 1:
            pages.append({"number": None, "url": "", "current": False})  # a gap
        pages.append({"number": number, "url": url(number), "current": number == page})
    return {
        "pages": pages,
        "previous_url": url(page - 1) if page > 1 else "",
        "next_url": url(page + 1) if page < last else "",
    }


def last_page(total: int) -> int:
    """Return the number of the last page of `total` products; an empty list has one page."""
    return max(1, -(-total // PAGE_SIZE))


def _range_label(selection: Selection) -> str:
    prices = {"low": vnd(selection.low), "high": vnd(selection.high)}
    if selection.high is None:
        return _("từ %(low)s") % prices
    if selection.low is None:
        return _("đến %(high)s") % prices
    return _("%(low)s đến %(high)s") % prices


def _hidden(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
