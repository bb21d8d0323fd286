"""What the listing of all products shows for one query string."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.family import Family
from catalogue.formats import vnd
from catalogue.listing.cards import ready_cards
from catalogue.listing.facets import FACETS, apply, describe
from catalogue.listing.index import ListingIndex, listing_index
from catalogue.listing.pager import PAGE_SIZE, pager, places
from catalogue.listing.query import KEYS, Selection
from catalogue.models import CataloguePage

SORT_LABELS = {
    "sao": gettext_lazy("Sao cao trước"),
    "moi": gettext_lazy("Mới lên chợ"),
    "gia-tang": gettext_lazy("Giá thấp đến cao"),
    "gia-giam": gettext_lazy("Giá cao đến thấp"),
}
BY_KEY = {facet.key: facet for facet in FACETS}


def parts(_page: CataloguePage, request: HttpRequest, family: Family) -> dict[str, Any]:
    """Return the context of catalogue/catalogue_page.html for what its address asks for."""
    return show(Selection.read(request.GET), language=family.language, action=request.path)


def show(selection: Selection, *, language: str, action: str) -> dict[str, Any]:
    """Return the context of catalogue/catalogue_page.html and its results; two queries.

    Args:
        selection: what the reader chose.
        language: of texts and links.
        action: address of the listing.
    """
    goods = listing_index(language)
    filtered = apply(selection, goods)
    page = places(filtered.matching.bit_count(), selection.page)
    selection = selection.at(page.number)
    start = (page.number - 1) * PAGE_SIZE
    products = goods.pick(filtered.matching, sort=selection.sort, start=start, stop=start + PAGE_SIZE)
    return {
        "action": action,
        "facets": describe(selection, goods, filtered),
        "kept": _hidden(selection.sorting()),
        "chosen_count": selection.count,
        "total": page.paginator.count,
        "sorts": [
            {"value": value, "label": label, "chosen": value == selection.sort}
            for value, label in SORT_LABELS.items()
        ],
        "kept_sort": _hidden(selection.filters()),
        "chosen": in_use(selection, goods, action),
        "clear_url": selection.cleared().url(action),
        "rows": ready_cards(products, language=language),
        **pager(page, url=lambda number: selection.at(number).url(action)),
    }


def in_use(selection: Selection, goods: ListingIndex, action: str) -> list[dict[str, str]]:
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


def _range_label(selection: Selection) -> str:
    prices = {"low": vnd(selection.low), "high": vnd(selection.high)}
    if selection.high is None:
        return _("từ %(low)s") % prices
    if selection.low is None:
        return _("đến %(high)s") % prices
    return _("%(low)s đến %(high)s") % prices


def _hidden(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
