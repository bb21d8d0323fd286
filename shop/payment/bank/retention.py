"""How long bank lines and statements are kept: memos of handled lines and unconfirmed statements are deleted.

A line itself stays, with its key and sum, so that the same line in a statement read years later
is not booked or shown to staff once more. The inbox's row of a line that an earlier release took names people as well.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from shop.core import locking
from shop.payment.bank import memo
from shop.payment.models import BankLine, BankStatement, Inbox
from shop.timer import clock

BATCH = 500  # lines in one turn of the timer
HANDLED = [
    BankLine.State.MATCHED,
    BankLine.State.SET_ASIDE,
    BankLine.State.DUPLICATE,
    BankLine.State.RECORDED,
]


def forget_old() -> int:
    """Delete what is old enough; return how many memos and statements. Lines that wait stay as they are."""
    return _delete_memos() + _delete_memos_of_inbox() + _delete_statements()


def _delete_memos() -> int:
    """Delete what names people; the memo's digest stays, by which the line is known again."""
    until = clock.for_deadlines() - timedelta(days=settings.NOTICE_KEEP_D)
    rows = BankLine.objects.filter(state__in=HANDLED, handled_at__lt=until)
    named = rows.exclude(memo="", counterparty="").values_list("pk", flat=True)
    return BankLine.objects.filter(pk__in=list(named[:BATCH])).update(memo="", counterparty="")


def _delete_memos_of_inbox() -> int:
    """Delete the same from the rows of earlier releases, whichever release handled the line."""
    until = clock.for_deadlines() - timedelta(days=settings.NOTICE_KEEP_D)
    handled = BankLine.objects.filter(inbox=OuterRef("pk"), state__in=HANDLED, handled_at__lt=until)
    rows = Inbox.objects.filter(Q(done_at__lt=until) | Exists(handled), kind=Inbox.Kind.BANK)
    keys = list(rows.exclude(body__memo="").values_list("pk", flat=True)[:BATCH])
    for pk in keys:
        with transaction.atomic():
            row = locking.notice(pk)
            said = row.body.get("memo", "")
            row.body |= {"digest": row.body.get("digest") or memo.digest(said), "memo": ""}
            row.save(update_fields=["body"])
    return len(keys)


def _delete_statements() -> int:
    until = clock.for_deadlines() - timedelta(days=settings.STATEMENT_KEEP_D)
    old = BankStatement.objects.filter(confirmed_at=None, queued_at=None, created_at__lt=until)
    return old.delete()[0]
