"""What the timer does for bank transfers (TIMER_JOBS)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from shop.order import mails
from shop.order.models import Order, OrderMail
from shop.payment import bank
from shop.payment.bank import importing, matching, moving, outgoing, polling
from shop.payment.models import Payment
from shop.payment.models.payment import LIVE

REMIND_BEFORE = 4  # when a quarter of its time is left: 6 of 24 hours
IMPORT_S = 20  # so long one turn takes rows of statements; mail and deadlines wait meanwhile


def match_new() -> int:
    """Match the bank's lines that a crash left unmatched; return how many.

    Lines that the release before writes while it still serves come over first.
    """
    moving.move_over()
    return matching.match_new()


def match_going_out() -> int:
    """Look for what money out has paid that was drawn up, or whose number was noted, after it; return how many."""
    return outgoing.match_recorded()


def import_statements() -> int:
    """Go on with statements that staff have confirmed; return how many are done."""
    return importing.run_queued(seconds=IMPORT_S)


def poll_services() -> int:
    """Ask notification services for what their notices have not brought; return how many lines were new."""
    return polling.poll_sepay()


def remind() -> int:
    """Remind buyers, once for each payment, that their time is nearly over; return how many."""
    now = timezone.now()
    before = timedelta(hours=settings.BANK_TRANSFER_HOLD_H) / REMIND_BEFORE
    soon = Payment.objects.filter(
        method=bank.METHOD,
        state__in=LIVE,
        order__status=Order.Status.PENDING_PAYMENT,
        deadline__gt=now,
        deadline__lte=now + before,
    ).select_related("order")
    reminders = OrderMail.objects.filter(kind=OrderMail.Kind.REMIND, order__payments__in=soon)
    known = set(reminders.values_list("reference", flat=True))
    due = [payment for payment in soon if _is_nearly_over(payment, now) and str(payment.pk) not in known]
    for payment in due:
        mails.write(payment.order, OrderMail.Kind.REMIND, reference=str(payment.pk))
    return len(due)


def _is_nearly_over(payment: Payment, now: datetime) -> bool:
    """Return whether a quarter of its own time is left; one that was begun late has less than the usual."""
    return bool(
        payment.deadline and payment.deadline - now <= (payment.deadline - payment.created_at) / REMIND_BEFORE
    )
