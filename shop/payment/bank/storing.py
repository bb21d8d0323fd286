"""Bank lines are stored: once each, however often and by whom they are told, with what is known of them at once.

Many are stored together, so that a statement of thousands of rows costs a few queries a hundred. An account is
locked meanwhile: one transfer told by two sources at the same moment must see itself.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from django.db import IntegrityError, transaction

from shop.core import locking
from shop.order.models import Order
from shop.payment import signals
from shop.payment.bank import deciding, duplicates, memo, outgoing
from shop.payment.bank.transactions import MAX_KEY, BankTransaction, plain, service_of
from shop.payment.models import BankAccount, BankLine, Refund

logger = logging.getLogger(__name__)
TRIES = 3
S = BankLine.State


@dataclass
class Stored:
    """What became of transactions: `lines` are new, `known` were told before."""

    lines: list[BankLine] = field(default_factory=list)
    known: list[BankLine] = field(default_factory=list)


@dataclass
class Known:
    """What the database says about a batch of transactions of one account."""

    accounts: Sequence[BankAccount]
    keys: dict[str, BankLine]
    own_ids: dict[str, BankLine]  # by the service's number of the transaction
    alike: duplicates.Candidates
    orders: frozenset[str]
    refunds: list[Refund]
    source: str
    statement: int | None

    def orders_in(self, one: BankTransaction) -> list[str]:
        """Return the codes of orders that a transaction names."""
        return [code for code in codes_of(one) if code in self.orders]


def store(
    transactions: Iterable[BankTransaction], *, source: BankLine.Source, statement: int | None = None
) -> Stored:
    """Keep what was told; what is known is left as it is.

    Args:
        transactions: of any accounts.
        source: who tells.
        statement: the key of the statement they stand in.
    """
    found = Stored()
    ours = _by_our_accounts(list(transactions))
    for _number, group in groupby(ours, key=lambda one: plain(one.account)):
        for batch in _batches(list(group), source):
            one = _store_batch(batch, source, statement)
            found.lines += one.lines
            found.known += one.known
    going = [line for line in found.lines if line.state == S.RECORDED]
    if going:
        signals.money_out_recorded.send(BankLine, lines=going)
    waiting = [line.key for line in found.lines if line.state == S.WAITING]
    if waiting:
        logger.warning("%d lines of the bank wait for staff, the first is %s", len(waiting), waiting[0])
    return found


def look_up(batch: Sequence[BankTransaction], *, source: str, statement: int | None) -> Known:
    """Read what is known of transactions of one account; seven queries, whatever their number."""
    number = plain(batch[0].account)
    codes = {code for one in batch for code in codes_of(one)}
    keys = [one.key for one in batch]
    keys += [_conflicting(one, by_words=by_words) for one in batch for by_words in (False, True)]
    orders = Order.objects.filter(number__in=codes).values_list("number", flat=True) if codes else []
    known = {line.key: line for line in BankLine.objects.filter(key__in=keys)}
    new = [one for one in batch if one.key not in known]
    return Known(
        accounts=list(BankAccount.objects.filter(number=number).order_by("pk")),
        keys=known,
        own_ids=_by_own_id(number, new),
        alike=duplicates.candidates(new),
        orders=frozenset(orders),
        refunds=outgoing.refunds_for(batch, codes),
        source=source,
        statement=statement,
    )


def judge(one: BankTransaction, known: Known) -> BankLine:
    """Return the line that a transaction becomes, not saved: known already (it has a key), or new with its state."""
    if (
        (line := known.keys.get(one.key))
        and line.amount == one.amount
        and not _is_another(one, line, known.source)
    ):
        return line
    conflict = line is not None
    key = _conflicting(one, by_words=line.amount == one.amount) if line else one.key
    if again := known.keys.get(key):
        return again
    line = _line(one, key, known)
    _decide(line, one, known, conflict=conflict)
    if line.state not in {S.NEW, S.WAITING}:
        line.handled_at = line.received_at
    known.keys[key] = line
    return line


def _by_our_accounts(told: list[BankTransaction]) -> list[BankTransaction]:
    """Return the transactions by account: the virtual one where that, and not the one behind it, is the hub's.

    A statement is of the hub's account; key, lock and comparison with it need the same number in a notice.
    """
    numbers = {plain(name) for one in told for name in (one.account, *one.virtual_accounts)}
    ours = set(BankAccount.objects.filter(number__in=numbers).values_list("number", flat=True))
    found = []
    for one in told:
        names = map(plain, (one.account, *one.virtual_accounts))
        found.append(replace(one, account=next((name for name in names if name in ours), one.account)))
    return sorted(found, key=lambda one: plain(one.account))


def _by_own_id(number: str, batch: Sequence[BankTransaction]) -> dict[str, BankLine]:
    """Return the lines of an account that a service has told of under the numbers of these, the first of each."""
    own = {one.own_id for one in batch} - {""}
    lines = BankLine.objects.filter(account_number=number[:40], service_id__in=own) if own else []
    return {line.service_id: line for line in sorted(lines, key=lambda line: line.pk, reverse=True)}


def codes_of(one: BankTransaction) -> list[str]:
    """Return everything that could be an order's code in a transaction."""
    return deciding.codes_named(one.code, one.memo)


