"""What happens to a basket: put in, change, take out, clear away what is gone.

Every verb locks the basket's row first, like the placing of an order (docs/locking.md): a basket
that has just become an order is not changed behind its back.
"""

from typing import Any

from django.db import transaction

from shop.order import locking

MAX_QUANTITY = 999  # of one line; more is a wholesale order, made by telephone
MAX_LINES = 60


class BasketClosed(Exception):  # noqa: N818 - a fact, not a fault
    """The basket has become an order meanwhile."""


@transaction.atomic
def put_in(*, basket: Any, product: Any, quantity: int) -> Any:
    """Add `quantity` of a product or variant and return its line.

    The line keeps the price of this moment, to tell the buyer when it changes.

    Raises:
        BasketClosed: see there.
    """
    _lock(basket)
    line, _created = basket.add_product(product, quantity)
    return _price_seen(line, basket)


@transaction.atomic
def change(*, basket: Any, quantities: dict[int, int]) -> list[Any]:
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


def gone(basket: Any) -> list[Any]:
    """Return the lines of what is no longer on sale."""
    return [line for line in basket.all_lines() if not line.purchase_info.price.exists]


def clear_gone(basket: Any) -> list[Any]:
    """Take out what is no longer on sale and return those lines, for the message to the buyer."""
    lines = gone(basket)
    if lines:
        basket.lines.filter(pk__in=[line.pk for line in lines]).delete()
        basket.reset_offer_applications()
    return lines


def _lock(basket: Any) -> None:
    if basket.pk is not None and not locking.basket(basket.pk).can_be_edited:
        raise BasketClosed


def _price_seen(line: Any, basket: Any) -> Any:
    """Note today's price on a line that its buyer has just handled, and save the line."""
    price = basket.strategy.fetch_for_product(line.product).price
    if price.exists:
        line.price_incl_tax = line.price_excl_tax = price.incl_tax
    line.save()
    return line
