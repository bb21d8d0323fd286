"""Page by page through a long list (components/pager.html), as Django's Paginator deals it out."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from catalogue.listing.query import PAGE, page_number

PAGE_SIZE = 24
NEIGHBOURS = 1  # pages named on each side of the current one, and at both ends
ModelT = TypeVar("ModelT", bound=Model)


def one_page(
    found: QuerySet[ModelT], request: HttpRequest, kept: Mapping[str, str] | None = None
) -> tuple[list[ModelT], dict[str, Any]]:
    """Return the rows on the page that the address asks for, and the inputs of components/pager.html.

    A page behind the last one shows the last one. Two queries.

    Args:
        found: all rows, in a fixed order.
        request: its address has the number.
        kept: what else the addresses of the other pages say.
    """
    page = Paginator(found, PAGE_SIZE).get_page(page_number(request.GET.get(PAGE, "")))

    def url(number: int) -> str:
        return address(request.path, {**(kept or {}), **({PAGE: str(number)} if number > 1 else {})})

    return list(page.object_list), pager(page, url)


def places(total: int, number: int) -> Page[int]:
    """Return page `number` of the places of a list that is `total` long, or the last one: for what is no list yet."""
    return Paginator(range(total), PAGE_SIZE).get_page(number)


def address(path: str, query: Mapping[str, str]) -> str:
    """Return `path` with its query, if it has one."""
    return f"{path}?{urlencode(query)}" if query else path


def pager(page: Page[Any], url: Callable[[int], str]) -> dict[str, Any]:
    """Return the inputs of components/pager.html: the first, the last and the pages around this one.

    Args:
        page: the current one.
        url: gives a page's address by its number.
    """
    paginator, current = page.paginator, page.number
    shown = paginator.get_elided_page_range(current, on_each_side=NEIGHBOURS, on_ends=NEIGHBOURS)
    return {
        "pages": [
            {"number": number, "url": url(number), "current": number == current}
            if isinstance(number, int)
            else {"number": None, "url": "", "current": False}
            for number in shown
        ],
        "previous_url": url(current - 1) if page.has_previous() else "",
        "next_url": url(current + 1) if page.has_next() else "",
    }
