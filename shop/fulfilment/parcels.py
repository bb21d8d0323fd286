"""The business verbs of a parcel; views, the timer and commands call these and nothing else.

Each runs in a transaction of its own: locks order, payments, parcels and stock in that order, looks
again, changes, writes the log; mail goes out after the commit. Called twice, the second call finds
the parcel moved on and raises InvalidTransition.
"""

from collections.abc import Callable, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.core import locking
from shop.core.actors import Actor
from shop.fulfilment import money
from shop.fulfilment.money import LockedOrder
from shop.order import allocation, audit, mails, offer_usage
from shop.order.models import Line, Order, OrderLog, OrderMail, Parcel, ReturnRequest
from shop.order.transitions import (
    OPEN_ORDER,
    PARCEL_TRANSITIONS,
    PLACED_ORDER,
    RETURN_TRANSITIONS,
    UNPACKED,
    may_cancel,
    status_from,
)

V = OrderLog.Verb
STALE = gettext_lazy("Số lượng đã khác lúc bạn xem. Xem lại rồi làm lần nữa.")
TOWARDS_DELIVERY = frozenset({V.ACCEPT, V.PACK, V.SHIP})


class InvalidTransition(Exception):
    """The parcel or order is not in a state for this; the message is for people."""


def accept(*, parcel_id: int, by: Actor) -> Parcel:
    """The producer takes the order on."""
    return _transition(parcel_id, V.ACCEPT, by=by)


def pack(*, parcel_id: int, by: Actor) -> Parcel:
    """The parcel is packed: from now on the buyer can no longer cancel alone."""
    return _transition(parcel_id, V.PACK, by=by)


def ship(
    *, parcel_id: int, by: Actor, carrier: str = "", tracking_code: str = "", carried_by: str = ""
) -> Parcel:
    """The parcel has left, or waits at the counter; its units leave the stock; the buyer gets a mail.

    `carried_by` (CarriedBy) says on whose contract; without it, as its producer usually sends.
    """

    def leave(locked: LockedOrder, parcel: Parcel) -> None:
        parcel.carrier, parcel.tracking_code = carrier, tracking_code
        money.note_carriage(locked, parcel, carried_by)
        allocation.consume(parcel)
        mails.write(locked.order, OrderMail.Kind.SHIPPED, parcel=parcel)

    return _transition(parcel_id, V.SHIP, by=by, then=leave, reference=tracking_code, note=carrier)


def deliver(*, parcel_id: int, by: Actor) -> Parcel:
    """The buyer has it; cash that was to be paid at the door is booked."""
    return _transition(parcel_id, V.DELIVER, by=by, then=money.record_cash)


def cancel(*, parcel_id: int, by: Actor, reason: str = "") -> Parcel:
    """Cancel a parcel before it leaves: its stock is for sale again, the buyer gets a mail.

    What was paid for it goes back. With its last parcel the order is cancelled: its payment stops,
    voucher and offer uses come back.
    """

    def stay(locked: LockedOrder, parcel: Parcel) -> None:
        allocation.release([parcel])
        money.refund_parcel(locked, parcel, reason=reason)

    return _transition(parcel_id, V.CANCEL, by=by, then=stay, note=reason)


def cancel_units(
    *, parcel_id: int, line_id: int, quantity: int, seen: int, by: Actor, reason: str = ""
) -> Parcel:
    """Cancel some units of a line, which are not there, before the parcel is packed.

    They are for sale again, what was paid for them goes back, what was not paid is not asked for;
    the buyer gets a mail. The last units of a parcel cancel the parcel, its shipping with it.

    Args:
        parcel_id: whose line.
        line_id: which line of it.
        quantity: how many units are cancelled.
        seen: how many the line had when the person looked: a second press finds fewer.
        by: who decides.
        reason: for the log.

    Raises:
        InvalidTransition: packed, not paid, or the line has not so many units or other ones than seen.
    """
    with transaction.atomic():
        locked, parcel = lock_parcel(parcel_id, by)
        if parcel.status not in UNPACKED:
            raise invalid(parcel)
        line = next((row for row in parcel.lines.all() if row.pk == line_id), None)
        if line is None or line.units != seen or not 1 <= quantity <= line.units:
            raise InvalidTransition(STALE)
        if quantity == parcel.units:
            return cancel(parcel_id=parcel_id, by=by, reason=reason)
        _cancel_units(locked, parcel, line, quantity, reason=reason)
    return parcel


