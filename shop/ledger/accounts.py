"""The books of the hub's accounts: each event of money by bank or card enters the account it came into or left.

The functions of events run in the transaction of their event and may be called again: each is entered once,
by its reference. What no event tells of (cost of the hub's, cash that a carrier brought) is explained by staff
from the bank's line. shop.ledger.reconciling compares the books with what banks and Stripe say.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.core import locking
from shop.core.actors import SYSTEM, Actor
from shop.ledger.models import AccountEntry, BankLineLog, LedgerEntry, Payout
from shop.payment.bank import manual_matching, outgoing, stripe_payouts
from shop.payment.models import BankAccount, BankLine, Payment, Receipt, Refund, StripeTransaction
from shop.payment.models.stripe_transaction import CURRENCY

K = AccountEntry.Kind
S = BankLine.State
COSTS = frozenset({"stripe_fee", "network_cost", "stripe_fx_fee", "tax_fee"})  # movements that are only fees
MAX_NOTE = 300
CAUGHT_UP = timedelta(days=2)
EXPLAINED_IN = (K.PAID_IN, K.CASH, K.PROVIDER, K.OTHER)  # what our books know by itself: shop.ledger.joining
EXPLAINED_OUT = (K.TAX, K.OTHER)


class CannotExplain(Exception):
    """The line is explained already, or cannot be what was said; the message is for people."""


def received(receipt: Receipt) -> None:
    """A buyer's money came into an account at a bank or at Stripe; cash comes into none."""
    reference = f"receipt-{receipt.pk}"
    if receipt.source == Receipt.Source.CARD:
        facts: dict[str, Any] = {"day": _day(receipt.at), "subject": receipt.reference}
        _enter(reference, K.RECEIVED, receipt.amount, account=None, **facts)
    elif receipt.source == Receipt.Source.BANK:
        line = _line_of(receipt)
        if line:
            take_back(line)
        account, day = _where(line, _account_of(receipt.payment), receipt.at)
        if account:
            _enter(reference, K.RECEIVED, receipt.amount, account=account, day=day, line=line)


def refunded(refund: Refund) -> None:
    """A refund left: the card's from Stripe (a dispute's, too), a transfer from the bank; cash from neither."""
    reference = f"refund-{refund.pk}"
    if refund.uncollected:
        return
    if refund.way == Refund.Way.CARD:
        facts: dict[str, Any] = {"day": _day(refund.done_at), "subject": refund.reference}
        _enter(reference, K.REFUND, -refund.amount, account=None, **facts)
    elif refund.way == Refund.Way.BANK:
        line = refund.bank_lines.filter(account__isnull=False).first()
        account, day = _where(line, _account_of(refund.payment), refund.done_at)
        if account:
            subject = f"refund:{refund.pk}"
            _enter(reference, K.REFUND, -refund.amount, account=account, day=day, subject=subject)


def refund_reversed(refund: Refund) -> None:
    """A refund failed after it was done, or a dispute was won: the money is back where it left."""
    for entry in AccountEntry.objects.filter(reference=f"refund-{refund.pk}"):
        facts: dict[str, Any] = {
            "account": entry.account,
            "day": timezone.localdate(),
            "subject": entry.subject,
        }
        _enter(f"{entry.reference}-undone", K.REFUND, -entry.amount, **facts)


def paid_out(payout: Payout) -> None:
    """A producer was paid."""
    subject = f"payout:{payout.pk}"
    line = BankLine.objects.filter(settles=subject, account__isnull=False).first()
    account, day = _where(line, BankAccount.current(), payout.paid_at)
    if account:
        _enter(f"payout-{payout.pk}", K.PAYOUT, -payout.total, account=account, day=day, subject=subject)


def stripe_moved(transactions: Iterable[StripeTransaction]) -> None:
    """Movements at Stripe became known: their fees are the hub's cost, payouts go to its bank.

    What is not in đồng enters nothing and waits for a person (shop.ledger.reconciling).
    """
    account = BankAccount.current()
    for one in transactions:
        if one.currency != CURRENCY:
            continue
        reference, day = f"stripe-{one.reference}", _day(one.created_at)
        if fee := fee_of(one):
            _enter(f"{reference}.fee", K.FEE, -fee, account=None, day=day, subject=one.subject)
            _post(LedgerEntry.Kind.CARD_FEE, -fee, reference=f"{reference}.fee", note=one.kind)
        if one.is_payout:
            subject = stripe_payouts.settles(one.subject)
            _enter(f"{reference}.out", K.PROVIDER, one.amount, account=None, day=day, subject=subject)
            if account:
                facts: dict[str, Any] = {"account": account, "day": one.arrives_on or day, "subject": subject}
                _enter(f"{reference}.in", K.PROVIDER, -one.amount, **facts)


