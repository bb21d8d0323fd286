"""Orders whose money did not come in time: the provider is asked first, but not waited for."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from shop.core import locking
from shop.core.actors import SYSTEM, Actor
from shop.order import allocation, audit, offer_usage
from shop.order.models import Order, OrderLog
from shop.payment import balances, closing, left_open, settling
from shop.payment.models import Payment
from shop.payment.models.payment import HOLDING, LIVE
from shop.payment.polling import poll_each
from shop.payment.providers import provider
from shop.payment.providers.base import PaymentUnavailable
from shop.timer import clock


def due(now: datetime) -> QuerySet[Order]:
    """Return the orders that wait for money and hold stock past their last deadline."""
    in_time = Payment.objects.filter(order=OuterRef("pk"), state__in=HOLDING, deadline__gte=now)
    return Order.objects.filter(~Exists(in_time), status=Order.Status.PENDING_PAYMENT)


def expire(*, order_id: int, by: Actor = SYSTEM) -> bool:
    """Let an unpaid order go unless its money has come; say whether it expired.

    Asks the providers first: call it outside transactions. A payment that turns out to have
    succeeded is settled instead. One whose provider does not answer is let go too: its page is
    closed by the timer, and money that came there is late money (shop.payment.left_open); the buyer is
    told only then that the order expired.
    """
    if not cancel_live_payments(order_id=order_id, by=by):
        return False
    return _expire(order_id, by)


def cancel_live_payments(*, order_id: int, by: Actor, but: int | None = None) -> bool:
    """Stop every payment of an order that may still succeed, except `but`; False if money has come.

    A provider that does not answer is not waited for: the payment is noted as left open.
    """
    stopped = [_cancel(payment, by) for payment in _live(order_id, but)]
    return all(stopped)


def _cancel(payment: Payment, by: Actor) -> bool:
    """Stop one payment; False if its money has come, or may be on its way."""
    method = provider(payment.method)
    try:
        if method is None or method.cancel(payment):
            return True
    except PaymentUnavailable:
        left_open.leave_open(payment)
        return True
    try:
        settled = settling.fetch_and_settle(payment_id=payment.pk, by=by)
    except PaymentUnavailable:
        left_open.leave_open(payment)
        return False
    return not settled.is_live and settled.state != Payment.State.PAID


def _live(order_id: int, but: int | None) -> list[Payment]:
    rows = Payment.objects.filter(order=order_id, state__in=LIVE)
    return [payment for payment in rows if payment.pk != but]


def _expire(order_id: int, by: Actor) -> bool:
    """Free what the order held, on locked rows. One transaction."""
    with transaction.atomic():
        order = locking.order(order_id)
        payments = locking.payments(order)
        parcels = locking.parcels(order)
        now = timezone.now()
        in_time = any(row.state in HOLDING and row.deadline and row.deadline >= now for row in payments)
        doubtful = any(row.state == Payment.State.REVIEW and balances.kept(row) > 0 for row in payments)
        if order.status != Order.Status.PENDING_PAYMENT or in_time or doubtful:
            return False
        allocation.release(parcels)
        offer_usage.revert(order)
        order.set_status(Order.Status.EXPIRED)
        audit.write(order, OrderLog.Verb.EXPIRE, by=by, reference=order.number)
        for payment in payments:
            if payment.is_live:
                closing.close(payment, state=Payment.State.EXPIRED, by=by)
        left_open.tell_expired(order, payments)
    return True


def expire_due() -> int:
    """Expire whatever is due, for JOB_S seconds at most; a provider's silence stops nothing. Returns how many."""
    orders = due(clock.for_deadlines())
    return poll_each(orders, "pk", lambda pk: expire(order_id=pk))  # silence is dealt with in `_cancel`
