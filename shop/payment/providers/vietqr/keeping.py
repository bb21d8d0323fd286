"""What the shop forgets of the bank's lines: the words of those that are dealt with, statements nobody confirmed.

A line itself stays, with its key and sum: it is what keeps the same line, told again years later,
from being booked or shown to staff once more.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from shop.order import locking
from shop.payment.models import BankStatement, Inbox
from shop.payment.providers.vietqr.lines import forget_memo
from shop.timer import clock

BATCH = 500  # lines in one turn of the timer


def forget_old() -> int:
    """Forget what is old enough; return how many lines and statements. Lines that wait stay as they are."""
    return _forget_memos() + _drop_statements()


def _forget_memos() -> int:
    until = clock.for_deadlines() - timedelta(days=settings.NOTICE_KEEP_D)
    rows = Inbox.objects.filter(kind=Inbox.Kind.BANK, done_at__lt=until).exclude(body__memo="")
    keys = list(rows.values_list("pk", flat=True)[:BATCH])
    for pk in keys:
        with transaction.atomic():
            row = locking.notice(pk)
            row.body = forget_memo(row.body)
            row.save(update_fields=["body"])
    return len(keys)


def _drop_statements() -> int:
    until = clock.for_deadlines() - timedelta(days=settings.STATEMENT_KEEP_D)
    count, _models = BankStatement.objects.filter(confirmed_at=None, created_at__lt=until).delete()
    return count
