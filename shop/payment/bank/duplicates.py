r"""Duplicates: one transfer told under two numbers, by the bank's notice and by its statement.

Banks number a transfer differently in notice and statement (FT… and FT…\BNK, MBVCB.… and 5243.60937), services that
do not know the bank's number send their own. So a line is compared with those of the same account, direction, sum
and day, a day more or less, that came another way. Money for an order that the same sum has paid already is held
longer and more readily: booked by mistake, it is promised back. Two real transfers may look alike, too: elsewhere
each line stands for one other at most, and a person decides.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q

from shop.payment.bank import memo
from shop.payment.bank.transactions import SHORT, BankTransaction, plain, service_of
from shop.payment.models import BankLine, Payment

NEAR = timedelta(days=1)
WEEK = timedelta(days=7)  # what is sent before a weekend or a holiday is booked after it
SETTLED = frozenset({Payment.State.PAID, Payment.State.REVIEW})  # more money would be given back
NUMBER = re.compile(r"\d+")
DECIMALS = re.compile(r"(\d+)\.(\d+?)0+")
SURELY_HELD = 1  # up to this likeness a line may stand for several others


@dataclass(frozen=True)
class Likeness:
    """The stored line that a transaction may be; `sure` where no person need look."""

    line: BankLine
    sure: bool = False


def loosened(reference: str) -> str:
    r"""Return a reference without what banks and spreadsheets add or lose: FT12\BNK → FT12, 0052.10 → 52.1."""
    text = reference.upper().split("\\", 1)[0].strip()
    if found := DECIMALS.fullmatch(text):
        text = f"{found[1]}.{found[2]}"
    bare = plain(NUMBER.sub(lambda number: number[0].lstrip("0") or "0", text))
    return bare.lstrip("0") or bare


@dataclass
class Candidates:
    """Stored lines that transactions may be, and those that were told twice already: they stand for no other."""

    lines: list[BankLine] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)  # primary keys


def candidates(transactions: Sequence[BankTransaction]) -> Candidates:
    """Return the stored lines of one account that may be one of these; two queries, by index."""
    if not transactions:
        return Candidates()
    days = [transaction.booked_on for transaction in transactions if transaction.booked_on]
    near = Q(booked_on=None)
    if days:
        near |= Q(booked_on__gte=min(days) - WEEK, booked_on__lte=max(days) + WEEK)
    rows = BankLine.objects.filter(
        near if len(days) == len(transactions) else Q(),
        account_number=plain(transactions[0].account),
        amount__in={transaction.amount for transaction in transactions},
    )
    found = list(rows.select_related("payment__order").order_by("pk"))
    keys = [line.pk for line in found]
    taken = {again.same_as_id or 0 for again in BankLine.objects.filter(same_as__in=keys).only("same_as")}
    return Candidates(found, taken | {line.pk for line in found if line.same_as_id})


def find(
    transaction: BankTransaction,
    among: Candidates,
    *,
    source: str,
    statement: int | None,
    orders: Iterable[str],
) -> Likeness | None:
    """Return which of the lines the transaction may be, and note there that it stands for one.

    Args:
        transaction: what is told now, under a number that nobody has told of yet.
        among: what `candidates` found.
        source: who tells.
        statement: the key of the statement that it stands in.
        orders: the codes of orders that its memo names.
    """
    told = Telling(transaction, source, statement, frozenset(orders))
    alike = [
        (rank, line.pk in among.taken, line)
        for line in among.lines
        if (rank := told.likeness(line)) is not None and (rank <= SURELY_HELD or line.pk not in among.taken)
    ]
    if not alike:
        return None
    _rank, taken, best = min(alike, key=lambda found: found[:2])
    among.taken.add(best.pk)
    return Likeness(best, sure=not taken and told.is_without_doubt(best))


@dataclass(frozen=True)
class Telling:
    """A transaction as somebody tells it now: `statement` is the key of the one it stands in."""

    transaction: BankTransaction
    source: str
    statement: int | None
    orders: frozenset[str]

    def likeness(self, line: BankLine) -> int | None:
        """Return how much a line is like the transaction, 0 most; None: not at all."""
        one = self.transaction
        if (line.direction, line.amount) != (one.direction, one.amount):
            return None
        if self._has_its_reference(line):
            return 0
        if self._is_for_settled_order_of(line):
            return SURELY_HELD
        if self._is_within(NEAR, line) and self._came_another_way(line):
            return self._likeness_of_words(line)
        return None

    def _likeness_of_words(self, line: BankLine) -> int | None:
        one = self.transaction
        if line.memo_digest == memo.digest(one.memo):
            return SURELY_HELD + 1
        named = {line.payment.order.number} if line.payment else set()
        if self.orders & (named | {*memo.codes_in(line.memo), line.order_code}):
            return SURELY_HELD + 2
        return SURELY_HELD + 3 if line.memo and memo.say_the_same(line.memo, one.memo) else None

    def is_without_doubt(self, line: BankLine) -> bool:
        """Return whether a statement's row is a notice that came without the bank's number, to the word and day."""
        one = self.transaction
        told = line.source != BankLine.Source.STATEMENT and not line.reference
        same = line.memo_digest == memo.digest(one.memo) and line.booked_on == one.booked_on
        return self.source == BankLine.Source.STATEMENT and told and same

    def _is_within(self, span: timedelta, line: BankLine) -> bool:
        """Return whether the days agree, as far as they are known."""
        day = self.transaction.booked_on
        return not (day and line.booked_on) or abs(day - line.booked_on) <= span

    def _has_its_reference(self, line: BankLine) -> bool:
        """Return whether both have one reference; short ones begin anew each day."""
        reference = loosened(self.transaction.reference)
        if not reference or loosened(line.reference) != reference:
            return False
        return self._is_within(NEAR if SHORT.fullmatch(reference) else WEEK, line)

    def _is_for_settled_order_of(self, line: BankLine) -> bool:
        """Return whether the line has paid the order that is named, and nothing proves a second transfer."""
        if line.payment is None or line.payment.state not in SETTLED:
            return False
        named = line.payment.order.number in self.orders
        return named and self._is_within(WEEK, line) and not self._is_proven_another(line)

    def _is_proven_another(self, line: BankLine) -> bool:
        """Return whether both are rows of one statement, or notices with numbers of the bank's of one kind.

        A notice must differ in the service's own number and in its time, too.
        """
        one = self.transaction
        if line.source != self.source:
            return False
        if self.statement:
            return line.statement_id == self.statement
        if not one.reference or not line.reference or _kind(one.reference) != _kind(line.reference):
            return False
        return line.booked_at is not None and one.at != line.booked_at and not self._has_its_service_id(line)

    def _has_its_service_id(self, line: BankLine) -> bool:
        own = self.transaction.own_id
        return bool(own) and own in line.other_references

    def _came_another_way(self, line: BankLine) -> bool:
        """Return whether others told of the line, one came without the bank's number, or one notice came twice."""
        one = self.transaction
        if self._is_proven_another(line):
            return False
        if line.source != self.source or bool(line.reference) != bool(one.reference):
            return True
        told_by = {service_of(name) for name in line.other_references} - {""}
        if told_by and one.service_id and service_of(one.service_id) not in told_by:
            return True
        if self.statement:
            return not one.reference and line.statement_id != self.statement
        return line.is_in and self.source != BankLine.Source.STATEMENT and bool(one.reference)


def _kind(reference: str) -> str:
    """Return the letters of a reference: numbers of one kind share them."""
    return re.sub(r"\d", "", loosened(reference))
