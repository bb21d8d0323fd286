"""Page by page through a long list (components/pager.html)."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from catalogue.listing.query import PAGE, page_number

PAGE_SIZE = 24
NEIGHBOURS = 1  # pages named on each side of the current one
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
    total = found.count()
    number = min(page_number(request.GET.get(PAGE, "")), last_page(total))
    start = (number - 1) * PAGE_SIZE

    def url(page: int) -> str:
        return address(request.path, {**(kept or {}), **({PAGE: str(page)} if page > 1 else {})})

    return list(found[start : start + PAGE_SIZE]), pager(page=number, total=total, url=url)


def address(path: str, query: Mapping[str, str]) -> str:
    """Return `path` with its query, if it has one."""
    return f"{path}?{urlencode(query)}" if query else path


def pager(*, page: int, total: int, url: Callable[[int], str]) -> dict[str, Any]:
    """Return the inputs of components/pager.html: the first, the last and the pages around this one.

    Args:
        page: the current one, from 1.
        total: number of products, or of whatever is listed, on all pages.
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
    """Return the number of the last page of `total` products, or of whatever is listed; an empty list has one page."""
    return max(1, -(-total // PAGE_SIZE))
