"""What may follow what: parcels, and the order that follows its parcels."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from shop.order.models import Order, OrderLog, Parcel

S = Parcel.Status
V = OrderLog.Verb

# verb: from which states, to which state, and the column that keeps the time
TRANSITIONS: dict[OrderLog.Verb, tuple[frozenset[Parcel.Status], Parcel.Status, str]] = {
    V.ACCEPT: (frozenset({S.NEW}), S.ACCEPTED, "accepted_at"),
    V.PACK: (frozenset({S.ACCEPTED}), S.PACKED, "packed_at"),
    V.SHIP: (frozenset({S.PACKED}), S.SHIPPED, "shipped_at"),
    V.DELIVER: (frozenset({S.SHIPPED}), S.DELIVERED, "delivered_at"),
    V.CANCEL: (frozenset({S.NEW, S.ACCEPTED, S.PACKED}), S.CANCELLED, "cancelled_at"),
    V.RETURN: (frozenset({S.SHIPPED, S.DELIVERED}), S.RETURNED, "returned_at"),
}
UNPACKED = frozenset({S.NEW, S.ACCEPTED})
DONE = frozenset({S.DELIVERED, S.RETURNED, S.CANCELLED})
OPEN_ORDER = frozenset({Order.Status.PLACED, Order.Status.PROCESSING})
PLACED_ORDER = OPEN_ORDER | {Order.Status.COMPLETE}  # its parcels may move; a delivered one may come back
WORDS = {
    V.ACCEPT: _("Nhận đơn"),
    V.PACK: _("Đã đóng gói"),
    V.SHIP: _("Gửi hàng"),
    V.DELIVER: _("Đã giao"),
    V.LEAVE_OUT: _("Thiếu hàng, bớt khỏi kiện"),
    V.CANCEL: _("Huỷ kiện"),
    V.RETURN: _("Khách trả lại"),
}


def next_verbs(parcel: Parcel) -> list[OrderLog.Verb]:
    """Return what may be done with a parcel now, the usual step first."""
    if parcel.order.status not in PLACED_ORDER:
        return []
    verbs = [verb for verb, (before, _after, _column) in TRANSITIONS.items() if parcel.status in before]
    return [*verbs, V.LEAVE_OUT] if parcel.status in UNPACKED and parcel.units > 1 else verbs


def status_from(parcels: Sequence[Parcel]) -> Order.Status:
    """Return the status of a placed order with these parcels."""
    states = {Parcel.Status(parcel.status) for parcel in parcels}
    if states == {S.CANCELLED}:
        return Order.Status.CANCELLED
    if states <= DONE:
        return Order.Status.COMPLETE
    return Order.Status.PLACED if states <= {S.NEW, S.CANCELLED} else Order.Status.PROCESSING


def may_cancel(order: Order, parcels: Sequence[Parcel]) -> bool:
    """Return whether the buyer may still call the whole order off: nothing is packed yet."""
    waiting = [parcel for parcel in parcels if parcel.status != S.CANCELLED]
    return (
        order.status in OPEN_ORDER | {Order.Status.PENDING_PAYMENT}
        and bool(waiting)
        and all(parcel.status in UNPACKED for parcel in waiting)
    )
