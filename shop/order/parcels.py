"""The business verbs of a parcel; views, the timer and commands call these and nothing else.

Each runs in a transaction of its own: locks order, payments, parcels and stock in that order, looks
again, changes, writes the log; mail goes out after the commit. Called twice, the second call finds
the parcel moved on and raises NotNow.
"""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.order import audit, holding, locking, mails, money, uses
from shop.order.audit import Actor
from shop.order.models import Line, Order, OrderLog, OrderMail, Parcel, ReturnRequest
from shop.order.money import Case
from shop.order.transitions import OPEN_ORDER, PLACED_ORDER, TRANSITIONS, UNPACKED, may_cancel, status_from

V = OrderLog.Verb
TOWARDS_THE_BUYER = frozenset({V.ACCEPT, V.PACK, V.SHIP})


class NotNow(Exception):  # noqa: N818 - a fact of trade
    """The parcel or order is not in a state for this; the message is for people."""


def accept(*, parcel_id: int, by: Actor) -> Parcel:
    """The producer takes the order on."""
    return _change(parcel_id, V.ACCEPT, by=by)


def pack(*, parcel_id: int, by: Actor) -> Parcel:
    """The parcel is packed: from now on the buyer can no longer cancel alone."""
    return _change(parcel_id, V.PACK, by=by)


def ship(*, parcel_id: int, by: Actor, carrier: str = "", tracking_code: str = "") -> Parcel:
    """The parcel has left, or waits at the counter; its units leave the stock; the buyer gets a mail."""

    def leave(case: Case, parcel: Parcel) -> None:
        parcel.carrier, parcel.tracking_code = carrier, tracking_code
        holding.ship(parcel)
        mails.write(case.order, OrderMail.Kind.SHIPPED, parcel=parcel)

    return _change(parcel_id, V.SHIP, by=by, then=leave, reference=tracking_code, note=carrier)


def deliver(*, parcel_id: int, by: Actor) -> Parcel:
    """The buyer has it; cash that was to be paid at the door is booked."""
    return _change(parcel_id, V.DELIVER, by=by, then=money.collect)


def cancel(*, parcel_id: int, by: Actor, reason: str = "") -> Parcel:
    """Call a parcel off before it leaves: its stock is for sale again, the buyer gets a mail.

    What was paid for it goes back. With its last parcel the order is cancelled: its payment stops,
    voucher and offer uses come back.
    """

    def stay(case: Case, parcel: Parcel) -> None:
        holding.release([parcel])
        money.give_back(case, parcel, reason=reason)

    return _change(parcel_id, V.CANCEL, by=by, then=stay, note=reason)


def leave_out(
    *, parcel_id: int, line_id: int, quantity: int, seen: int, by: Actor, reason: str = ""
) -> Parcel:
    """Call off some units of a line, which are not there, before the parcel is packed.

    They are for sale again, what was paid for them goes back, what was not paid is not asked for;
    the buyer gets a mail. The last units of a parcel call the parcel off, its shipping with it.

    Args:
        parcel_id: whose line.
        line_id: which line of it.
        quantity: how many units are called off.
        seen: how many the line had when the person looked: a second press finds fewer.
        by: who decides.
        reason: for the log.

    Raises:
        NotNow: packed, not paid, or the line has not so many units or other ones than seen.
    """
    with transaction.atomic():
        case, parcel = _open(parcel_id, by)
        if parcel.status not in UNPACKED:
            raise _not_now(parcel)
        line = next((row for row in parcel.lines.all() if row.pk == line_id), None)
        if line is None or line.units != seen or not 1 <= quantity <= line.units:
            raise NotNow(_("Số lượng đã khác lúc bạn xem. Xem lại rồi làm lần nữa."))
        if quantity == parcel.units:
            return cancel(parcel_id=parcel_id, by=by, reason=reason)
        _leave_out(case, parcel, line, quantity, reason=reason)
    return parcel


def return_(*, parcel_id: int, by: Actor, reason: str = "", restock: bool = True) -> Parcel:
    """The parcel came back, refused or sent back; what was paid for it goes back too.

    `restock` puts its units on the shelf again. A buyer's open request is accepted with it, by mail.
    """

    def come_back(case: Case, parcel: Parcel) -> None:
        if restock:
            holding.take_back(parcel)
        _accept_request(case, parcel, note=reason)
        money.give_back(case, parcel, reason=reason)

    return _change(parcel_id, V.RETURN, by=by, then=come_back, note=reason)


