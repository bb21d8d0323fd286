"""Cancelling a whole order that may still be paid: its payments are stopped first, then the order."""

from shop.core.actors import Actor
from shop.fulfilment import parcels
from shop.order.models import Order
from shop.payment import expiring


def cancel_order(*, order_id: int, by: Actor, reason: str = "") -> Order:
    """Cancel an order while nothing is packed; money that has come meanwhile, or comes later, goes back.

    Asks the providers (network): call it outside transactions. One that does not answer is not waited for.

    Raises:
        parcels.InvalidTransition: something is packed, or the order is over.
    """
    expiring.cancel_live_payments(order_id=order_id, by=by)
    return parcels.cancel_all(order_id=order_id, by=by, reason=reason)
