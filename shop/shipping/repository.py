"""Where Oscar, the catalogue and the checkout ask about shipping."""

from typing import Any

from django.conf import settings
from oscar.apps.basket.abstract_models import AbstractBasket
from oscar.apps.shipping import repository

from catalogue.models import Product
from shop.shipping.methods import ByParcel
from shop.shipping.product_quotes import Quote, quotes_for_product
from shop.shipping.tariff import Destination


class Repository(repository.Repository):
    """Our tariff for Oscar's code, and quotes for a product's page.

    The checkout chooses a way for each parcel: see `shop.shipping.tariff`.
    """

    def get_available_shipping_methods(
        self, basket: AbstractBasket, shipping_addr: Any = None, **kwargs: Any
    ) -> list[Any]:
        province = getattr(shipping_addr, "province_id", None) or settings.MARKET_PROVINCE_CODE
        return [ByParcel(Destination(province))]

    def quotes_for_product(self, product: Product) -> list[Quote]:
        """Return price and days for one piece of `product` to each zone."""
        return quotes_for_product(product)