def cancel_order(*, order_id: int, by: Actor, reason: str = "") -> Order:
    """Call a whole order off while nothing is packed.

    Stock, voucher and offer uses come back, the payment stops, the buyer gets one mail. An order
    that is already cancelled is returned as it is.

    Raises:
        NotNow: something is packed, or the order is over.
    """
    with transaction.atomic():
        case = _lock(order_id, by)
        if case.order.status == Order.Status.CANCELLED:
            return case.order
        if not may_cancel(case.order, case.parcels):
            raise NotNow(_("Đơn không huỷ được nữa: có kiện đã đóng gói hoặc đã gửi."))
        waiting = [parcel for parcel in case.parcels if not parcel.is_cancelled]
        for parcel in waiting:
            _move(parcel, V.CANCEL)
            parcel.save(update_fields=["status", "cancelled_at"])
            audit.write(case.order, V.CANCEL, by=by, parcel=parcel, note=reason)
        holding.release(waiting)
        for parcel in waiting:
            money.give_back(case, parcel, reason=reason)
        _follow(case, reason=reason)
    return case.order


def _lock(order_id: int, by: Actor) -> Case:
    order = locking.order(order_id)
    return Case(order, locking.payments(order), locking.parcels(order), by)


def _open(parcel_id: int, by: Actor) -> tuple[Case, Parcel]:
    """Lock a parcel with its whole order. Raises NotNow: the order is not paid, or over."""
    case = _lock(Parcel.objects.values_list("order_id", flat=True).get(pk=parcel_id), by)
    if case.order.status not in PLACED_ORDER:
        raise NotNow(_("Đơn chưa trả tiền."))
    return case, next(row for row in case.parcels if row.pk == parcel_id)


def _change(
    parcel_id: int,
    verb: OrderLog.Verb,
    *,
    by: Actor,
    then: Callable[[Case, Parcel], None] | None = None,
    reference: str = "",
    note: str = "",
) -> Parcel:
    """Move one parcel on in a transaction and let the order follow.

    Raises:
        NotNow: the parcel is not in a state for `verb`, or its money is gone.
    """
    with transaction.atomic():
        case, parcel = _open(parcel_id, by)
        order = case.order
        _move(parcel, verb)
        if verb in TOWARDS_THE_BUYER and money.is_taken_back(case):
            raise NotNow(_("Tiền của đơn đã về lại người mua. Hãy hỏi chợ trước khi chuẩn bị hàng."))
        if then:
            then(case, parcel)
        parcel.save(update_fields=["status", TRANSITIONS[verb][2], "carrier", "tracking_code"])
        audit.write(order, verb, by=by, parcel=parcel, reference=reference, note=note)
        _follow(case, reason=note)
        if verb is V.CANCEL and order.status != Order.Status.CANCELLED:
            mails.write(order, OrderMail.Kind.CANCELLED, parcel=parcel)
    return parcel


def _move(parcel: Parcel, verb: OrderLog.Verb) -> None:
    before, after, column = TRANSITIONS[verb]
    if parcel.status not in before:
        raise _not_now(parcel)
    parcel.status = after
    setattr(parcel, column, timezone.now())


def _not_now(parcel: Parcel) -> NotNow:
    words = {"parcel": parcel.number, "status": Parcel.Status(parcel.status).label}
    return NotNow(_("Kiện %(parcel)s đang ở bước “%(status)s”, không làm việc này được.") % words)


def _leave_out(case: Case, parcel: Parcel, line: Line, quantity: int, *, reason: str) -> None:
    key = f"line-{line.pk}-{line.called_off + quantity}"
    worth = money.leave_out(case, parcel, line, quantity, key=key, reason=reason)
    line.called_off += quantity
    line.save(update_fields=["called_off", "uncharged"])
    holding.leave_out(line, quantity)
    note = f"{quantity} × {line.title}: {reason}"
    audit.write(case.order, V.LEAVE_OUT, by=case.by, parcel=parcel, reference=key, note=note, amount=worth)
    mails.write(case.order, OrderMail.Kind.FEWER, parcel=parcel, reference=key)


def _accept_request(case: Case, parcel: Parcel, *, note: str) -> None:
    """Mark the buyer's open wish to send the parcel back as granted, whoever takes it back and why."""
    State = ReturnRequest.State
    granted = ReturnRequest.objects.filter(parcel=parcel, state=State.REQUESTED).update(
        state=State.ACCEPTED,
        note=note,
        decided_at=timezone.now(),
        decided_by=case.by.user,
        decided_by_name=case.by.name,
    )
    if granted:
        mails.write(case.order, OrderMail.Kind.RETURN_OK, parcel=parcel)


def _follow(case: Case, *, reason: str) -> None:
    """Give the order the status its parcels have; what a cancelled order held is given back."""
    order, status = case.order, status_from(case.parcels)
    if order.status == Order.Status.PENDING_PAYMENT and status != Order.Status.CANCELLED:
        return
    money.close(case)
    if status == order.status or (order.status not in OPEN_ORDER and status != Order.Status.CANCELLED):
        return
    order.set_status(status)
    if status != Order.Status.CANCELLED:
        return
    uses.give_back(order)
    audit.write(order, V.CANCEL, by=case.by, reference=order.number, note=reason)
    mails.write(order, OrderMail.Kind.CANCELLED)
