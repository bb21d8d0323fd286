"""What the search page shows for one query."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, prefetch_related_objects
from django.http import QueryDict
from django.utils.translation import override

from catalogue import pictures
from catalogue.listing.cards import ready_cards
from catalogue.listing.index import ListingIndex, listing_index
from catalogue.listing.pager import PAGE_SIZE, pager
from catalogue.listing.query import PAGE, page_number
from catalogue.models import CataloguePage, PictureRendition, ProducerPage, SpecialtyPage, VillagePage
from catalogue.search import matching
from catalogue.search.matching import Query

BESIDE = 4  # villages, makers, specialties named beside the products
Line = Callable[[Any], str]


def show(parameters: QueryDict, *, language: str, action: str) -> dict[str, Any]:
    """Return the context of search/search.html; a fixed number of queries.

    Args:
        parameters: `q`, what was typed, and the number of the page of products.
        language: of the reader; only pages live in it are found.
        action: address of the search page.
    """
    query, goods = Query.read(parameters.get("q", "")), listing_index(language)
    found = matching.products(query, goods)
    page = Paginator(found, PAGE_SIZE).get_page(page_number(parameters.get(PAGE, "")))

    def url(number: int) -> str:
        address = QueryDict(mutable=True)
        address.update({"q": query.text, **({PAGE: str(number)} if number > 1 else {})})
        return f"{action}?{address.urlencode()}"

    with override(language):
        return {
            "q": query.text,
            "total": len(found),
            "rows": ready_cards(list(page.object_list), language=language),
            "chooser": pager(page, url),
            "catalogue_url": catalogue_url(language),
            **beside(query, goods),
        }


def beside(query: Query, goods: ListingIndex) -> dict[str, list[dict[str, Any]]]:
    """Return the villages, makers and other pages that fit, for their cards."""
    return {
        "villages": _cards(query, goods, VillagePage, "hero", pictures.WIDE, line=lambda page: page.craft),
        "makers": _cards(
            query,
            goods,
            ProducerPage,
            "portrait",
            pictures.THUMB,
            line=lambda page: page.village.short_name if page.village else "",
            also=("village",),
        ),
        "pages": _cards(
            query, goods, SpecialtyPage, "picture", pictures.WIDE, line=lambda page: page.summary
        ),
    }


def catalogue_url(language: str) -> str:
    """Return the address of the listing of all products, "" while there is none."""
    page = CataloguePage.objects.live().filter(locale__language_code=language).first()
    return (page.url if page else "") or ""


def _cards(
    query: Query,
    goods: ListingIndex,
    model: type[Any],
    picture: str,
    size: pictures.Size,
    *,
    line: Line,
    also: tuple[str, ...] = (),
) -> list[dict[str, Any]]:
    """Return cards of pages, two queries: one for the pages, one for their renditions."""
    ids = matching.pages(query, model, goods, limit=BESIDE)
    rows = model.objects.filter(pk__in=ids).select_related(picture, *also).defer("body")
    by_id = {page.pk: page for page in rows}
    shown = [by_id[pk] for pk in ids if pk in by_id]
    renditions = PictureRendition.objects.filter(filter_spec__in=size.specs())
    prefetch_related_objects(
        [own for page in shown if (own := getattr(page, picture))],
        Prefetch("renditions", queryset=renditions, to_attr="prefetched_renditions"),
    )
    return [
        {
            "title": page.title,
            "url": page.url or "",
            "lang": "vi" if page.alias_of_id and goods.language != "vi" else "",
            "line": line(page),
            "picture": pictures.ready(own, size, alt="") if (own := getattr(page, picture)) else None,
        }
        for page in shown
    ]
