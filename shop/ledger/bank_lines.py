"""Money out of the hub's account that pays a payout: known by its memo or by the number that staff noted, and its sum.

Nothing is booked: staff note the transfer on the payout, the line of the bank shows that it has left.
"""

import re
from collections.abc import Sequence
from typing import Any

from catalogue.ids import is_number
from shop.ledger.models import Payout
from shop.payment.bank import memo, outgoing
from shop.payment.bank.transactions import plain
from shop.payment.models import BankLine

KIND = "payout"  # before its key, in BankLine.settles


def match_payouts(lines: Sequence[BankLine]) -> int:
    """Note on lines of money out which payout each pays; return how many."""
    amounts = {line.amount for line in lines}
    payouts, count = list(Payout.objects.filter(total__in=amounts).order_by("pk")), 0
    taken = set(
        BankLine.objects.filter(settles__in=[name(one) for one in payouts]).values_list("settles", flat=True)
    )
    for line in lines:
        payout = next((one for one in payouts if name(one) not in taken and _pays(line, one)), None)
        if payout and outgoing.note_settled(line_id=line.pk, what=name(payout)):
            taken.add(name(payout))
            count += 1
    return count


def payout_of(line: BankLine) -> Payout | None:
    """Return the payout that a line pays; None: it pays none, or one that is discarded."""
    kind, _colon, key = line.settles.partition(":")
    if kind != KIND or not is_number(key):
        return None
    return Payout.objects.select_related("partner").filter(pk=int(key)).first()


def name(payout: Payout | None) -> str:
    """Return how a line names the payout that it pays; None: what stands before the payout's key."""
    return f"{KIND}:{payout.pk if payout else ''}"


def on_money_out(lines: Sequence[BankLine], **_signal: Any) -> None:
    """Look through lines that were just stored."""
    match_payouts(lines)


def _pays(line: BankLine, payout: Payout) -> bool:
    numbered = payout.reference and plain(payout.reference) == plain(line.reference)
    named = re.search(rf"{memo.bare(payout.memo)}(?!\d)", memo.bare(line.memo))
    return line.amount == payout.total and bool(numbered or named)
