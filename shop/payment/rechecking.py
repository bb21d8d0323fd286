"""Asking providers again about paid payments: the notice of a refund in the provider's dashboard, or of a dispute, may be lost."""

from datetime import timedelta

from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from shop.core.actors import SYSTEM
from shop.payment import settling
from shop.payment.models import Payment
from shop.payment.polling import poll_each
from shop.payment.providers import providers

# Refunds are made in the first weeks; card owners may complain for 120 days.
DAYS = (1, 3, 7, 14, 30, 60, 120)
BATCH = 20  # questions in one turn of the timer: after it stood still for weeks, others must not wait


def recheck_paid() -> int:
    """Ask about payments with money whose day has come; return how many were asked.

    `Payment.rechecks` counts the days that are done; days that were missed are one question. Each
    turn takes a few by chance, so that one that cannot be settled stops no other.
    """
    codes = [code for code, method in providers().items() if method.has_external_refunds]
    rows = Payment.objects.filter(_due(), method__in=codes, received__gt=0)
    keys = list(rows.order_by("?").values_list("pk", flat=True)[:BATCH])
    return poll_each(Payment.objects.filter(pk__in=keys), "method", _recheck)


def _due() -> Q:
    now, due = timezone.now(), Q(pk=None)
    for done, days in enumerate(DAYS):
        due |= Q(rechecks=done, created_at__lte=now - timedelta(days=days))
    return due


def _recheck(pk: int) -> Payment:
    """Ask, and count the days only once the provider has answered."""
    payment = settling.fetch_and_settle(payment_id=pk, by=SYSTEM)
    age = timezone.now() - payment.created_at
    passed = sum(age >= timedelta(days=days) for days in DAYS)
    Payment.objects.filter(pk=pk).update(rechecks=Greatest(F("rechecks"), passed))
    return payment
