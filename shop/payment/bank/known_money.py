"""A line of the bank turns out to be money that our books know by itself, a refund, a payout, or is not after all."""

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.core import locking
from shop.core.actors import Actor
from shop.payment.models import BankLine, Refund

MAX_NOTE = 200


class NotFree(Exception):
    """Somebody has dealt with the line meanwhile, or another line is that money."""


def note(
    *,
    line_id: int,
    settles: str = "",
    refund: Refund | None = None,
    states: Collection[str] = BankLine.OPEN,
    by: Actor | None = None,
    reason: str = "",
) -> BankLine:
    """Note on a line what money it is; one transaction.

    Args:
        line_id: which.
        settles: what it pays or is, such as "payout:12"; no two lines are the same.
        refund: that it made.
        states: in one of which it must be.
        by: who says so, with the reason; None: it was recognised, and what staff noted before stays.
        reason: for whoever looks at the line later.

    Raises:
        NotFree: nothing is noted.
    """
    try:
        with transaction.atomic():
            line = locking.bank_line(line_id)
            if line.state not in states:
                raise NotFree
            line.move_to(BankLine.State.MATCHED)
            line.settles, line.refund, line.reason, line.handled_at = settles, refund, "", timezone.now()
            if by:
                line.handled_by, line.note = by.name, reason[:MAX_NOTE]
            fields = ["state", "settles", "refund", "reason", "note", "handled_by", "handled_at"]
            line.save(update_fields=fields)
    except IntegrityError as other:
        raise NotFree from other
    return line


def release(line: BankLine, *, by: Actor, reason: str) -> None:
    """Let a locked line stand open again as money that nobody knows; who says so, and why, stays on it."""
    if line.state == BankLine.State.MATCHED:
        line.move_to(BankLine.State.SET_ASIDE if line.is_in else BankLine.State.RECORDED)
    line.settles, line.refund, line.from_provider, line.note = "", None, False, reason[:MAX_NOTE]
    line.handled_by, line.handled_at = by.name, timezone.now()
    fields = ["state", "settles", "refund", "from_provider", "note", "handled_by", "handled_at"]
    line.save(update_fields=fields)
