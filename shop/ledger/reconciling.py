"""The books of an account beside what its bank, or Stripe, says: by day, and what nobody has explained."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, Min, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce, TruncDate

from catalogue.formats import of_units, vnd
from shop.ledger.accounts import COSTS, is_explained
from shop.ledger.models import AccountEntry, OpeningBalance
from shop.payment.models import BankAccount, BankLine, StripeTransaction
from shop.payment.models.stripe_transaction import CURRENCY

ZERO = Decimal(0)
Sums = dict[date, tuple[Decimal, Decimal]]  # by day what came and what went, both above zero


@dataclass(frozen=True)
class Day:
    """One day of an account by our books and by the other side, in đồng."""

    day: date
    opening: Decimal
    money_in: Decimal
    money_out: Decimal
    told_opening: Decimal
    told_in: Decimal
    told_out: Decimal

    @property
    def closing(self) -> Decimal:
        """Return what is there at its end by our books."""
        return self.opening + self.money_in - self.money_out

    @property
    def told_closing(self) -> Decimal:
        """Return what is there at its end by the other side."""
        return self.told_opening + self.told_in - self.told_out

    @property
    def difference(self) -> Decimal:
        """Return by how much the other side has more than our books."""
        return self.told_closing - self.closing


@dataclass(frozen=True)
class Unexplained:
    """What stands on one side alone, in đồng or the smallest unit of `currency`; a line of the bank's has one.

    `key` names what it is about, as our books or Stripe do: "payout:12", "receipt-3", "pi_…".
    """

    day: date | None
    amount: Decimal
    words: str
    line: BankLine | None = None
    key: str = ""
    currency: str = ""  # of money that is not đồng
    is_ours: bool = False  # stands in our books alone

    @property
    def money(self) -> str:
        """Return the sum as the reader writes it."""
        return of_units(self.amount, self.currency) if self.currency else vnd(self.amount)

    @property
    def may_be_explained(self) -> bool:
        """Return whether staff may say what it was."""
        return self.line is not None and self.line.state in BankLine.OPEN and not is_explained(self.line)


def begin(account: BankAccount | None) -> tuple[date | None, Decimal]:
    """Return from which day an account is reconciled and what was there before; None: nothing has moved yet."""
    opening = OpeningBalance.objects.filter(account=account).first() if account else None
    if opening:
        return opening.day, opening.amount
    return AccountEntry.objects.filter(account=account).aggregate(day=Min("day"))["day"], ZERO


def days(account: BankAccount | None, first: date, last: date) -> list[Day]:
    """Return the days from `first` to `last` on which something moved, with what was there before each."""
    since, amount = begin(account)
    if since is None or since > last:
        return []
    ours, theirs = _by_day(_entries(account, since, last), "day"), _told(account, since, last)
    opening = amount + _total(ours, before=first)
    told_opening = amount + _total(theirs, before=first)
    found = []
    for day in sorted(day for day in ours.keys() | theirs.keys() if first <= day <= last):
        one = Day(day, opening, *ours.get(day, (ZERO, ZERO)), told_opening, *theirs.get(day, (ZERO, ZERO)))
        opening, told_opening = one.closing, one.told_closing
        found.append(one)
    return found


def unexplained(account: BankAccount | None, first: date, last: date) -> list[Unexplained]:
    """Return what moved from `first` to `last` on one side alone, the oldest first."""
    since, _amount = begin(account)
    first = max(first, since) if since else first
    entries = _entries(account, first, last)
    rows = _of_bank(account, entries, first, last) if account else _of_stripe(entries, first, last)
    return sorted(rows, key=lambda row: str(row.day or ""))


def lines_of(account: BankAccount) -> QuerySet[Any]:
    """Return the lines of an account that are no second word of another; `day` is the bank's, else ours.

    What may be a second word waits for a person and does not count until then.
    """
    twice = Q(state=BankLine.State.DUPLICATE) | Q(
        state=BankLine.State.WAITING, reason=BankLine.Reason.DUPLICATE
    )
    rows: QuerySet[Any] = BankLine.objects.filter(account=account).exclude(twice)
    return rows.annotate(day=Coalesce("booked_on", TruncDate("received_at")))


def _entries(account: BankAccount | None, since: date, last: date) -> QuerySet[Any]:
    return AccountEntry.objects.filter(account=account, day__gte=since, day__lte=last)


def _told(account: BankAccount | None, since: date, last: date) -> Sums:
    if account is None:
        rows = StripeTransaction.objects.filter(currency=CURRENCY)
        moved = rows.annotate(day=TruncDate("created_at"), moved=F("amount") - F("fee"))
        return _by_day(moved.filter(day__gte=since, day__lte=last), "day", "moved")
    out = Case(When(direction=BankLine.Direction.OUT, then=-F("amount")), default=F("amount"))
    return _by_day(lines_of(account).annotate(moved=out).filter(day__range=(since, last)), "day", "moved")


def _by_day(rows: QuerySet[Any], day: str, amount: str = "amount") -> Sums:
    sums = (
        rows.order_by()
        .values_list(day)
        .annotate(
            money_in=Sum(amount, filter=Q(**{f"{amount}__gt": 0}), default=ZERO),
            money_out=Sum(amount, filter=Q(**{f"{amount}__lt": 0}), default=ZERO),
        )
    )
    return {key: (came, -went) for key, came, went in sums}


def _total(sums: Sums, *, before: date) -> Decimal:
    return sum((came - went for day, (came, went) in sums.items() if day < before), ZERO)


def _of_bank(account: BankAccount, entries: QuerySet[Any], first: date, last: date) -> Iterator[Unexplained]:
    """Yield lines without an entry, and entries without a line."""
    lines = lines_of(account).filter(day__range=(first, last)).prefetch_related("entries")
    for line in lines:
        moved = line.amount if line.is_in else -line.amount
        known = sum((entry.amount for entry in line.entries.all()), ZERO)
        if moved != known and not line.settles and not line.refund_id:
            words = f"{line.get_state_display()}: {line.memo or line.counterparty or line.reference}"
            yield Unexplained(line.day, moved - known, words, line)
    alone = [entry for entry in entries if entry.line_id is None]
    subjects = {entry.subject for entry in alone}
    settled = set(BankLine.objects.filter(settles__in=subjects).values_list("settles", flat=True))
    refunds = [int(one.removeprefix("refund:")) for one in subjects if one.startswith("refund:")]
    given = BankLine.objects.filter(refund__in=refunds).values_list("refund", flat=True)
    yield from _alone(alone, settled | {f"refund:{pk}" for pk in given})


def _of_stripe(entries: QuerySet[Any], first: date, last: date) -> Iterator[Unexplained]:
    """Yield movements without an entry, those not in đồng, and entries without a movement."""
    rows: QuerySet[Any] = StripeTransaction.objects.annotate(day=TruncDate("created_at"))
    moves = list(rows.filter(day__gte=first, day__lte=last))
    ours = AccountEntry.objects.filter(account=None, subject__in={one.subject for one in moves} - {""})
    known = set(ours.exclude(kind=AccountEntry.Kind.FEE).values_list("subject", flat=True))
    for one in moves:
        if one.currency != CURRENCY:
            currency = one.currency.upper()
            yield Unexplained(one.day, one.amount - one.fee, str(one), key=one.subject, currency=currency)
        elif one.subject not in known and not one.is_payout and one.kind not in COSTS:
            yield Unexplained(one.day, one.amount, str(one), key=one.subject)
    own = [entry for entry in entries if entry.kind in {"received", "refund"}]
    told = StripeTransaction.objects.filter(subject__in={entry.subject for entry in own})
    yield from _alone(own, set(told.values_list("subject", flat=True)))


def _alone(entries: Iterable[AccountEntry], known: set[str]) -> Iterator[Unexplained]:
    """Yield entries that the other side does not know; one and its undoing are nothing together."""
    found: dict[str, list[AccountEntry]] = {}
    for entry in entries:
        if entry.subject not in known or not entry.subject:
            found.setdefault(entry.subject or entry.reference, []).append(entry)
    for rows in found.values():
        if amount := sum((entry.amount for entry in rows), ZERO):
            words, key = str(AccountEntry.Kind(rows[0].kind).label), rows[0].subject or rows[0].reference
            yield Unexplained(rows[0].day, amount, words, key=key, is_ours=True)
