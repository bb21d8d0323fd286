"""Oscar's basket with prices in whole đồng and everything a page shows read at once."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine
from oscar.apps.offer.abstract_models import AbstractConditionalOffer


def whole_dong(amount: Decimal, currency: str | None = None) -> Decimal:
    """Round to whole đồng, half up: there is no smaller coin."""
    return Decimal(amount).quantize(Decimal(1), rounding=ROUND_HALF_UP)


class Basket(AbstractBasket):
    """What a visitor means to buy."""

    _lines: Any

    class Meta(AbstractBasket.Meta):
        abstract = False

    def all_lines(self) -> Any:
        """Return the lines, cached, with all that prices, parcels and pages ask of them."""
        if self.id is None:
            return self.lines.model.objects.none()
        if self._lines is None:
            self._lines = (
                self.lines.select_related("product__parent", "stockrecord__partner__commune")
                .prefetch_related("attributes__option")
                .order_by("pk")
            )
        return self._lines

    @property
    def offer_applications(self) -> Any:
        """What offers and vouchers took off; each amount is the sum of what its lines took."""
        return self._offer_applications

    @offer_applications.setter
    def offer_applications(self, applications: Any) -> None:
        self._offer_applications = applications
        for application in applications:  # Oscar sums before rounding: a đồng apart from the lines
            if not application["result"].affects_shipping:
                application["discount"] = self._taken_off_by(application["offer"])

    def _taken_off_by(self, offer: AbstractConditionalOffer | None) -> Decimal:
        discounts = [discount for line in self.all_lines() for discount in line.discounts]
        return sum((discount.amount for discount in discounts if discount.offer == offer), Decimal(0))

    @property
    def num_lines(self) -> int:
        """Return the number of lines without counting them in the database again."""
        return len(self.all_lines())


class Line(AbstractLine):
    """One product or variant and how many; `price_incl_tax` is the price when it was added."""

    class Meta(AbstractLine.Meta):
        abstract = False

    def discount(
        self,
        discount_value: Decimal,
        affected_quantity: int,
        incl_tax: bool = True,
        offer: AbstractConditionalOffer | None = None,
    ) -> None:
        """Take off whole đồng: a third of 100.000 ₫ is 33.333 ₫ here, not 33.333,33."""
        super().discount(whole_dong(discount_value), affected_quantity, incl_tax=incl_tax, offer=offer)


from oscar.apps.basket.models import *
