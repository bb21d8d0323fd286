"""The state tables: parcels, return requests, and the order that follows its parcels.

docs/orders.md shows them; tests try every verb from every state.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.order.models import Order, OrderLog, Parcel, ReturnRequest

S = Parcel.Status
R = ReturnRequest.State
V = OrderLog.Verb


class ParcelTransition(NamedTuple):
    """From which states a verb may start, where it leads, and the column that keeps the time, or loses it."""

    before: frozenset[Parcel.Status]
    after: Parcel.Status
    time_field: str
    undoes: bool = False


class ReturnTransition(NamedTuple):
    """From which states a verb may start (none: there is no request yet), and where it leads."""

    before: frozenset[ReturnRequest.State]
    after: ReturnRequest.State


PARCEL_TRANSITIONS: dict[OrderLog.Verb, ParcelTransition] = {
    V.ACCEPT: ParcelTransition(frozenset({S.NEW}), S.ACCEPTED, "accepted_at"),
    V.PACK: ParcelTransition(frozenset({S.ACCEPTED}), S.PACKED, "packed_at"),
    V.SHIP: ParcelTransition(frozenset({S.PACKED}), S.SHIPPED, "shipped_at"),
    V.DELIVER: ParcelTransition(frozenset({S.SHIPPED}), S.DELIVERED, "delivered_at"),
    V.UNDELIVER: ParcelTransition(frozenset({S.DELIVERED}), S.SHIPPED, "delivered_at", undoes=True),
    V.CANCEL: ParcelTransition(frozenset({S.NEW, S.ACCEPTED, S.PACKED}), S.CANCELLED, "cancelled_at"),
    V.RETURN: ParcelTransition(frozenset({S.SHIPPED, S.DELIVERED}), S.RETURNED, "returned_at"),
}
RETURN_TRANSITIONS: dict[OrderLog.Verb, ReturnTransition] = {
    V.ASK_RETURN: ReturnTransition(frozenset(), R.REQUESTED),
    V.RETURN: ReturnTransition(frozenset({R.REQUESTED}), R.ACCEPTED),
    V.REFUSE: ReturnTransition(frozenset({R.REQUESTED}), R.REFUSED),
}
MAY_OVERRULE = frozenset({R.REFUSED})  # staff accept from here, too
# Oscar reads the order's table from the settings (OSCAR_ORDER_STATUS_PIPELINE).
ORDER_TRANSITIONS: dict[Order.Status, tuple[Order.Status, ...]] = {
    Order.Status(before): tuple(Order.Status(status) for status in after)
    for before, after in Order.pipeline.items()
}
UNPACKED = frozenset({S.NEW, S.ACCEPTED})
MAY_UNDELIVER_FOR = timedelta(days=1)  # a slip is noticed on the next working day
DONE = frozenset({S.DELIVERED, S.RETURNED, S.CANCELLED})
OPEN_ORDER = frozenset({Order.Status.PLACED, Order.Status.PROCESSING})
PLACED_ORDER = OPEN_ORDER | {Order.Status.COMPLETE}  # its parcels may move; a delivered one may come back
WORDS = {
    V.ACCEPT: _("Nhận đơn"),
    V.PACK: _("Đã đóng gói"),
    V.SHIP: _("Gửi hàng"),
    V.DELIVER: _("Đã giao"),
    V.UNDELIVER: _("Bấm nhầm, chưa giao"),
    V.CANCEL_UNITS: _("Thiếu hàng, bớt khỏi kiện"),
    V.CANCEL: _("Huỷ kiện"),
    V.RETURN: _("Khách trả lại"),
}


def next_verbs(parcel: Parcel) -> list[OrderLog.Verb]:
    """Return what may be done with a parcel now, the usual step first."""
    if parcel.order.status not in PLACED_ORDER:
        return []
    verbs = [verb for verb, step in PARCEL_TRANSITIONS.items() if parcel.status in step.before]
    if V.UNDELIVER in verbs and not may_undeliver(parcel):
        verbs.remove(V.UNDELIVER)
    return [*verbs, V.CANCEL_UNITS] if parcel.status in UNPACKED and parcel.units > 1 else verbs


def may_undeliver(parcel: Parcel) -> bool:
    """Return whether "delivered" is so fresh that it may be taken back."""
    at = parcel.delivered_at
    return at is not None and timezone.now() < at + MAY_UNDELIVER_FOR


def status_from(parcels: Sequence[Parcel]) -> Order.Status:
    """Return the status of a placed order with these parcels."""
    states = {Parcel.Status(parcel.status) for parcel in parcels}
    if states == {S.CANCELLED}:
        return Order.Status.CANCELLED
    if states <= DONE:
        return Order.Status.COMPLETE
    return Order.Status.PLACED if states <= {S.NEW, S.CANCELLED} else Order.Status.PROCESSING


def may_correct_address(order: Order, parcels: Sequence[Parcel]) -> bool:
    """Return whether staff may still correct who gets an order and where: no label is written yet."""
    return may_cancel(order, parcels) and order.shipping_address_id is not None


def may_cancel(order: Order, parcels: Sequence[Parcel]) -> bool:
    """Return whether the whole order may still be cancelled: nothing is packed yet."""
    waiting = [parcel for parcel in parcels if parcel.status != S.CANCELLED]
    return (
        order.status in OPEN_ORDER | {Order.Status.PENDING_PAYMENT}
        and bool(waiting)
        and all(parcel.status in UNPACKED for parcel in waiting)
    )
