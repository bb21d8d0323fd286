"""What a person decides about money in doubt: that it was looked at, or that it pays the order after all."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from shop.order.audit import Actor, in_shop_language
from shop.order.models import Order, OrderLog
from shop.payment import books, settling
from shop.payment.models import Payment
from shop.payment.settling import CLOSED

S = Payment.State


class CannotAccept(Exception):  # noqa: N818 - a fact of trade
    """This money does not pay its order; the message is for staff."""


@in_shop_language
def seen(*, payment_id: int, by: Actor) -> None:
    """Take the doubt off a payment: a person has looked at it. One transaction; the state stays."""
    with transaction.atomic():
        case = settling.open_case(payment_id, by)
        if case.payment.doubt:
            case.log(
                OrderLog.Verb.NOTE, reference=case.payment.method, note=_("đã xem: ") + case.payment.doubt
            )
            case.payment.see()
            case.payment.save(update_fields=["doubt", "doubts_seen", "changed_at"])


def may_accept(order: Order, payment: Payment, payments: Sequence[Payment]) -> bool:
    """Return whether a person may say that this money in review pays the order: all of it is there, nothing else paid.

    Args:
        order: whose money.
        payment: the one in doubt.
        payments: all of the order.
    """
    paid = any(other.state == S.PAID for other in payments)
    whole = payment.state == S.REVIEW and books.kept(payment) >= payment.amount
    return whole and order.status not in CLOSED and not paid


def accept(*, payment_id: int, by: Actor) -> Payment:
    """Let money in review pay its order, by the staff's decision; pressed twice, it pays once.

    One transaction. An expired order takes its stock again; if that is gone, the money goes back
    and the payment stays in review with the reason as its doubt.

    Raises:
        CannotAccept: too little is left of it, the order is over or paid otherwise.
    """
    with transaction.atomic():
        case = settling.open_case(payment_id, by)
        payment = case.payment
        if payment.state == S.PAID:
            return payment
        if not may_accept(case.order, payment, case.payments):
            raise CannotAccept(_("Không nhận được khoản này: tiền không đủ, hoặc đơn không còn chờ tiền."))
        case.log(OrderLog.Verb.NOTE, reference=payment.method, note=_("vẫn nhận tiền: ") + payment.doubt)
        payment.see()
        payment.save(update_fields=["doubt", "doubts_seen", "changed_at"])
        settling.complete(case)
    return payment
