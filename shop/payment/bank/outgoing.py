"""Money out: which refund of ours a line is, by the memo that we write, the sum and the bank's number.

Refunds are looked for here; payouts, which lie higher, by whoever listens to `signals.money_out_recorded`. Neither
books anything: staff note the transfer on the refund or the payout, the line shows that the bank has made it. It is
tried when a line is stored, and by the timer again: what it paid may be drawn up, or its number noted, later.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Protocol

from django.db.models import Q
from django.utils import timezone

from shop.payment import signals
from shop.payment.bank import known_money, memo
from shop.payment.bank.transactions import plain
from shop.payment.models import BankLine, Refund

OPEN = (Refund.State.REQUESTED, Refund.State.DONE)
LOOKED_BACK = timedelta(days=60)  # the timer leaves older lines alone: their memos go, too
BATCH = 500


class Movement(Protocol):
    """A transaction, stored or not."""

    @property
    def direction(self) -> str:
        """Return "in" or "out"."""

    @property
    def amount(self) -> Decimal:
        """Return the sum in whole đồng."""

    @property
    def reference(self) -> str:
        """Return the bank's number."""

    @property
    def memo(self) -> str:
        """Return its words."""


def refunds_for(transactions: Sequence[Movement], codes: Iterable[str]) -> list[Refund]:
    """Return the refunds by bank that one of these may be and no other line is; one query."""
    going = [one for one in transactions if one.direction == BankLine.Direction.OUT]
    if not going:
        return []
    named = Q(payment__order__number__in=list(codes)) | ~Q(reference="")
    rows = Refund.objects.filter(
        named,
        way=Refund.Way.BANK,
        state__in=OPEN,
        amount__in={one.amount for one in going},
        bank_lines=None,
    )
    return list(rows.select_related("payment__order").order_by("pk"))


def find_refund(one: Movement, refunds: list[Refund]) -> Refund | None:
    """Return the refund that money out is, and take it from the list; its number, or its memo, and its sum."""
    codes = set(memo.codes_in(one.memo)) if memo.is_of_refund(one.memo) else set()
    for refund in refunds:
        numbered = refund.reference and plain(refund.reference) == plain(one.reference)
        if refund.amount == one.amount and (numbered or refund.payment.order.number in codes):
            refunds.remove(refund)
            return refund
    return None


def note_settled(*, line_id: int, what: str) -> bool:
    """Note what money out was for, such as "payout:12"; return whether the line was free.

    For what lies above this room: it finds the line that pays something of its own, and says so.
    """
    return _match(line_id, settles=what)


def match_recorded() -> int:
    """Look once more for what recorded money out has paid; return how many lines it was found for."""
    rows = BankLine.objects.filter(
        state=BankLine.State.RECORDED, handled_at__gte=timezone.now() - LOOKED_BACK
    ).order_by("pk")
    count, last = 0, 0
    while lines := list(rows.filter(pk__gt=last)[:BATCH]):
        last = lines[-1].pk
        left = _match_refunds(lines)
        signals.money_out_recorded.send(BankLine, lines=left)
        free = rows.filter(pk__in=[line.pk for line in lines]).count()
        count += len(lines) - free
    return count


def _match_refunds(lines: Sequence[BankLine]) -> list[BankLine]:
    """Note on lines which refund each made; return those that made none."""
    refunds = refunds_for(lines, {code for line in lines for code in memo.codes_in(line.memo)})
    left = []
    for line in lines:
        refund = find_refund(line, refunds)
        if not (refund and _match(line.pk, refund=refund)):
            left.append(line)
    return left


def _match(line_id: int, *, settles: str = "", refund: Refund | None = None) -> bool:
    """Note on a recorded line what it was for; False where somebody did meanwhile, on this line or another."""
    recorded = [BankLine.State.RECORDED]
    try:
        known_money.note(line_id=line_id, settles=settles, refund=refund, states=recorded)
    except known_money.NotFree:
        return False
    return True
