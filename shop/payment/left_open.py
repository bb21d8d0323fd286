"""Payments that were let go while their provider did not answer: their pages there are closed later."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from shop.core import locking
from shop.core.actors import SYSTEM
from shop.order import mails
from shop.order.models import Order, OrderMail
from shop.payment import settling
from shop.payment.models import Payment
from shop.payment.models.payment import LIVE
from shop.payment.polling import poll_each
from shop.payment.providers import provider

GIVE_UP = timedelta(days=3)  # a page that neither closes nor is paid for so long takes no money any more
TELL_AFTER = timedelta(hours=1)  # so long the buyer is not told that the order expired: it may be paid


def leave_open(payment: Payment) -> None:
    """Note that its page at the provider may still be open although nobody waits for it here."""
    Payment.objects.filter(pk=payment.pk, left_open_at=None).update(left_open_at=timezone.now())


def close_left_open() -> int:
    """Close the pages of payments that were let go, as soon as their provider answers; return how many.

    What was paid there meanwhile is settled as late money: it places the order if nothing else has paid
    it and the stock is still there, or goes back. Payments that are live again are left to the buyer. Whose
    provider is silent for TELL_AFTER is told once that the order expired.
    """
    rows = Payment.objects.filter(left_open_at__isnull=False).exclude(state__in=LIVE)
    count = poll_each(rows, "method", _close)
    told = OrderMail.objects.filter(
        order=OuterRef("order"), kind=OrderMail.Kind.EXPIRED, created_at__gte=OuterRef("left_open_at")
    )
    long_ago = rows.filter(~Exists(told), left_open_at__lt=timezone.now() - TELL_AFTER)
    untold = Order.objects.filter(pk__in=long_ago.values("order"), status=Order.Status.EXPIRED)
    poll_each(untold, "pk", lambda pk: _tell_late(pk, though_open=True))
    return count


def tell_expired(order: Order, payments: Sequence[Payment], *, though_open: bool = False) -> None:
    """Tell the buyer of a locked order once that it expired, not while a page of it may be paid.

    Args:
        order: whose buyer; one that goes on is left alone.
        payments: all of the order, locked.
        though_open: also while a provider is silent.
    """
    is_open = any(payment.left_open_at for payment in payments)
    if order.status == Order.Status.EXPIRED and (though_open or not is_open):
        mails.write(order, OrderMail.Kind.EXPIRED, reference=str(payments[-1].pk))


def _tell_late(order_id: int, *, though_open: bool = False) -> None:
    with transaction.atomic():
        order = locking.order(order_id)
        tell_expired(order, locking.payments(order), though_open=though_open)


def _close(pk: int) -> bool:
    payment = Payment.objects.select_related("order").get(pk=pk)
    method = provider(payment.method)
    over = method is None or method.cancel(payment)
    if not over:
        over = bool(settling.fetch_and_settle(payment_id=pk, by=SYSTEM).received)
    if over or (payment.left_open_at and payment.left_open_at < timezone.now() - GIVE_UP):
        Payment.objects.filter(pk=pk).update(left_open_at=None)
        _tell_late(payment.order_id)
    return over
