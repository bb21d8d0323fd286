"""What the timer does for bank transfers (TIMER_JOBS)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from shop.order import mails
from shop.order.models import Order, OrderMail
from shop.payment.models import Payment
from shop.payment.models.payment import LIVE
from shop.payment.providers.vietqr import matching
from shop.payment.providers.vietqr.provider import VietQR

REMIND_BEFORE = 4  # when a quarter of its time is left: 6 of 24 hours


def match_fresh() -> int:
    """Match the bank's lines that a crash left unmatched; return how many."""
    return matching.match_fresh()


def remind() -> int:
    """Tell buyers, once for each payment, that their time is nearly over; return how many were told."""
    now = timezone.now()
    before = timedelta(hours=settings.BANK_TRANSFER_HOLD_H) / REMIND_BEFORE
    soon = Payment.objects.filter(
        method=VietQR.code,
        state__in=LIVE,
        order__status=Order.Status.PENDING_PAYMENT,
        deadline__gt=now,
        deadline__lte=now + before,
    ).select_related("order")
    told = OrderMail.objects.filter(kind=OrderMail.Kind.REMIND, order__payments__in=soon)
    known = set(told.values_list("reference", flat=True))
    due = [payment for payment in soon if _is_nearly_over(payment, now) and str(payment.pk) not in known]
    for payment in due:
        mails.write(payment.order, OrderMail.Kind.REMIND, reference=str(payment.pk))
    return len(due)


def _is_nearly_over(payment: Payment, now: datetime) -> bool:
    """Return whether a quarter of its own time is left; one that was begun late has less than the usual."""
    return bool(
        payment.deadline and payment.deadline - now <= (payment.deadline - payment.created_at) / REMIND_BEFORE
    )