def return_(
    *, parcel_id: int, by: Actor, reason: str = "", restock: bool | Mapping[int, int] = True
) -> Parcel:
    """All that is left of the parcel came back, refused or sent back; what was paid for it goes back too.

    A buyer's open request is accepted with it, by mail. Some units only: shop.fulfilment.unit_returns.

    Args:
        parcel_id: which.
        by: who takes it.
        reason: for the log.
        restock: whether its units are put into the stock again, or how many by the key of their line.
    """

    def come_back(locked: LockedOrder, parcel: Parcel) -> None:
        lines = [line for line in parcel.lines.all() if line.kept]
        for_sale = {line: _restocked(line, restock) for line in lines}
        allocation.restock(for_sale)
        for line in lines:
            line.returned += line.kept
            line.save(update_fields=["returned"])
        accept_request(locked, parcel, note=reason, restocked=for_sale)
        money.refund_parcel(locked, parcel, reason=reason)

    return _transition(parcel_id, V.RETURN, by=by, then=come_back, note=reason)


def cancel_all(*, order_id: int, by: Actor, reason: str = "") -> Order:
    """Cancel a whole order while nothing is packed.

    Stock, voucher and offer uses come back, the payment stops, the buyer gets one mail. An order
    that is already cancelled is returned as it is.

    Raises:
        InvalidTransition: something is packed, or the order is over.
    """
    with transaction.atomic():
        locked = _lock_order(order_id, by)
        if locked.order.status == Order.Status.CANCELLED:
            return locked.order
        if not may_cancel(locked.order, locked.parcels):
            raise InvalidTransition(_("Đơn không huỷ được nữa: có kiện đã đóng gói hoặc đã gửi."))
        waiting = [parcel for parcel in locked.parcels if not parcel.is_cancelled]
        for parcel in waiting:
            set_status(parcel, V.CANCEL)
            parcel.save(update_fields=["status", "cancelled_at"])
            audit.write(locked.order, V.CANCEL, by=by, parcel=parcel, note=reason)
        allocation.release(waiting)
        for parcel in waiting:
            money.refund_parcel(locked, parcel, reason=reason)
        update_order(locked, reason=reason)
    return locked.order


def _lock_order(order_id: int, by: Actor) -> LockedOrder:
    order = locking.order(order_id)
    return LockedOrder(order, locking.payments(order), locking.parcels(order), by)


def lock_parcel(parcel_id: int, by: Actor) -> tuple[LockedOrder, Parcel]:
    """Lock a parcel with its whole order. Raises InvalidTransition: the order is not paid, or over."""
    locked = _lock_order(Parcel.objects.values_list("order_id", flat=True).get(pk=parcel_id), by)
    if locked.order.status not in PLACED_ORDER:
        raise InvalidTransition(_("Đơn chưa trả tiền."))
    return locked, next(row for row in locked.parcels if row.pk == parcel_id)


def _transition(
    parcel_id: int,
    verb: OrderLog.Verb,
    *,
    by: Actor,
    then: Callable[[LockedOrder, Parcel], None] | None = None,
    reference: str = "",
    note: str = "",
) -> Parcel:
    """Move one parcel on in a transaction and let the order follow.

    Raises:
        InvalidTransition: the parcel is not in a state for `verb`, or its money is gone or disputed.
    """
    with transaction.atomic():
        locked, parcel = lock_parcel(parcel_id, by)
        order = locked.order
        set_status(parcel, verb)
        if verb in TOWARDS_DELIVERY and (why := money.why_stopped(locked)):
            raise InvalidTransition(why)
        if then:
            then(locked, parcel)
        parcel.save(
            update_fields=[
                "status",
                PARCEL_TRANSITIONS[verb].time_field,
                "carrier",
                "tracking_code",
                "carried_by",
            ]
        )
        audit.write(order, verb, by=by, parcel=parcel, reference=reference, note=note)
        update_order(locked, reason=note)
        if verb is V.CANCEL and order.status != Order.Status.CANCELLED:
            mails.write(order, OrderMail.Kind.CANCELLED, parcel=parcel)
    return parcel


