"""The proof of the ledger: all its entries together are the money kept, in all and for each order.

The money kept is

    receipts − refunds that are done + differences that the hub bore (−) or kept (+)
    − cash that producers or their carriers have (their accounts are charged with it)
    + what producers paid in − what carriers kept as their fee − withheld tax that was paid to the tax office
    − Stripe's fees + other income − other costs of the hub's, as lines of the bank were explained
    − payouts that are paid.

The proof of cash: what was collected at the door is, to the đồng, what each holder has, what the hub
has, and what holders gave back to buyers, each by a refund that is done, and each producer is charged with what
it holds. The proof of withheld tax stands in shop.ledger.tax_proof.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum

from shop.ledger.accounts import COSTS
from shop.ledger.models import (
    AccountEntry,
    CashEntry,
    CashHolding,
    Holder,
    LedgerEntry,
    Payout,
    ProducerPayment,
    RemittanceLine,
    TaxPayment,
)
from shop.ledger.models.cash import CHARGED
from shop.ledger.tax_proof import wrong_taxes
from shop.order.models import Order
from shop.payment.models import Receipt, Refund, StripeTransaction
from shop.payment.models.stripe_transaction import CURRENCY

Sums = dict[Any, Decimal]
ZERO = Decimal(0)
K = LedgerEntry.Kind


@dataclass
class Cash:
    """Where the cash is that was collected at the door, in đồng; what the hub has came to it or was paid to it."""

    collected: Decimal = ZERO
    hub: Decimal = ZERO
    holders: dict[str, Decimal] = field(default_factory=dict)  # a value of Holder: in its hands
    given_back: Decimal = ZERO
    difference: Decimal = ZERO

    @property
    def missing(self) -> Decimal:
        """Return what was collected and is nowhere."""
        there = sum(self.holders.values(), ZERO) + self.hub + self.given_back
        return self.collected + self.difference - there


@dataclass
class Proof:
    """What the ledger says, what the receipts, refunds and payouts say, and where they differ; đồng."""

    ledger: Decimal
    kept: Decimal
    orders: dict[str, Decimal] = field(default_factory=dict)  # order number: ledger less money kept
    payouts: dict[int, Decimal] = field(default_factory=dict)  # paid payout: what does not add up
    cash: Cash = field(default_factory=Cash)
    parcels: dict[str, Decimal] = field(default_factory=dict)  # parcel: cash that does not add up
    taxes: dict[str, Decimal] = field(default_factory=dict)  # parcel: withheld tax that is off

    @property
    def holds(self) -> bool:
        """Return whether everything adds up."""
        wrong = self.orders or self.payouts or self.parcels or self.taxes or self.cash.missing
        return self.ledger == self.kept and not wrong

    def differences(self) -> list[str]:
        """Return what does not add up, a line for each, for the log and the command; sums in đồng."""
        found = [f"order {number}: {amount:+f}" for number, amount in self.orders.items()]
        found += [f"payout {pk}: {amount:+f}" for pk, amount in self.payouts.items()]
        found += [
            f"cash of parcel {parcel}: {amount:f} by its entries" for parcel, amount in self.parcels.items()
        ]
        found += [f"tax of parcel {parcel}: {amount:+f}" for parcel, amount in self.taxes.items()]
        if self.cash.missing:
            found.append(f"cash: {self.cash.missing:+f} of what was collected is nowhere")
        if self.ledger != self.kept:
            found.append(f"in all: the ledger has {self.ledger:f}, the money kept is {self.kept:f}")
        return found


def prove() -> Proof:
    """Add everything up, as of one moment."""
    with transaction.atomic():
        return _prove()


def _prove() -> Proof:
    entries = LedgerEntry.objects.all()
    paid_out = Payout.objects.filter(state=Payout.State.PAID)
    ledger, kept = _by(entries.exclude(kind=K.PAYOUT), "order"), _kept()
    off = {pk: ledger.get(pk, ZERO) - kept.get(pk, ZERO) for pk in ledger.keys() | kept.keys()}
    wrong = {pk: amount for pk, amount in off.items() if amount}
    numbers = dict(Order.objects.filter(pk__in=[pk for pk in wrong if pk]).values_list("pk", "number"))
    return Proof(
        ledger=entries.total(),
        kept=sum(kept.values(), ZERO) - (paid_out.aggregate(sum=Sum("total"))["sum"] or ZERO),
        orders={numbers.get(pk or 0, "-"): difference for pk, difference in wrong.items()},
        payouts=_wrong_payouts(paid_out),
        cash=_cash(),
        parcels=_wrong_cash(),
        taxes=wrong_taxes(),
    )


def _kept() -> Sums:
    """Return the money kept by order, from the rows that tell of it and not from the ledger."""
    cash = CashEntry.objects.all()
    kept = _by(Receipt.objects.all(), "payment__order")
    _add(kept, _by(cash.filter(kind=CashEntry.Kind.DIFFERENCE), "holding__parcel__order"))
    _add(kept, _by(Refund.objects.filter(state=Refund.State.DONE), "payment__order"), sign=-1)
    _add(kept, _by(cash.filter(holder__in=CHARGED), "holding__parcel__order"), sign=-1)
    booked = RemittanceLine.objects.filter(state=RemittanceLine.State.BOOKED).annotate(amount=F("fee"))
    _add(kept, _by(booked, "parcel__order"), sign=-1)
    paid_in = ProducerPayment.objects.filter(undone_at=None).aggregate(sum=Sum("amount"))["sum"] or ZERO
    tax_paid = TaxPayment.objects.all().total()
    return kept | {None: paid_in - tax_paid + _of_hub()}


def _of_hub() -> Decimal:
    """Return what the hub's own income and costs come to: what Stripe kept, and what staff explained of bank lines."""
    moved = StripeTransaction.objects.filter(currency=CURRENCY)
    fees = moved.aggregate(sum=Sum("fee"))["sum"] or ZERO
    costs = moved.filter(kind__in=COSTS).aggregate(sum=Sum("amount"))["sum"] or ZERO
    other = AccountEntry.objects.filter(kind=AccountEntry.Kind.OTHER).aggregate(sum=Sum("amount"))["sum"]
    return costs - fees + (other or ZERO)


