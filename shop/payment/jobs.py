"""What the timer does for money (TIMER_JOBS); each job may run twice at once and be killed anywhere."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from shop.order.audit import SYSTEM
from shop.order.models import Order
from shop.payment import expiring, refunding, settling
from shop.payment.asking import ask_each
from shop.payment.models import Payment, Refund
from shop.payment.models.payment import LIVE
from shop.payment.providers.base import PaymentUnavailable

ASK_AFTER = timedelta(minutes=2)  # a buyer who returns has been settled by then
KEEP_ASKING = timedelta(days=3)  # a session that expired long ago gets no more money
AFTERWARDS = timedelta(minutes=10)  # what was paid in the last second before the deadline has arrived by then


def look_at_open() -> int:
    """Ask providers about payments that wait: the notification may be lost. Returns how many were asked.

    A cancelled one is asked about until its deadline too: two tabs that choose two ways at the same
    moment, or money that comes by both, leave a page behind on which one can still pay.
    """
    now = timezone.now()
    waiting = Q(state__in=LIVE, order__status=Order.Status.PENDING_PAYMENT)
    left_behind = Q(state=Payment.State.CANCELLED, deadline__gt=now - AFTERWARDS)
    open_ones = Payment.objects.filter(
        waiting | left_behind, created_at__lt=now - ASK_AFTER, created_at__gt=now - KEEP_ASKING
    )
    return ask_each(open_ones, "method", lambda pk: settling.look(payment_id=pk, by=SYSTEM))


def expire_due() -> int:
    """Free the stock of orders whose money did not come; return how many."""
    return expiring.expire_due()


def send_refunds() -> int:
    """Ask again for refunds that no provider has answered; return how many were answered now."""
    waiting = Refund.objects.filter(state=Refund.State.REQUESTED, way=Refund.Way.CARD, external=False)
    return ask_each(waiting, "payment__method", _send)


def _send(pk: int) -> Refund:
    """Send one refund, which notes the provider's silence on the row."""
    refund = refunding.send(pk)
    if refund.state == Refund.State.REQUESTED and refund.error:
        raise PaymentUnavailable(refund.error)
    return refund
