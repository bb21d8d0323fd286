"""What one request of a page costs: CPU time of this process, and SQL queries."""

import time
from dataclasses import dataclass
from http import HTTPStatus
from statistics import median

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.models import CataloguePage, ListingRow, VillagePage
from home.models import HomePage

WARM_UPS = 3


@dataclass(frozen=True)
class Cost:
    """Of one page: median CPU milliseconds of a request, and its number of queries."""

    cpu_ms: float
    queries: int


def addresses() -> dict[str, str]:
    """Return the pages to measure, by name; those with the most products are taken."""
    listing = _page(CataloguePage).url
    village = VillagePage.objects.get(
        pk=ListingRow.objects.filter(language="vi", village_code="lang-gom-phu-lang").values("village_id")[:1]
    )
    product = ListingRow.objects.filter(language="vi", village_id=village.pk).order_by("pk")[0]
    return {
        "home": _page(HomePage).url,
        "listing": listing,
        "listing, three facets": f"{listing}?sao=4&sao=5&con-hang=1&tu=100000&xep=gia-tang",
        "listing, last page": f"{listing}?trang=99999",
        "product": product.url,
        "village": village.url,
        "search": "/tim-kiem/?q=gom+phu+lang",
    }


def cost(address: str, *, rounds: int) -> Cost:
    """Return what a GET of `address` costs, pages uncached. Raises RuntimeError unless it answers 200."""
    client = Client()
    for _warm_up in range(WARM_UPS):
        response = client.get(address)
        if response.status_code != HTTPStatus.OK:
            raise RuntimeError(f"{address} answers {response.status_code}")
    spent = []
    for _round in range(rounds):
        before = time.process_time()
        client.get(address)
        spent.append(1000 * (time.process_time() - before))
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return Cost(cpu_ms=median(spent), queries=len(queries))


def _page(model: type[HomePage] | type[CataloguePage]) -> HomePage | CataloguePage:
    return model.objects.filter(locale__language_code="vi", live=True)[0]
