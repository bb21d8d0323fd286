"""Cancelling a refund that staff were to make by hand and that was wrong, or one that failed."""

from django.db import transaction
from django.utils.translation import gettext as _

from shop.core import locking
from shop.core.actors import Actor
from shop.order import audit
from shop.order.models import OrderLog, Parcel
from shop.payment import balances, doubting
from shop.payment.models import Doubt, Payment, Refund
from shop.payment.refunds import limits

HOLDS = frozenset({Payment.State.PAID, Payment.State.PENDING})  # the money of parcels


class TooLate(Exception):
    """The refund is made or cancelled already, or under way by card; the message is for people."""


def may_cancel(refund: Refund) -> bool:
    """Return whether staff may cancel it: one that nobody has made, or that failed; none under way by card.

    One that waits for a second person is not under way.
    """
    if refund.state == Refund.State.FAILED:
        return not refund.external and not refund.uncollected
    by_hand = refund.way != Refund.Way.CARD or refund.is_unapproved
    return refund.may_become(Refund.State.CANCELLED) and by_hand


def cancel(*, refund_id: int, by: Actor, reason: str) -> Refund:
    """Cancel a refund that nobody has made, or that failed; one transaction.

    Its sum counts as kept, and may be given back otherwise; one that failed was, maybe, in parts. The
    row stays, with the reason in the log. One under way by card is never cancelled: the provider may be
    sending it at this moment. Where the buyer is owed it whatever was wrong, the payment waits for a
    person.

    Args:
        refund_id: which.
        by: who decides.
        reason: for the log.

    Raises:
        TooLate: it was made, cancelled or is under way by card.
    """
    with transaction.atomic():
        order_id = Payment.objects.filter(refunds=refund_id).values_list("order_id", flat=True).get()
        order = locking.order(order_id)
        locking.payments(order)
        refund = Refund.objects.select_related("payment", "parcel").get(pk=refund_id)
        if not may_cancel(refund):
            raise TooLate(_("Khoản hoàn này không bỏ được nữa."))
        refund.move_to(Refund.State.CANCELLED)
        refund.save(update_fields=["state"])
        audit.write(
            order,
            OrderLog.Verb.REFUND,
            by=by,
            parcel=refund.parcel,
            reference=refund.key,
            amount=refund.amount,
            note=f"{refund.get_state_display()}: {reason}",
        )
        if doubt := _doubt(refund):
            doubting.note(refund.payment, doubt.of(), by=by)
    return refund


def _doubt(refund: Refund) -> Doubt | None:
    """Return why a person must look at its sum again: it is the buyer's all the same, or may be."""
    parcel, payment = refund.parcel, refund.payment
    if parcel and _came_back(refund, parcel):
        if not limits.of_parcel(parcel):
            return None
        return Doubt.RETURN_UNPAID
    if parcel:
        owed = limits.of_parcel(parcel) - limits.to_keep(parcel)
    elif payment.state in HOLDS:
        owed = balances.kept(payment) - sum(limits.of_parcel(each) for each in payment.order.parcels.all())
    else:
        owed = balances.kept(payment)
    if owed <= 0:
        return None
    return Doubt.STILL_OWED


def _came_back(refund: Refund, parcel: Parcel) -> bool:
    """Return whether it was for goods that were sent and came back, all of the parcel or units of a line."""
    some = bool(refund.line and refund.line.returned)
    return not refund.called_off and (parcel.status == Parcel.Status.RETURNED or some)
