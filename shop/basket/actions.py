"""What happens to a basket: add, change quantities, remove what is no longer on sale.

Every verb locks the basket's row first, like the placing of an order (docs/locking.md): a basket
that has just become an order is not changed behind its back.
"""

from typing import Any

from django.db import transaction
from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine

from catalogue.models import Product
from shop.core import locking

MAX_QUANTITY = 999  # of one line; more is a wholesale order, made by telephone
MAX_LINES = 60


class BasketClosed(Exception):
    """The basket has become an order meanwhile."""


@transaction.atomic
def add_product(*, basket: AbstractBasket, product: Product, quantity: int) -> Any:
    """Add `quantity` of a product or variant and return its line.

    The line keeps the price of this moment, to inform the buyer when it changes.

    Raises:
        BasketClosed: see there.
    """
    _lock(basket)
    line, _created = basket.add_product(product, quantity)
    return _price_seen(line, basket)


@transaction.atomic
def set_quantities(*, basket: AbstractBasket, quantities: dict[int, int]) -> list[Any]:
    """Set the quantity of each line by its id; 0 takes it out.

    Returns:
        The lines that were taken out, with the quantity they had.

    Raises:
        BasketClosed: see there.
    """
    _lock(basket)
    basket.reset_offer_applications()  # reads the lines anew: another tab may have taken one out
    lines = {line.pk: line for line in basket.all_lines() if line.pk in quantities}
    removed = []
    for pk, line in lines.items():
        quantity = quantities[pk]
        if quantity:
            line.quantity = quantity
            _price_seen(line, basket)
        else:
            removed.append(line)
            basket.lines.filter(pk=pk).delete()
    basket.reset_offer_applications()
    return removed


def unavailable_lines(basket: AbstractBasket) -> list[Any]:
    """Return the lines of what is no longer on sale."""
    return [line for line in basket.all_lines() if not line.purchase_info.price.exists]


def remove_unavailable(basket: AbstractBasket) -> list[Any]:
    """Take out what is no longer on sale and return those lines, for the message to the buyer."""
    lines = unavailable_lines(basket)
    if lines:
        basket.lines.filter(pk__in=[line.pk for line in lines]).delete()
        basket.reset_offer_applications()
    return lines


def _lock(basket: AbstractBasket) -> None:
    if basket.pk is not None and not locking.basket(basket.pk).can_be_edited:
        raise BasketClosed


def _price_seen(line: AbstractLine, basket: AbstractBasket) -> Any:
    """Note today's price on a line that its buyer has just handled, and save the line."""
    price = basket.strategy.fetch_for_product(line.product).price
    if price.exists:
        line.price_incl_tax = line.price_excl_tax = price.incl_tax
    line.save()
    return line
