"""The tariff in the shape Oscar's own code expects: one method for a whole basket."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from oscar.apps.shipping import methods
from oscar.apps.shipping.methods import *  # noqa: F403
from oscar.core.prices import Price

from shop.basket.parcels import parcels
from shop.shipping.options import Destination, options_for


class ByParcel(methods.Base):
    """Each parcel at its delivery price, or collected where it cannot be delivered."""

    code = "by-parcel"
    name = _("Giao từng kiện")

    def __init__(self, destination: Destination) -> None:
        self.destination = destination

    def calculate(self, basket: Any) -> Price:
        """Return the sum over the basket's parcels in đồng, VAT included."""
        ways = options_for(parcels(basket), self.destination)
        charge = sum((way.delivery.price for way in ways if way.delivery), Decimal(0))
        return Price(currency=basket.currency or "VND", excl_tax=charge, tax=Decimal(0))
