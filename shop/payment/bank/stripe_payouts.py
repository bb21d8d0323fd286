"""Money in from Stripe: which of its payouts a line of the bank is."""

import re
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from catalogue.folding import strip_marks
from shop.payment import signals
from shop.payment.bank import known_money
from shop.payment.models import BankLine, StripeTransaction
from shop.payment.models.stripe_transaction import CAME_BACK, CURRENCY, PAYOUT

EARLY, LATE = timedelta(days=2), timedelta(days=7)  # around Stripe's day: weekends, other time zones
NAME = "STRIPE"


def settles(payout: str) -> str:
    """Return how a line names the payout of Stripe's that it is."""
    return f"stripe:{payout}"


def match() -> int:
    """Note on waiting lines of money in which payout of Stripe's each is; return how many.

    A line is a payout when the sum is its sum, the day about its day, and the memo or the other side names
    Stripe; one line for each payout, one payout for each line. What staff have explained as something else is taken
    back by the ledger, in the same transaction.
    """
    lines = BankLine.objects.filter(
        direction=BankLine.Direction.IN, state__in=BankLine.OPEN, account__isnull=False
    )
    waiting = [line for line in lines.order_by("booked_on", "pk") if _names_stripe(line)]
    if not waiting:
        return 0
    payouts = _payouts().filter(currency=CURRENCY, amount__in={-line.amount for line in waiting})
    taken = set(
        BankLine.objects.filter(settles__in=[settles(one.subject) for one in payouts]).values_list(
            "settles", flat=True
        )
    )
    free = [one for one in payouts if settles(one.subject) not in taken]
    return sum(_note(line, free) for line in waiting)


def expect(line_id: int) -> None:
    """Note that a line is said to be a payout which is not known yet: `match` looks for it."""
    BankLine.objects.filter(pk=line_id).update(from_provider=True)


def candidates(line: BankLine) -> QuerySet[StripeTransaction]:
    """Return the payouts that a line may be and no other line is, the newest first.

    Those in đồng by their sum alone; those in another currency, of which the bank made đồng, by their day alone.
    """
    day = line.booked_on or timezone.localdate(line.received_at)
    near = Q(arrives_on=None) | Q(arrives_on__range=(day - LATE, day + EARLY))
    named = Concat(Value(settles("")), "subject", output_field=CharField())
    rows: QuerySet[Any] = _payouts().annotate(named=named)
    rows = rows.exclude(named__in=BankLine.objects.exclude(settles="").values("settles"))
    return rows.filter(Q(currency=CURRENCY, amount=-line.amount) | (near & ~Q(currency=CURRENCY))).order_by(
        "-created_at", "-pk"
    )


def _payouts() -> QuerySet[StripeTransaction]:
    """Return the payouts that did not come back."""
    back = StripeTransaction.objects.filter(kind__in=CAME_BACK).values("subject")
    return StripeTransaction.objects.filter(kind=PAYOUT).exclude(subject__in=back)


def _names_stripe(line: BankLine) -> bool:
    """Return whether the bank names Stripe, or staff said that it is from there."""
    texts = (line.memo, line.counterparty)
    return line.from_provider or any(
        NAME in re.split(r"[^A-Z]+", strip_marks(text).upper()) for text in texts
    )


def _note(seen: BankLine, payouts: list[StripeTransaction]) -> bool:
    payout = next((one for one in payouts if _fits(seen, one)), None)
    if payout is None:
        return False
    try:
        with transaction.atomic():
            line = known_money.note(line_id=seen.pk, settles=settles(payout.subject))
            signals.provider_payout_arrived.send(BankLine, line=line)
    except known_money.NotFree:
        return False
    payouts.remove(payout)
    return True


def _fits(line: BankLine, payout: StripeTransaction) -> bool:
    day, expected = line.booked_on, payout.arrives_on
    near = not (day and expected) or expected - EARLY <= day <= expected + LATE
    return line.amount == -payout.amount and near
