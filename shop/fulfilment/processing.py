"""Oscar's event handler, bound to our verbs: no other way changes an order's status."""

from typing import Any

from oscar.apps.order import processing
from oscar.apps.order.exceptions import InvalidOrderStatus, InvalidPaymentEvent

from shop.core.actors import SYSTEM, staff
from shop.fulfilment.cancelling import cancel_order
from shop.order.models import Order


class EventHandler(processing.EventHandler):
    """Whatever of Oscar's own asks for a change gets the whole change, or none."""

    def handle_order_status_change(self, order: Order, new_status: str, note_msg: str | None = None) -> None:
        """Cancel with all that belongs to it; every other status follows the parcels.

        Raises:
            InvalidOrderStatus: for any other status.
            parcels.InvalidTransition: the order can no longer be cancelled.
        """
        if new_status != Order.Status.CANCELLED:
            raise InvalidOrderStatus("An order's status follows its parcels.")
        by = staff(self.user) if self.user else SYSTEM
        cancel_order(order_id=order.pk, by=by, reason=note_msg or "")
        order.refresh_from_db()

    def handle_payment_event(self, *args: Any, **kwargs: Any) -> None:
        """Never: money is recorded only where it was received.

        Raises:
            InvalidPaymentEvent: always.
        """
        raise InvalidPaymentEvent("Payments are recorded by their provider, not by hand.")
