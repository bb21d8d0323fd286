"""The tariff in the shape Oscar's own code expects: one method for a whole basket.

What a parcel costs is decided in `shop.shipping.tariff`.
"""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from oscar.apps.basket.abstract_models import AbstractBasket
from oscar.apps.shipping import methods
from oscar.apps.shipping.methods import *  # noqa: F403
from oscar.core.prices import Price

from shop.shipping.parcels import parcels
from shop.shipping.tariff import Destination, options_for


class ByParcel(methods.Base):
    """Each parcel at its delivery price, or collected where it cannot be delivered."""

    code = "by-parcel"
    name = _("Giao từng kiện")

    def __init__(self, destination: Destination) -> None:
        self.destination = destination

    def calculate(self, basket: AbstractBasket) -> Price:
        """Return the sum over the basket's parcels in đồng, VAT included."""
        ways = options_for(parcels(basket), self.destination)
        charge = sum((way.delivery.price for way in ways if way.delivery), Decimal(0))
        return Price(currency=basket.currency or "VND", excl_tax=charge, tax=Decimal(0))