def came_from_stripe(line: BankLine, payout: StripeTransaction) -> None:
    """Staff named the payout of Stripe's that a line is: it leaves Stripe and comes to the bank, if it has not yet."""
    reference, subject = f"stripe-{payout.reference}", stripe_payouts.settles(payout.subject)
    facts: dict[str, Any] = {"subject": subject, "day": _day(payout.created_at)}
    _enter(f"{reference}.out", K.PROVIDER, -line.amount, account=None, **facts)
    account, day = _where(line, None, None)
    _enter(f"{reference}.in", K.PROVIDER, line.amount, account=account, day=day, subject=subject)


def catch_up() -> int:
    """Enter what the release before booked while it still served beside this one; return how many entries are new.

    Each event in a transaction of its own, its rows locked and read again.
    """
    before, since = AccountEntry.objects.count(), timezone.now() - CAUGHT_UP
    receipts = Receipt.objects.filter(at__gte=since).exclude(source=Receipt.Source.CASH)
    for pk in _without_entry("receipt", receipts):
        with transaction.atomic():
            receipt = receipts.select_related("payment").get(pk=pk)
            if line := _line_of(receipt):
                locking.bank_line(line.pk)
            locking.order(receipt.payment.order_id)
            received(receipt)
    refunds = Refund.objects.filter(state=Refund.State.DONE, done_at__gte=since)
    for pk in _without_entry("refund", refunds):
        with transaction.atomic():
            locking.order(Refund.objects.select_related("payment").get(pk=pk).payment.order_id)
            if refund := refunds.filter(pk=pk).first():  # it may have failed meanwhile
                refunded(refund)
    payouts = Payout.objects.filter(state=Payout.State.PAID, paid_at__gte=since)
    for pk in _without_entry("payout", payouts):
        with transaction.atomic():
            paid_out(locking.payout(pk))
    return AccountEntry.objects.count() - before


def fee_of(one: StripeTransaction) -> Decimal:
    """Return what Stripe kept of a movement, below zero what it gave back; of one that is a cost, all of it."""
    return one.fee - one.amount if one.kind in COSTS else one.fee


def explain(*, line_id: int, kind: AccountEntry.Kind, reason: str, by: Actor) -> AccountEntry:
    """Say what a line of the bank was that our books know nothing of; with OTHER it is the hub's income or cost.

    One transaction. A line that is booked on an order later is taken back then; so is one from Stripe (PROVIDER)
    when its payout, which was not known, becomes known.

    Raises:
        CannotExplain: it is explained or booked already, is of no account of the hub's, goes the other way, or may be a
            payout of Stripe's that is known.
    """
    with transaction.atomic():
        line = locking.bank_line(line_id)
        kinds = EXPLAINED_IN if line.is_in else EXPLAINED_OUT
        if line.account is None or line.state not in BankLine.OPEN or is_explained(line):
            raise CannotExplain(_("Khoản này đã được giải thích hoặc không ở tài khoản của sàn."))
        if kind not in kinds:
            raise CannotExplain(_("Loại này không hợp với chiều tiền."))
        if kind == K.PROVIDER and stripe_payouts.candidates(line).exists():
            raise CannotExplain(_("Hãy chọn đúng lần Stripe chuyển về trong danh sách."))
        times = line.entries.count()
        reference = f"line-{line.pk}-{times}"
        amount = line.amount if line.is_in else -line.amount
        day = line.booked_on or _day(line.received_at)
        entry = AccountEntry.objects.create(
            account=line.account,
            day=day,
            kind=kind,
            amount=amount,
            line=line,
            reference=reference,
            actor_name=by.name,
            note=reason[:MAX_NOTE],
        )
        _post_other_side(entry)
        _close(line, entry, reason, by)
        note_said(line, BankLineLog.Verb.EXPLAIN, kind.value, reason, by)
    return entry


def note_said(line: BankLine, verb: BankLineLog.Verb, what: str, reason: str, by: Actor) -> None:
    """Write into the log what staff said of a line."""
    BankLineLog.objects.create(
        line=line, verb=verb, what=what, reason=reason[:MAX_NOTE], actor=by.user, actor_name=by.name
    )


def is_explained(line: BankLine) -> bool:
    """Return whether entries of ours stand for all that a line of the bank moved."""
    return sum((entry.amount for entry in line.entries.all()), Decimal(0)) != 0


