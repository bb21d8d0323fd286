"""What a person decides about money in doubt: that it was looked at, or that it pays the order after all."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.core.actors import Actor, in_shop_language
from shop.order.models import Order, OrderLog
from shop.payment import balances, doubting, settling
from shop.payment.models import Payment
from shop.payment.settling import CLOSED

S = Payment.State
NOT_SENT = gettext_lazy("Không cho gửi được: khiếu nại chưa ngã ngũ, hoặc không còn tiền của đơn.")
NOT_ACCEPTED = gettext_lazy("Không nhận được khoản này: tiền không đủ, hoặc đơn không còn chờ tiền.")


class CannotAccept(Exception):
    """This money does not pay its order; the message is for staff, in the language of whoever reads it."""


@in_shop_language
def mark_seen(*, payment_id: int, by: Actor) -> None:
    """Remove the doubt from a payment: a person has looked at it. One transaction; the state stays."""
    with transaction.atomic():
        locked = settling.lock_payment(payment_id, by)
        if locked.payment.doubt:
            seen = _("đã xem: ") + locked.payment.doubt_words
            locked.log(OrderLog.Verb.NOTE, reference=locked.payment.method, note=seen)
            locked.payment.clear_doubts()
            locked.payment.save(update_fields=["doubt", "doubts_seen", "changed_at"])


def add_doubt(*, payment_id: int, why: str, by: Actor) -> None:
    """Let a person look at a payment, once for each reason (Doubt). One transaction; the state stays."""
    with transaction.atomic():
        locked = settling.lock_payment(payment_id, by)
        if not locked.payment.has_seen(why):
            doubting.note(locked.payment, why, by=by)


def may_send_anyway(payment: Payment) -> bool:
    """Return whether staff may let the goods go after a lost dispute: some of the money is left, no other is open."""
    if payment.state != S.PAID:
        return False
    stopping = payment.refunds.stopping()
    if not stopping.exists() or stopping.filter(dispute_open=True).exists():
        return False
    return balances.kept(payment) > 0


@in_shop_language
def send_anyway(*, payment_id: int, by: Actor) -> None:
    """Let the goods of an order go although a dispute took some of its money. One transaction.

    Raises:
        CannotAccept: a dispute is undecided, none was lost, or nothing is left of the money.
    """
    with transaction.atomic():
        locked = settling.lock_payment(payment_id, by)
        if not may_send_anyway(locked.payment):
            raise CannotAccept(NOT_SENT)
        for refund in locked.payment.refunds.stopping():
            refund.send_anyway = True
            refund.save(update_fields=["send_anyway"])
            words = _("thua khiếu nại, hàng vẫn gửi")
            locked.log(OrderLog.Verb.NOTE, reference=refund.reference, amount=refund.amount, note=words)


def may_accept(order: Order, payment: Payment, payments: Sequence[Payment]) -> bool:
    """Return whether a person may say that this money in review pays the order: all of it is there, nothing else paid.

    Args:
        order: whose money.
        payment: the one in doubt.
        payments: all of the order.
    """
    paid = any(other.state == S.PAID for other in payments)
    whole = payment.state == S.REVIEW and balances.kept(payment) >= payment.amount
    return whole and order.status not in CLOSED and not paid


@in_shop_language
def accept(*, payment_id: int, by: Actor) -> Payment:
    """Let money in review pay its order, by the staff's decision; pressed twice, it pays once.

    One transaction. An expired order takes its stock again; if that is gone, the money goes back
    and the payment stays in review with the reason as its doubt.

    Raises:
        CannotAccept: too little is left of it, the order is over or paid otherwise.
    """
    with transaction.atomic():
        locked = settling.lock_payment(payment_id, by)
        payment = locked.payment
        if payment.state == S.PAID:
            return payment
        if not may_accept(locked.order, payment, locked.payments):
            raise CannotAccept(NOT_ACCEPTED)
        locked.log(
            OrderLog.Verb.NOTE, reference=payment.method, note=_("vẫn nhận tiền: ") + payment.doubt_words
        )
        payment.clear_doubts()
        payment.save(update_fields=["doubt", "doubts_seen", "changed_at"])
        settling.complete(locked)
    return payment
