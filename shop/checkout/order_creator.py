"""Oscar's order creator with our order codes, our stock and limits that hold."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property
from oscar.apps.basket.abstract_models import AbstractLine
from oscar.apps.order import utils
from oscar.apps.order.utils import *  # noqa: F403

from shop.basket.models import Basket
from shop.checkout.quote import ParcelQuote, Quote
from shop.core import locking
from shop.core.codes import new_code
from shop.ledger.rates import category_rates, offers_of_hub, percent_for
from shop.order.models import Line, Order, Parcel
from shop.order.offer_usage import OfferUsedUp
from shop.tax.rates import inside, percent_of, rates_on


class OrderNumberGenerator(utils.OrderNumberGenerator):
    """Codes that nobody can guess, the same for the phone, the parcel and the bank memo."""

    def order_number(self, basket: Basket) -> str:
        code = new_code()
        while Order.objects.filter(number=code).exists():
            code = new_code()
        return code


class OrderCreator(utils.OrderCreator):
    """Writes the rows of an order for `shop.checkout.placing`, inside its transaction.

    Stock, offers and vouchers are locked and counted there before; each line goes into the parcel
    of its producer.

    Args:
        quote: what is ordered; without one (Oscar's own callers) no parcels are made.
    """

    def __init__(self, quote: Quote | None = None) -> None:
        self.quote = quote
        self.parcels: dict[int, Parcel] = {}

    @cached_property
    def rates(self) -> dict[str, Decimal]:
        """The commission by OCOP class at this moment, read once for all lines."""
        return category_rates()

    @cached_property
    def vat_rates(self) -> dict[str, Decimal | None]:
        """The VAT of today by class of goods, read once for all lines."""
        return rates_on(timezone.localdate())

    def create_order_model(self, *args: Any, **kwargs: Any) -> Order:
        """Write the order and its parcels."""
        order: Order = super().create_order_model(*args, **kwargs)
        for parcel in self.quote.parcels if self.quote else []:
            self.parcels[parcel.goods.partner.pk] = _parcel(order, parcel)
        return order

    def create_line_models(
        self, order: Order, basket_line: AbstractLine, extra_line_fields: dict[str, Any] | None = None
    ) -> Line:
        """Write one line, titled in the buyer's language, in its parcel."""
        extra = {
            "title": basket_line.product.local_title,
            "commission_percent": percent_for(
                basket_line.product, basket_line.stockrecord.partner, self.rates
            ),
            "hub_discount": self._hub_discount(basket_line),
            **self._vat(basket_line),
            **(extra_line_fields or {}),
        }
        parcel = self.parcels.get(basket_line.stockrecord.partner_id)
        if parcel:
            extra["parcel"] = parcel
        line: Line = super().create_line_models(order, basket_line, extra)
        return line

    @cached_property
    def hub_offers(self) -> set[int]:
        """The keys of the offers that the hub pays for, read once for all lines."""
        return offers_of_hub()

    def _hub_discount(self, basket_line: AbstractLine) -> Decimal:
        """Return what of a line's discount the hub pays, to be frozen on the order line."""
        ours = (one.amount for one in basket_line.discounts if one.offer and one.offer.pk in self.hub_offers)
        return sum(ours, Decimal(0))

    def _vat(self, basket_line: AbstractLine) -> dict[str, Any]:
        """Return the VAT inside a line's price, to be frozen on the order line."""
        percent = percent_of(basket_line.product, self.vat_rates)
        return {
            "tax_code": basket_line.product.main.vat_class,
            "vat_percent": percent,
            "vat": inside(basket_line.line_price_incl_tax_incl_discounts, percent),
        }

    def update_stock_records(self, line: AbstractLine) -> None:
        """Nothing: `placing` has allocated every line with a condition, Oscar's allocation has none."""

    def record_discount(self, discount: dict[str, Any]) -> None:
        """Count a use of an offer and its voucher on their locked rows.

        Raises:
            OfferUsedUp: another order took the last use; the transaction must roll back.
        """
        pk = discount["offer"].pk
        offer = locking.offers([pk])[pk]
        if discount["freq"] > offer.get_max_applications():
            raise OfferUsedUp(offer.name)
        offer.record_usage(discount)
        if discount.get("voucher"):
            pk = discount["voucher"].pk
            locking.vouchers([pk])[pk].record_discount(discount)


def _parcel(order: Order, quoted: ParcelQuote) -> Parcel:
    way = quoted.way
    if way is None:
        raise ValueError(f"Parcel {quoted.number} of order {order.number} has no way to go")
    return Parcel.objects.create(
        order=order,
        partner=quoted.goods.partner,
        number=quoted.number,
        goods=quoted.goods.goods,
        shipping=quoted.shipping,
        surcharge=quoted.surcharge,
        commission_percent=quoted.goods.partner.commission_percent,
        shipping_code=way.code,
        shipping_name=way.name,
        kind=way.kind,
        sales_point_id=way.sales_point_id,
        min_days=way.min_days,
        max_days=way.max_days,
        weight_g=quoted.goods.weight_g,
    )
