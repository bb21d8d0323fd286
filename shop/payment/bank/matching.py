"""Bank lines are booked on the order that they pay; what fits none waits for staff (deciding.py).

A line's lock comes before the order's (docs/locking.md), so that the same line, reported twice or opened by two
people, is handled once.
"""

import logging
from collections.abc import Iterable

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat, Right
from django.utils import timezone

from shop.core import locking
from shop.core.actors import BANK, Actor
from shop.payment import settling
from shop.payment.bank import deciding
from shop.payment.bank.storing import Stored, store
from shop.payment.bank.transactions import MAX_KEY, BankTransaction
from shop.payment.models import BankLine, BankLinePart, Payment, Receipt
from shop.payment.providers.base import Incoming, PaymentReport

logger = logging.getLogger(__name__)
S = BankLine.State


def take(
    transactions: Iterable[BankTransaction], *, source: BankLine.Source, statement: int | None = None
) -> Stored:
    """Store what was told, and book what names an order; a line that cannot be booked now is the timer's."""
    found = store(transactions, source=source, statement=statement)
    for line in [*found.lines, *found.known]:
        if line.state == S.NEW:
            _match_or_log(line.pk)
    return found


def match(pk: int) -> BankLine:
    """Book a new line on the order that its memo names, and settle; otherwise note why it waits."""
    with transaction.atomic():
        line = locking.bank_line(pk)
        if line.state != S.NEW:
            return line
        found = deciding.payment_for(line)
        if isinstance(found, Payment):
            book(line, found, by=BANK)
        else:
            _wait(line, found)
    return line


def match_new() -> int:
    """Match what a crash left between storing and matching, or splitting and settling; return how many."""
    keys = BankLine.objects.filter(state=S.NEW).order_by("pk").values_list("pk", flat=True)
    return sum(_match_or_log(pk) for pk in list(keys)) + settle_parts(_parts_left())


def book(line: BankLine, payment: Payment, *, by: Actor) -> None:
    """Book a locked line on a payment: the receipt and all that follows, in the caller's transaction."""
    line.move_to(S.MATCHED)
    line.payment, line.handled_at, line.reason, line.note = payment, timezone.now(), "", ""
    line.save(update_fields=["state", "payment", "handled_at", "reason", "note", "handled_by"])
    settling.settle(payment_id=payment.pk, report=PaymentReport(incoming=(incoming(line),), open=True), by=by)


def settle_parts(parts: Iterable[BankLinePart], *, by: Actor | None = None) -> int:
    """Settle what orders got of transfers that were split; return of how many.

    Each in a transaction of its own: an order's locks, down to the stock, are never taken behind another's. What
    cannot be settled now is the timer's.
    """
    return sum(_settle_or_log(part, by or Actor(name=part.line.handled_by)) for part in parts)


def incoming(line: BankLine | BankLinePart) -> Incoming:
    """Return the money of a stored line, or of the part of one that a payment got."""
    return Incoming(Receipt.Source.BANK.value, line.key, line.amount)


def money_of(payment: Payment) -> list[Incoming]:
    """Return all money that bank lines brought to a payment."""
    parts = BankLinePart.objects.filter(payment=payment).select_related("line")
    lines = BankLine.objects.filter(payment=payment).order_by("pk")
    return [*map(incoming, lines), *map(incoming, parts)]


def _wait(line: BankLine, why: BankLine.Reason) -> None:
    line.move_to(S.WAITING)
    line.reason = why
    line.save(update_fields=["state", "reason"])
    logger.warning("The bank's line %s waits for staff: %s", line.key, why.value)


def _parts_left() -> list[BankLinePart]:
    """Return the parts that were not settled when their line was split."""
    key = Right(Concat("line__key", Value("/"), Cast("payment_id", CharField())), MAX_KEY)  # BankLinePart.key
    booked = Receipt.objects.filter(source=Receipt.Source.BANK, reference=OuterRef("receipt"))
    parts = BankLinePart.objects.annotate(receipt=key).filter(~Exists(booked))
    return list(parts.select_related("line").order_by("pk"))


def _settle_or_log(part: BankLinePart, by: Actor) -> bool:
    report = PaymentReport(incoming=(incoming(part),), open=True)
    try:
        settling.settle(payment_id=part.payment_id, report=report, by=by)
    except Exception:  # the part is kept: the timer comes back to it
        logger.exception("The part %s of a bank line cannot be settled yet", part.key)
        return False
    return True


def _match_or_log(pk: int) -> bool:
    try:
        match(pk)
    except Exception:  # it is stored: the timer comes back to it
        logger.exception("The bank's line %s cannot be matched yet", pk)
        return False
    return True
