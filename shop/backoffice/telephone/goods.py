"""Finding goods for an order by telephone: by name, with accents or without, or by the producer's code."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Q

from catalogue.listing.index import listing_index
from catalogue.models import Product
from catalogue.search import matching
from catalogue.search.matching import Query
from shop.partner.models import StockRecord

MOST = 20


@dataclass(frozen=True)
class Hit:
    """A product, or one size of it; `left` is None where nobody counts, `note` says why it cannot be ordered."""

    product: Product
    sku: str
    producer: str
    price: Decimal
    left: int | None
    note: str


def find(text: str, strategy: Any) -> list[Hit]:
    """Return what fits and has a price, by code first, then those whose names are most alike.

    Args:
        text: as it was typed.
        strategy: who says what a product costs.
    """
    query = Query.read(text)
    if not query.words:
        return []
    mains = matching.products(query, listing_index(settings.LANGUAGE_CODE))[:MOST]
    coded = StockRecord.objects.filter(partner_sku__istartswith=query.text).values_list("product", flat=True)
    codes = list(coded.order_by("partner_sku")[:MOST])
    rows = Product.objects.filter(
        Q(pk__in=codes) | Q(pk__in=mains, structure=Product.STANDALONE) | Q(parent__in=mains)
    )
    place = {pk: number for number, pk in enumerate([*codes, *mains])}

    def likeness(product: Product) -> tuple[int, int]:
        return place.get(product.pk, place.get(product.main.pk, len(place))), product.pk

    found = rows.select_related("parent").prefetch_related("stockrecords__partner")
    hits = (_hit(product, strategy) for product in sorted(found, key=likeness))
    return [hit for hit in hits if hit][:MOST]


def _hit(product: Product, strategy: Any) -> Hit | None:
    info = strategy.fetch_for_product(product)
    if not info.price.exists:
        return None
    return Hit(
        product=product,
        sku=info.stockrecord.partner_sku,
        producer=info.stockrecord.partner.name,
        price=info.price.incl_tax,
        left=getattr(info.availability, "num_available", None),
        note=str(info.availability.is_purchase_permitted(1)[1]),
    )
