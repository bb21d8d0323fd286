"""What a product costs and whether it can be bought: the one place that decides.

Prices are whole đồng with VAT inside. Nothing here looks at the visitor, so a public page that
asks for a price stays the same for everybody (Oscar's own strategy reads `request.user`).
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from oscar.apps.basket.abstract_models import AbstractLine
from oscar.apps.partner import availability, prices, strategy

from catalogue.models import Product
from catalogue.months import reopening
from shop.core.http import Visitor

NO_TAX_ON_TOP = Decimal(0)
ProductsWithStock = list[tuple[Any, Any]]


class FromStock(availability.StockRequired):
    """As many as are counted and not yet promised to an order."""

    def is_purchase_permitted(self, quantity: int) -> tuple[bool, Any]:
        if self.num_available <= 0:
            return False, _("Tạm hết hàng.")
        if quantity > self.num_available:
            return False, _("Chỉ còn %(left)d.") % {"left": self.num_available}
        return True, ""


class NotOnSale(availability.Unavailable):
    """Not on sale: withdrawn from the shop, without a price or without a stock record."""

    def is_purchase_permitted(self, quantity: int) -> tuple[bool, Any]:
        return False, _("Món này không còn bán.")


class OutOfSeason(availability.Unavailable):
    """On the shelf or not: sold in its months alone, and again from `opens_on`."""

    def __init__(self, opens_on: date) -> None:
        self.opens_on = opens_on

    def is_purchase_permitted(self, quantity: int) -> tuple[bool, Any]:
        return False, reopening(self.opens_on)


class Market(strategy.UseFirstStockRecord, strategy.Structured):
    """One stock record per product, prices with VAT inside, stock required.

    Goods made to order and services may leave their stock uncounted (no number): they can then
    always be bought. For everything else no number means no stock.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        # Oscar's own reads request.user, which opens the session and varies every page by cookie.
        self.request = request
        self.user = None

    def fetch_for_line(self, line: AbstractLine, stockrecord: Any = None) -> strategy.PurchaseInfo:
        return self.fetch_for_product(line.product, stockrecord or line.stockrecord)

    def pricing_policy(self, product: Product, stockrecord: Any) -> prices.Base:
        if not stockrecord or stockrecord.price is None or not is_on_sale(product):
            return prices.Unavailable()
        return _price(stockrecord)

    def parent_pricing_policy(self, product: Product, children_stock: ProductsWithStock) -> prices.Base:
        """Price a product with variants at its lowest, sold-out variants only when all are."""
        priced = [(child, record) for child, record in children_stock if record and record.price is not None]
        if not priced or not is_on_sale(product):
            return prices.Unavailable()
        for_sale = [pair for pair in priced if self.availability_policy(*pair).is_available_to_buy]
        return _price(min((record for _child, record in for_sale or priced), key=lambda record: record.price))

    def availability_policy(self, product: Product, stockrecord: Any) -> availability.Base:
        if not stockrecord or stockrecord.price is None or not is_on_sale(product):
            return NotOnSale()
        if opens_on := product.opens_on():
            return OutOfSeason(opens_on)
        if stockrecord.num_in_stock is None and may_be_uncounted(product):
            return availability.Available()
        return FromStock(stockrecord.net_stock_level)

    def parent_availability_policy(
        self, product: Product, children_stock: ProductsWithStock
    ) -> availability.Base:
        policies = [self.availability_policy(child, record) for child, record in children_stock]
        if any(policy.is_available_to_buy for policy in policies):
            return availability.Available()
        closed = next((policy for policy in policies if isinstance(policy, OutOfSeason)), None)
        return closed or (FromStock(0) if policies and is_on_sale(product) else NotOnSale())


class Selector:
    """Hand out the market's strategy: the same for every visitor."""

    def strategy(
        self, request: HttpRequest | None = None, user: "Visitor | None" = None, **kwargs: Any
    ) -> Market:
        return Market(request)


def is_on_sale(product: Product) -> bool:
    """Return whether the product, and the product it is a variant of, is published."""
    return product.is_public and product.main.is_public


def may_be_uncounted(product: Product) -> bool:
    """Return whether a missing stock number means "as many as asked for"."""
    return product.main.made_to_order or product.main.bookable


def _price(stockrecord: Any) -> prices.TaxInclusiveFixedPrice:
    return prices.TaxInclusiveFixedPrice(
        currency=stockrecord.price_currency, excl_tax=stockrecord.price, tax=NO_TAX_ON_TOP
    )
