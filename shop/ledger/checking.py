"""The proof of the ledger: all its lines together are the money kept, in all and for each order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from shop.ledger.models import LedgerEntry, Payout
from shop.order.models import Order
from shop.payment.models import Receipt, Refund

Sums = dict[int | None, Decimal]
NOTHING = Decimal(0)


@dataclass
class Proof:
    """What the ledger says, what the receipts, refunds and payouts say, and where they differ; đồng."""

    ledger: Decimal
    kept: Decimal
    orders: dict[str, Decimal] = field(default_factory=dict)  # order number: ledger less money kept
    payouts: dict[int, Decimal] = field(default_factory=dict)  # paid payout: what does not add up

    @property
    def holds(self) -> bool:
        """Return whether everything adds up."""
        return self.ledger == self.kept and not self.orders and not self.payouts


def prove() -> Proof:
    """Add everything up, as of one moment."""
    with transaction.atomic():
        return _prove()


def _prove() -> Proof:
    entries = LedgerEntry.objects.all()
    done = Refund.objects.filter(state=Refund.State.DONE)
    paid_out = Payout.objects.filter(state=Payout.State.PAID)
    ledger = _by(entries.exclude(kind=LedgerEntry.Kind.PAYOUT), "order")
    kept = _by(Receipt.objects.all(), "payment__order")
    for order, amount in _by(done, "payment__order").items():
        kept[order] = kept.get(order, NOTHING) - amount
    off = {pk: ledger.get(pk, NOTHING) - kept.get(pk, NOTHING) for pk in ledger.keys() | kept.keys()}
    wrong = {pk: amount for pk, amount in off.items() if amount}
    numbers = dict(Order.objects.filter(pk__in=[pk for pk in wrong if pk]).values_list("pk", "number"))
    return Proof(
        ledger=entries.total(),
        kept=sum(kept.values(), NOTHING) - (paid_out.aggregate(sum=Sum("total"))["sum"] or NOTHING),
        orders={numbers.get(pk or 0, "-"): difference for pk, difference in wrong.items()},
        payouts=_wrong_payouts(paid_out),
    )


def _by(rows: Any, name: str) -> Sums:
    """Return the sums of `amount` by the key `name`."""
    found: Iterable[tuple[int | None, Decimal]] = (
        rows.order_by().values_list(name).annotate(sum=Sum("amount"))
    )
    return dict(found)


def _wrong_payouts(paid: Any) -> dict[int, Decimal]:
    """Return the paid payouts whose lines, the payment among them, are not nothing together."""
    sums = _by(LedgerEntry.objects.filter(payout__in=paid), "payout")
    keys: Iterable[int] = paid.values_list("pk", flat=True)
    return {pk: sums.get(pk, NOTHING) for pk in keys if pk not in sums or sums[pk]}
