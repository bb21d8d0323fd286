"""What the timer does for money (TIMER_JOBS); each job may run twice at once and be killed anywhere."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from shop.core.actors import SYSTEM
from shop.order.models import Order
from shop.payment import balances, expiring, left_open, settling
from shop.payment.models import Payment, Refund
from shop.payment.models.payment import LIVE
from shop.payment.polling import poll_each
from shop.payment.providers.base import PaymentUnavailable
from shop.payment.refunds import refunding

POLL_AFTER = timedelta(minutes=2)  # a buyer who returns has been settled by then
POLL_FOR = timedelta(days=3)  # a session that expired long ago gets no more money
GRACE = timedelta(minutes=10)  # what was paid in the last second before the deadline has arrived by then


def poll_open_payments() -> int:
    """Ask providers about payments that wait: the notification may be lost. Returns how many were asked.

    A cancelled one is asked about until its deadline too: two tabs that choose two ways at the same
    moment, or money that comes by both, leave a page behind on which one can still pay.
    """
    now = timezone.now()
    waiting = Q(state__in=LIVE, order__status=Order.Status.PENDING_PAYMENT)
    cancelled = Q(state=Payment.State.CANCELLED, deadline__gt=now - GRACE)
    open_ones = Payment.objects.filter(
        waiting | cancelled, created_at__lt=now - POLL_AFTER, created_at__gt=now - POLL_FOR
    )
    return poll_each(open_ones, "method", lambda pk: settling.fetch_and_settle(payment_id=pk, by=SYSTEM))


def expire_due() -> int:
    """Free the stock of orders whose money did not come; return how many."""
    return expiring.expire_due()


def close_left_open() -> int:
    """Close the pages of payments that were let go while their provider did not answer; return how many."""
    return left_open.close_left_open()


def send_refunds() -> int:
    """Ask again for refunds that no provider has answered; return how many were answered now.

    Those of disputed payments are left alone until the bank has decided.
    """
    waiting = Refund.objects.filter(state=Refund.State.REQUESTED, way=Refund.Way.CARD, external=False)
    waiting = waiting.approved().exclude(pk__in=Refund.objects.held().values("pk"))
    return poll_each(waiting, "payment__method", _send)


def _send(pk: int) -> bool:
    """Send one refund, which notes the provider's silence on the row; False if it is held for a dispute."""
    refund = refunding.send(pk)
    if refund.state == Refund.State.REQUESTED and refund.error:
        if balances.has_open_dispute(refund.payment):
            return False
        raise PaymentUnavailable(refund.error)
    return True