def set_status(parcel: Parcel, verb: OrderLog.Verb) -> None:
    """Move a locked parcel, unsaved, and note the time. Raises InvalidTransition: not from this state."""
    step = PARCEL_TRANSITIONS[verb]
    if parcel.status not in step.before:
        raise invalid(parcel)
    parcel.status = step.after
    setattr(parcel, step.time_field, None if step.undoes else timezone.now())


def invalid(parcel: Parcel) -> InvalidTransition:
    """Return the error of a parcel that is not in a state for what was asked."""
    words = {"parcel": parcel.number, "status": Parcel.Status(parcel.status).label}
    return InvalidTransition(_("Kiện %(parcel)s đang ở bước “%(status)s”, không làm việc này được.") % words)


def _cancel_units(locked: LockedOrder, parcel: Parcel, line: Line, quantity: int, *, reason: str) -> None:
    key = f"line-{line.pk}-{line.called_off + quantity}"
    worth = money.refund_units(locked, parcel, line, quantity, key=key, reason=reason)
    line.called_off += quantity
    line.save(update_fields=["called_off", "uncharged"])
    money.follow_free_units(locked, parcel, line, key=key)
    allocation.release_units(line, quantity)
    note = f"{quantity} × {line.title}: {reason}"
    audit.write(
        locked.order, V.CANCEL_UNITS, by=locked.by, parcel=parcel, reference=key, note=note, amount=worth
    )
    mails.write(locked.order, OrderMail.Kind.FEWER, parcel=parcel, reference=key)


def _restocked(line: Line, restock: bool | Mapping[int, int]) -> int:
    """Return how many units of a line that comes back whole can be sold again."""
    count = (line.kept if restock else 0) if isinstance(restock, bool) else restock.get(line.pk, 0)
    if not 0 <= count <= line.kept:
        raise InvalidTransition(STALE)
    return count


def accept_request(
    locked: LockedOrder,
    parcel: Parcel,
    *,
    note: str,
    restocked: Mapping[Line, int],
    kind: OrderMail.Kind = OrderMail.Kind.RETURN_OK,
) -> None:
    """Mark the buyer's open return request as accepted, whoever takes the goods back and why; mail the buyer."""
    step = RETURN_TRANSITIONS[V.RETURN]
    request = ReturnRequest.objects.filter(parcel=parcel, state__in=step.before).first()
    if request is None:
        return
    request.state, request.note = step.after, note
    request.decided_at = timezone.now()
    request.decided_by, request.decided_by_name = locked.by.user, locked.by.name
    request.save(update_fields=["state", "note", "decided_at", "decided_by", "decided_by_name"])
    for line, count in restocked.items():
        request.lines.filter(line=line, quantity__gte=count).update(restocked=count)
    mails.write(locked.order, kind, parcel=parcel, reference=str(request.pk))


def update_order(locked: LockedOrder, *, reason: str) -> None:
    """Give the order the status its parcels have; what a cancelled order held is given back."""
    order, status = locked.order, status_from(locked.parcels)
    if order.status == Order.Status.PENDING_PAYMENT and status != Order.Status.CANCELLED:
        return
    money.close_payments(locked)
    if status == order.status or (order.status not in OPEN_ORDER and status != Order.Status.CANCELLED):
        return
    order.set_status(status)
    if status != Order.Status.CANCELLED:
        return
    offer_usage.revert(order)
    audit.write(order, V.CANCEL, by=locked.by, reference=order.number, note=reason)
    mails.write(order, OrderMail.Kind.CANCELLED)
