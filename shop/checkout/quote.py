"""What an order would cost right now: parcels, ways, fees, total; and what the buyer was shown.

The review page carries the quote it showed, signed. Placing computes it anew from the locked
basket; if the two differ in anything, nothing is ordered and the buyer sees what changed.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core import signing
from django.utils.functional import cached_property

from shop.basket.models import Basket
from shop.checkout.purchase import Purchase
from shop.core.shares import shares
from shop.payment.providers import provider
from shop.payment.providers.base import Bill, PaymentProvider
from shop.shipping.parcels import BasketParcel, parcels
from shop.shipping.tariff import DELIVERY, ParcelOptions, ShippingOption, options_for

SALT = "shop.order.quote"  # as before the module moved: who is in the checkout during an upgrade goes on
Shown = dict[str, Any]


@dataclass(frozen=True)
class ParcelQuote:
    """One parcel with the ways it may go and the one chosen; amounts in đồng, VAT included."""

    number: int
    goods: BasketParcel
    options: ParcelOptions
    way: ShippingOption | None
    shipping: Decimal = Decimal(0)
    surcharge: Decimal = Decimal(0)

    @property
    def key(self) -> str:
        """Return the producer's id as the purchase's `ways` name it."""
        return str(self.goods.partner.pk)


@dataclass(frozen=True)
class Quote:
    """The basket as an order; `refusal` says why the chosen method cannot pay it."""

    basket: Basket
    purchase: Purchase
    parcels: list[ParcelQuote]
    shipping_discount: Decimal
    bill: Bill
    method: PaymentProvider | None
    refusal: str

    @cached_property
    def goods(self) -> Decimal:
        """The goods, discounts taken off."""
        return sum((parcel.goods.goods for parcel in self.parcels), Decimal(0))

    @cached_property
    def goods_before_discounts(self) -> Decimal:
        """The goods at their listed prices."""
        return self.goods + self.discount

    @cached_property
    def discount(self) -> Decimal:
        """What offers and vouchers take off the goods."""
        lines = (line for parcel in self.parcels for line in parcel.goods.lines)
        return sum(
            (line.line_price_incl_tax - line.line_price_incl_tax_incl_discounts for line in lines), Decimal(0)
        )

    @cached_property
    def shipping(self) -> Decimal:
        """All parcels' shipping, after shipping offers."""
        return sum((parcel.shipping for parcel in self.parcels), Decimal(0))

    @cached_property
    def surcharge(self) -> Decimal:
        """The fee of the payment method."""
        return sum((parcel.surcharge for parcel in self.parcels), Decimal(0))

    @property
    def total(self) -> Decimal:
        """What the buyer pays in all."""
        return self.goods + self.shipping + self.surcharge

    @property
    def is_complete(self) -> bool:
        """Return whether every parcel has a way, every line a price, and the method may pay."""
        lines = sum(len(parcel.goods.lines) for parcel in self.parcels)
        return (
            bool(self.parcels)
            and lines == self.basket.num_lines
            and all(parcel.way for parcel in self.parcels)
            and self.method is not None
            and not self.refusal
        )

    @property
    def age_restricted(self) -> bool:
        """Return whether something may only be sold to adults."""
        return any(parcel.goods.age_restricted for parcel in self.parcels)

    def shown(self) -> Shown:
        """Return all that the review shows and the buyer agrees to, as JSON types."""
        return {
            "basket": self.basket.pk,
            "lines": {
                line.line_reference: [line.quantity, str(line.line_price_incl_tax), line.product.local_title]
                for parcel in self.parcels
                for line in parcel.goods.lines
            },
            "parcels": {
                parcel.key: [
                    parcel.way.code if parcel.way else "",
                    str(parcel.shipping),
                    str(parcel.surcharge),
                    [parcel.way.min_days, parcel.way.max_days] if parcel.way else [],
                    parcel.goods.partner.name,
                ]
                for parcel in self.parcels
            },
            "discounts": {
                str(row["offer"].pk): [str(row["discount"]), row["name"]]
                for row in self.basket.offer_applications
            },
            "total": str(self.total),
            "purchase": self.purchase.to_dict(),
        }

    def sign(self) -> str:
        """Return the shown quote for the review's hidden field: the fingerprint of what was agreed to."""
        return signing.dumps(self.shown(), salt=SALT, compress=True)


def unsign(text: str) -> Shown | None:
    """Return what a review page showed, None when the field is missing or not ours."""
    try:
        shown: Shown = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    return shown


def quote(basket: Basket, purchase: Purchase) -> Quote:
    """Price `basket` for `purchase` with today's prices, rates and offers.

    Args:
        basket: with its strategy set and offers applied.
        purchase: may be unfinished: parcels without a choice get their first way.
    """
    goods = parcels(basket)
    ways = options_for(goods, purchase.destination)
    chosen = [
        _chosen(options, purchase.ways.get(str(parcel.partner.pk)), purchase)
        for parcel, options in zip(goods, ways, strict=True)
    ]
    charges = [way.price if way else Decimal(0) for way in chosen]
    discount = _shipping_discount(basket, sum(charges, Decimal(0)))
    shipping = [charge - off for charge, off in zip(charges, shares(discount, charges), strict=True)]
    method = provider(purchase.method)
    bill = _bill(goods, chosen, shipping, purchase.phone)
    fee = method.fee(bill) if method else Decimal(0)
    surcharges = shares(fee, [parcel.goods + cost for parcel, cost in zip(goods, shipping, strict=True)])
    rows = zip(goods, ways, chosen, shipping, surcharges, strict=True)
    return Quote(
        basket=basket,
        purchase=purchase,
        parcels=[ParcelQuote(number, *row) for number, row in enumerate(rows, start=1)],
        shipping_discount=discount,
        bill=bill,
        method=method,
        refusal=method.refusal(bill) if method and bill.total else "",  # what is free anyone may "pay"
    )


def _chosen(options: ParcelOptions, code: str | None, purchase: Purchase) -> ShippingOption | None:
    """Return the way the buyer chose; before a choice the first that fits delivery or pick-up."""
    if code:
        return options.get(code)
    wanted = (way for way in options.available if not (purchase.pickup and way.kind == DELIVERY))
    return next(wanted, None)


def _shipping_discount(basket: Basket, charge: Decimal) -> Decimal:
    """Return what the first shipping offer takes off, as Oscar does, in whole đồng."""
    if not basket.shipping_discounts or not charge:
        return Decimal(0)
    discount = basket.shipping_discounts[0]["offer"].shipping_discount(charge, basket.currency)
    return min(charge, Decimal(discount).quantize(Decimal(1)))


def _bill(
    goods: list[BasketParcel], ways: list[ShippingOption | None], shipping: list[Decimal], phone: str
) -> Bill:
    products = [line.product.main for parcel in goods for line in parcel.lines]
    return Bill(
        total=sum((parcel.goods for parcel in goods), Decimal(0)) + sum(shipping, Decimal(0)),
        # Handed over at a counter, a buyer's age is checked by a person: cash is no problem there.
        age_restricted=any(
            parcel.age_restricted and way is not None and way.kind == DELIVERY
            for parcel, way in zip(goods, ways, strict=True)
        ),
        made_to_order=any(product.made_to_order for product in products),
        bookable=any(product.bookable for product in products),
        phone=phone,
    )
