"""Cancelling a whole order that may still be paid: its payments are stopped first, then the order."""

from django.utils.translation import gettext as _

from shop.order import parcels
from shop.order.audit import Actor
from shop.order.models import Order
from shop.payment import expiring
from shop.payment.providers.base import PaymentUnavailable


def call_off(*, order_id: int, by: Actor, reason: str = "") -> Order:
    """Cancel an order while nothing is packed; money that has come meanwhile goes back.

    Asks the providers (network): call it outside transactions.

    Raises:
        parcels.NotNow: something is packed, the order is over, or a provider cannot be asked now.
    """
    try:
        expiring.withdraw_all(order_id=order_id, by=by)
    except PaymentUnavailable as silent:
        raise parcels.NotNow(
            _("Chưa hỏi được bên thu tiền, nên chưa huỷ được. Hãy thử lại sau ít phút.")
        ) from silent
    return parcels.cancel_order(order_id=order_id, by=by, reason=reason)
