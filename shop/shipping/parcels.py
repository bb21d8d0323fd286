"""A basket seen as the parcels it will travel in: one for each producer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from oscar.apps.basket.abstract_models import AbstractBasket

from catalogue.models import Product
from shop.partner.models import Partner
from shop.shipping.weights import volume_mm3, weight_g


@dataclass(frozen=True)
class BasketParcel:
    """The goods of one producer, with what their way to the buyer has to respect.

    `goods` is in đồng, VAT included, discounts taken off; `weight_g` is the real packed weight and
    `volume_mm3` the room, of which `shop.shipping.tariff` charges the larger.
    """

    partner: Any  # a producer; None in a quote for a product without one
    lines: list[Any] = field(default_factory=list)
    goods: Decimal = Decimal(0)
    weight_g: int = 0
    volume_mm3: int = 0
    longest_mm: int = 0
    fragile: bool = False
    cold_chain: bool = False
    perishable: bool = False
    age_restricted: bool = False
    max_transit_hours: int | None = None
    local_delivery_only: bool = False
    needs_shipping: bool = True


def parcels(basket: AbstractBasket) -> list[BasketParcel]:
    """Group what can be bought in `basket` by producer, in the order the producers came in.

    Lines that are no longer on sale travel in no parcel; `shop.basket.line_notes` names them.
    """
    lines = [line for line in basket.all_lines() if line.purchase_info.price.exists]
    first_seen: dict[int, int] = {}
    for line in lines:
        first_seen.setdefault(line.stockrecord.partner_id, len(first_seen))
    lines.sort(key=lambda line: first_seen[line.stockrecord.partner_id])
    groups = groupby(lines, key=lambda line: line.stockrecord.partner_id)
    return [_parcel(list(group)) for _partner_id, group in groups]


def parcel_of(product: Product, *, partner: Partner | None, price: Decimal) -> BasketParcel:
    """Return the parcel that one piece of `product` alone would make."""
    return BasketParcel(
        partner=partner,
        goods=price,
        weight_g=weight_g(product),
        volume_mm3=volume_mm3(product),
        **_needs([product]),
    )


def parcel_sold(*, partner: Partner, goods: Decimal, units: Mapping[Product, int]) -> BasketParcel:
    """Return a parcel of an order as it travels; what of it is no longer known weighs nothing.

    Args:
        partner: whose.
        goods: the price it was sold at, in đồng.
        units: how many of which product or variant are in it.
    """
    return BasketParcel(
        partner=partner,
        goods=goods,
        weight_g=sum(weight_g(product) * count for product, count in units.items()),
        volume_mm3=sum(volume_mm3(product) * count for product, count in units.items()),
        **_needs(units),
    )


def _parcel(lines: list[Any]) -> BasketParcel:
    return BasketParcel(
        partner=lines[0].stockrecord.partner,
        lines=lines,
        goods=sum((line.line_price_incl_tax_incl_discounts for line in lines), Decimal(0)),
        weight_g=sum(weight_g(line.product) * line.quantity for line in lines),
        volume_mm3=sum(volume_mm3(line.product) * line.quantity for line in lines),
        **_needs([line.product for line in lines]),
    )


def _needs(products: Iterable[Any]) -> dict[str, Any]:
    """Collect the flags: what one thing in the parcel needs, the whole parcel needs."""
    mains = [product.main for product in products]
    hours = [main.max_transit_hours for main in mains if main.max_transit_hours]
    return {
        "fragile": any(main.fragile for main in mains),
        "cold_chain": any(main.cold_chain for main in mains),
        "perishable": any(main.perishable for main in mains),
        "age_restricted": any(main.age_restricted for main in mains),
        "local_delivery_only": any(main.local_delivery_only for main in mains),
        "needs_shipping": any(not main.bookable for main in mains),
        "max_transit_hours": min(hours, default=None),
        "longest_mm": max((_longest(product) for product in products), default=0),
    }


def _longest(product: Product) -> int:
    main = product.main
    sides = [
        product.length_mm or main.length_mm,
        product.width_mm or main.width_mm,
        product.height_mm or main.height_mm,
    ]
    return max(side or 0 for side in sides)