def explanation(line: BankLine) -> str:
    """Return what a line is by the words of staff, or that it is a payout of Stripe's; "" for any other."""
    if line.settles.startswith(stripe_payouts.settles("")):
        return f"{K.PROVIDER.label} {line.settles.partition(':')[2]}"
    told = [entry for entry in line.entries.all() if entry.kind != K.RECEIVED]
    if not sum(entry.amount for entry in told):
        return ""
    return f"{K(told[-1].kind).label}: {told[-1].note} ({told[-1].actor_name})"


def told_by_staff(line: BankLine) -> Decimal:
    """Return the sum of the entries by which staff explained a line and that nobody took back."""
    return sum((entry.amount for entry in _said(line)), Decimal(0))


def take_back(line: BankLine, *, by: Actor = SYSTEM, reason: str = "") -> None:
    """Undo what staff said of a line: it turned out to be an order's, or a payout of Stripe's, or they were wrong."""
    left = told_by_staff(line)
    if not left:
        return
    last = _said(line).latest("pk")
    entry = AccountEntry.objects.create(
        account=last.account,
        day=last.day,
        kind=last.kind,
        amount=-left,
        line=line,
        reference=f"{last.reference}-undone",
        actor_name=by.name,
        note=reason[:MAX_NOTE],
    )
    _post_other_side(entry)


def _said(line: BankLine) -> QuerySet[AccountEntry]:
    return line.entries.filter(reference__startswith=f"line-{line.pk}-").exclude(kind=K.RECEIVED)


def _close(line: BankLine, entry: AccountEntry, reason: str, by: Actor) -> None:
    """Let an explained line wait for nobody any more."""
    if line.state == S.RECORDED:
        outgoing.note_settled(line_id=line.pk, what=f"entry:{entry.pk}")
    elif line.state == S.WAITING:
        try:
            manual_matching.set_aside(line_id=line.pk, reason=reason, by=by)
        except manual_matching.CannotMatch as booked:  # by the release before, while it still serves
            raise CannotExplain(str(booked)) from booked
    if entry.kind == K.PROVIDER:
        stripe_payouts.expect(line.pk)


def _post_other_side(entry: AccountEntry) -> None:
    """Post where the money of an explained line, or of its taking back, came from or went."""
    if entry.kind == K.OTHER:
        reference, name = f"account-{entry.reference}", entry.actor_name
        _post(LedgerEntry.Kind.OTHER, entry.amount, reference=reference, note=entry.note, actor_name=name)
    elif entry.kind == K.PROVIDER:
        _enter(f"{entry.reference}.out", K.PROVIDER, -entry.amount, account=None, day=entry.day)


def _post(
    kind: LedgerEntry.Kind, amount: Decimal, *, reference: str, note: str, actor_name: str = ""
) -> None:
    """Let the hub bear a cost, or have an income."""
    name = actor_name or SYSTEM.name
    entry = LedgerEntry(kind=kind, amount=amount, reference=reference, note=note, actor_name=name)
    LedgerEntry.objects.bulk_create([entry], ignore_conflicts=True)


def _without_entry(name: str, events: QuerySet[Any]) -> list[int]:
    """Return the keys of the events that have entered no account yet."""
    keys = list(events.order_by("pk").values_list("pk", flat=True))
    known = AccountEntry.objects.filter(reference__in=[f"{name}-{pk}" for pk in keys])
    entered = set(known.values_list("reference", flat=True))
    return [pk for pk in keys if f"{name}-{pk}" not in entered]


def _line_of(receipt: Receipt) -> BankLine | None:
    """Return the bank's line that a receipt, or the part that it is, came by; None: not by a bank."""
    if receipt.source != Receipt.Source.BANK:
        return None
    keys = [receipt.reference, receipt.reference.rpartition("/")[0]]  # the line's, or that of a part of it
    return BankLine.objects.filter(key__in=keys, account__isnull=False).first()


def _account_of(payment: Payment) -> BankAccount | None:
    transfer = getattr(payment, "bank_transfer", None)
    return transfer.account if transfer else BankAccount.current()


def _where(
    line: BankLine | None, account: BankAccount | None, moment: datetime | None
) -> tuple[BankAccount | None, date]:
    """Return account and day of an event: those of the bank's line where it is known already."""
    if line is None:
        return account, _day(moment)
    return line.account, line.booked_on or _day(line.received_at)


def _day(moment: datetime | None) -> date:
    return timezone.localdate(moment)


def _enter(
    reference: str,
    kind: AccountEntry.Kind,
    amount: Decimal,
    *,
    account: BankAccount | None,
    day: date,
    subject: str = "",
    line: BankLine | None = None,
) -> None:
    entry = AccountEntry(
        account=account,
        day=day,
        kind=kind,
        amount=amount,
        reference=reference,
        subject=subject,
        line=line,
        actor_name=SYSTEM.name,
    )
    AccountEntry.objects.bulk_create([entry], ignore_conflicts=True)
