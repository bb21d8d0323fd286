"""Taking "delivered" back: somebody pressed it for the wrong parcel, or too early."""

from django.db import transaction
from django.utils.translation import gettext as _

from shop.core.actors import Actor
from shop.fulfilment import money, parcels
from shop.fulfilment.parcels import InvalidTransition
from shop.order import audit
from shop.order.models import Order, OrderLog, Parcel
from shop.order.transitions import may_undeliver

V = OrderLog.Verb


def undeliver(*, parcel_id: int, by: Actor, reason: str) -> Parcel:
    """Make a parcel that was called delivered a shipped one again; one transaction.

    Cash that was booked at the door is booked out: whoever holds it never had it. The order is under way
    again, and the time to return goods begins with the next delivery.

    Args:
        parcel_id: which.
        by: who of the staff.
        reason: for the log.

    Raises:
        InvalidTransition: not delivered, more than a day ago, something of it came or shall come back, or
            its money has gone on.
    """
    with transaction.atomic():
        locked, parcel = parcels.lock_parcel(parcel_id, by)
        delivered_before = may_undeliver(parcel)
        parcels.set_status(parcel, V.UNDELIVER)
        if not delivered_before:
            raise InvalidTransition(_("Chỉ bỏ được trong một ngày sau khi giao."))
        if parcel.return_requests.exists() or any(line.returned for line in parcel.lines.all()):
            raise InvalidTransition(_("Người mua đã xin trả hàng: kiện này đã tới nơi."))
        try:
            money.uncollect(locked, parcel, reason=reason)
        except money.MovedOn as moved:
            raise InvalidTransition(str(moved)) from moved
        parcel.save(update_fields=["status", "delivered_at"])
        audit.write(locked.order, V.UNDELIVER, by=by, parcel=parcel, note=reason)
        if locked.order.status == Order.Status.COMPLETE:
            locked.order.set_status(Order.Status.PROCESSING)
    return parcel
