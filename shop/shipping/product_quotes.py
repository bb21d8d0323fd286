"""What it costs to send one piece of a product, zone by zone: shown before the buyer orders.

The price itself is decided in `shop.shipping.tariff`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalogue.models import Product
from shop.partner.strategy import Selector
from shop.shipping.parcels import parcel_of
from shop.shipping.tariff import ShippingOption, Tariff


@dataclass(frozen=True)
class Quote:
    """One zone's answer: a price in đồng and days, or the reason why not."""

    zone_name: str
    days_text: str
    price: Decimal | None
    reason: str = ""


def quotes_for_product(product: Product) -> list[Quote]:
    """Return what sending one piece costs to each zone; nothing for services and unpriced goods.

    A product with variants is quoted by its cheapest one.
    """
    piece = _cheapest(product)
    if piece is None or product.main.bookable:
        return []
    sold, price = piece
    tariff = Tariff()
    parcel = parcel_of(sold, partner=product.main.producer, price=price)
    return [_quote(zone.local_name, tariff.delivery(parcel, zone)) for zone in tariff.zones]


def _quote(zone_name: str, delivery: ShippingOption | str) -> Quote:
    if isinstance(delivery, str):
        return Quote(zone_name, "", None, delivery)
    return Quote(zone_name, delivery.days_text, delivery.price)


def _cheapest(product: Product) -> tuple[Any, Decimal] | None:
    strategy = Selector().strategy()
    candidates: Iterable[Any] = product.get_public_children() if product.is_parent else [product]
    priced = [(one, strategy.fetch_for_product(one).price) for one in candidates]
    known = [(one, price.incl_tax) for one, price in priced if price.exists]
    return min(known, key=lambda pair: pair[1], default=None)