def _cash() -> Cash:
    """Add up where the cash is; what was booked before holders were known is the hub's."""
    kinds = CashEntry.Kind
    receipts = Receipt.objects.filter(source=Receipt.Source.CASH)
    sums = _by(CashEntry.objects.all(), "kind")
    held = _by(CashEntry.objects.all(), "holder")
    unknown = receipts.filter(holding=None).aggregate(sum=Sum("amount"))["sum"] or ZERO
    return Cash(
        collected=receipts.aggregate(sum=Sum("amount"))["sum"] or ZERO,
        hub=unknown + held.pop(Holder.HUB.value, ZERO) - sums.get(kinds.REMITTED.value, ZERO),
        holders={holder: amount for holder, amount in held.items() if amount},
        given_back=-sum((sums.get(kind.value, ZERO) for kind in (kinds.RETURNED, kinds.UNCOLLECTED)), ZERO),
        difference=sums.get(kinds.DIFFERENCE.value, ZERO),
    )


def _wrong_cash() -> dict[str, Decimal]:
    """Return the parcels whose cash does not add up.

    It is not what was received, is below nothing, went back by no refund that is done, or is not charged to its
    producer.
    """
    entries = CashEntry.objects.all()
    off: Sums = {}
    _add(off, _by(entries.filter(kind=CashEntry.Kind.COLLECTED), "holding__parcel"))
    receipts = CashHolding.objects.annotate(amount=F("receipt__amount"))
    _add(off, _by(receipts, "parcel"), sign=-1)
    _add(off, _by(entries.filter(kind=CashEntry.Kind.MOVED), "holding__parcel"))
    wrong = {pk for pk, amount in off.items() if amount}
    left = _by(entries, "holding__parcel", "holder")
    wrong |= {pk for (pk, _holder), amount in left.items() if amount < 0}
    charged = _by(LedgerEntry.objects.filter(kind=K.CASH), "parcel")
    _add(charged, _by(entries.filter(holder__in=CHARGED), "holding__parcel"))
    wrong |= {pk for pk, amount in charged.items() if amount}
    wrong |= _wrong_refunds()
    holdings = CashHolding.objects.filter(parcel__in=wrong).select_related("parcel__order")
    return {str(holding.parcel): holding.in_hand for holding in holdings}


def _wrong_refunds() -> set[int]:
    """Return the parcels whose holder gave back what no refund says, or not what was never collected after all."""
    kinds = CashEntry.Kind
    entries = CashEntry.objects.filter(kind__in=[kinds.RETURNED, kinds.UNCOLLECTED])
    wrong = set(entries.filter(refund=None).values_list("holding__parcel", flat=True))
    taken = _by(entries.exclude(refund=None), "refund")
    told = Q(pk__in=taken) | Q(uncollected=True, parcel__cash_holding__isnull=False)
    done = Refund.objects.filter(told, state=Refund.State.DONE)
    for pk, parcel, amount in done.values_list("pk", "parcel", "amount"):
        if taken.pop(pk, ZERO) != -amount:
            wrong.add(parcel)
    undone = [pk for pk, amount in taken.items() if amount]
    return wrong | set(entries.filter(refund__in=undone).values_list("holding__parcel", flat=True))


def _add(to: Sums, more: Sums, *, sign: int = 1) -> None:
    for key, amount in more.items():
        to[key] = to.get(key, ZERO) + sign * amount


def _by(rows: QuerySet[Any], *names: str) -> Sums:
    """Return the sums of `amount` by the key `names`, by tuples where they are several."""
    found: Iterable[tuple[Any, ...]] = rows.order_by().values_list(*names).annotate(sum=Sum("amount"))
    return {key[0] if len(key) == 1 else tuple(key): amount for *key, amount in found}


def _wrong_payouts(paid: QuerySet[Payout]) -> dict[int, Decimal]:
    """Return the paid payouts whose entries, the payment among them, are not nothing together."""
    sums = _by(LedgerEntry.objects.filter(payout__in=paid), "payout")
    keys: Iterable[int] = paid.values_list("pk", flat=True)
    return {pk: sums.get(pk, ZERO) for pk in keys if pk not in sums or sums[pk]}