def _batches(told: list[BankTransaction], source: str) -> list[list[BankTransaction]]:
    """Return what is stored together: notices of one sum apart, so that each sees those before it."""
    if source == BankLine.Source.STATEMENT:
        return [told]
    found: list[list[BankTransaction]] = []
    count: Counter[tuple[str, object]] = Counter()
    for one in told:
        place = count[one.direction, one.amount]
        count[one.direction, one.amount] += 1
        if place == len(found):
            found.append([])
        found[place].append(one)
    return found


def _store_batch(batch: list[BankTransaction], source: str, statement: int | None) -> Stored:
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                return _write(batch, source, statement)
        except IntegrityError:  # another process stored one of them meanwhile: now it is known
            if attempt == TRIES:
                raise
    raise AssertionError


def _write(batch: list[BankTransaction], source: str, statement: int | None) -> Stored:
    locking.bank_accounts(plain(batch[0].account))
    known = look_up(batch, source=source, statement=statement)
    found = Stored()
    for one in batch:
        line = judge(one, known)
        is_new = line.pk is None and line not in found.lines
        (found.lines if is_new else found.known).append(line)
    BankLine.objects.bulk_create(found.lines)
    return found


def _decide(line: BankLine, one: BankTransaction, known: Known, *, conflict: bool) -> None:
    """Look for what a new line may be, which no other line of the batch is then, and give it its state."""
    orders = known.orders_in(one)
    told = known.own_ids.get(one.own_id)
    same = refund = None
    if told and (told.direction, told.amount) == (one.direction, one.amount):
        same = duplicates.Likeness(told)
    elif not ((conflict or told) and line.is_in):
        same = duplicates.find(
            one, known.alike, source=known.source, statement=known.statement, orders=orders
        )
    if not line.is_in and not same:
        refund = outgoing.find_refund(one, known.refunds)
    deciding.decide(
        line,
        orders=orders,
        conflict=not same and (conflict or told is not None),
        same=same,
        refund=refund,
        impossible_day=one.impossible_day,
    )


def _line(one: BankTransaction, key: str, known: Known) -> BankLine:
    """Return a new line of a transaction, its fields cut to what columns hold."""
    has_time = one.at is not None and bool(one.at.hour or one.at.minute or one.at.second)
    return BankLine(
        account=next(iter(known.accounts), None),
        account_number=plain(one.account)[:40],
        direction=one.direction,
        amount=one.amount,
        booked_on=one.booked_on,
        booked_at=one.at if has_time else None,
        key=key,
        reference=one.reference[:120],
        other_references=[name[:120] for name in (*one.other_references, one.service_id) if name],
        service_id=one.own_id,
        memo=one.memo[:500],
        memo_digest=memo.digest(one.memo),
        order_code=plain(one.code)[:40],
        counterparty=" ".join(f"{one.name} {one.payer_account}".split())[:120],
        source=known.source,
        statement_id=known.statement,
    )


def _is_another(one: BankTransaction, line: BankLine, source: str) -> bool:
    """Return whether a transaction is another than the line that has its number and sum.

    A row that shares its number with others of its statement is, and a notice that its service has numbered anew,
    if the words are others.
    """
    if not one.shares_number:
        ids = {one.own_id, line.service_id} - {""}
        numbered_anew = len(ids) > 1 and len(set(map(service_of, ids))) == 1 and line.source == source
        return numbered_anew and line.memo_digest != memo.digest(one.memo)
    codes = {plain(one.code)[:40], line.order_code} - {""}
    return bool(one.ordinal) or line.memo_digest != memo.digest(one.memo) or len(codes) > 1


def _conflicting(one: BankTransaction, *, by_words: bool) -> str:
    """Return the key of a transaction whose number another sum has, or other words with the same sum."""
    tail = f"#{one.amount:.0f}"
    if by_words or one.shares_number:
        tail += f"#{one.words_digest[:16]}{one.ordinal or ''}"
    return one.key[: MAX_KEY - max(20, len(tail))] + tail
