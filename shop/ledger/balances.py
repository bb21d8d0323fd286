"""What the ledger says of one payment: what is held, and what is left of each parcel."""

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from shop.ledger import withholding
from shop.ledger.models import LedgerEntry
from shop.ledger.rates import commission, hub_discount
from shop.order.models import Parcel
from shop.payment.models import Payment

K = LedgerEntry.Kind


class Part(NamedTuple):
    """A part of a parcel's money: what for, and whether it is the hub's; else its producer's."""

    kind: LedgerEntry.Kind
    hub: bool = False


GOODS, SHIPPING = Part(K.GOODS), Part(K.SHIPPING)
HUB_SHIPPING, SURCHARGE = Part(K.SHIPPING, hub=True), Part(K.SURCHARGE, hub=True)
TAXES = (K.TAX_VAT, K.TAX_PIT)
WITH_PARCELS = ("parcel__lines", "parcel__withholding")
PARTS = (GOODS, SHIPPING, HUB_SHIPPING, SURCHARGE)  # in which order a refund of unknown purpose takes


@dataclass
class ParcelBalance:
    """What is left of one parcel's money after refunds, in đồng; `commission` is the hub's on it.

    `lines` is what was charged for each order line less what was refunded on it, by the line's key.
    """

    parcel: Parcel
    lines: dict[int, Decimal] = field(init=False)
    parts: dict[Part, Decimal] = field(default_factory=lambda: dict.fromkeys(PARTS, Decimal(0)))
    commission: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)  # what the hub pays the producer for its offers
    taxes: dict[LedgerEntry.Kind, Decimal] = field(default_factory=dict)  # withheld from the producer

    def __post_init__(self) -> None:
        self.lines = {line.pk: line.charged for line in self.parcel.lines.all()}

    @property
    def commission_due(self) -> Decimal:
        """Return the commission on the goods that are kept."""
        return commission(self.parcel, self.parts[GOODS], self.lines)

    @property
    def discount_due(self) -> Decimal:
        """Return what the hub pays for its offers on the goods that are kept."""
        return hub_discount(self.parcel, self.parts[GOODS], self.lines)

    @property
    def taxes_due(self) -> dict[LedgerEntry.Kind, Decimal]:
        """Return the taxes to withhold on what the producer keeps."""
        parts = {"goods": self.parts[GOODS], "shipping": self.parts[SHIPPING]}
        return withholding.due(self.parcel, lines=self.lines, **parts)

    @property
    def total(self) -> Decimal:
        """Return what may still go back of it."""
        return sum(self.parts.values(), Decimal(0))

    def apply(self, part: Part, amount: Decimal, line: int | None) -> None:
        """Count a ledger entry: for a part of the parcel, or for one of its order lines."""
        self.parts[part] += amount
        if line in self.lines:
            self.lines[line] += amount

    def take(self, amount: Decimal, *, first: Part, only: bool = False) -> list[tuple[Part, Decimal]]:
        """Take up to `amount`, from the part `first` on, and return how much from which part.

        Surplus beyond all parts is not taken; with `only`, no other part gives.
        """
        start = PARTS.index(first)
        portions = []
        for part in (first,) if only else (*PARTS[start:], *PARTS[:start]):
            piece = min(amount, max(Decimal(0), self.parts[part]))
            self.parts[part] -= piece
            amount -= piece
            portions.append((part, piece))
        return portions


def held(payment: Payment) -> Decimal:
    """Return what is held for a payment and nobody's yet."""
    return LedgerEntry.objects.filter(payment=payment, kind=K.HELD).total()


def parcel_balances(payment: Payment) -> dict[int, ParcelBalance]:
    """Return what is left of each parcel that `payment` paid, by the parcel's key, oldest first."""
    return {balance.parcel.pk: balance for balance in balances_of([payment.pk])}


def balances_of(payments: Collection[int]) -> list[ParcelBalance]:
    """Return what is left of each parcel that these payments, named by their keys, paid, oldest first."""
    found: dict[tuple[int, int | None], ParcelBalance] = {}
    entries = LedgerEntry.objects.filter(payment__in=payments, parcel__isnull=False)
    for entry in entries.select_related("parcel").prefetch_related(*WITH_PARCELS).order_by("parcel", "pk"):
        parcel = entry.parcel
        if parcel is None:
            continue
        balance = found.setdefault((parcel.pk, entry.payment_id), ParcelBalance(parcel))
        part = Part(K(entry.kind), hub=entry.partner_id is None)
        if part in balance.parts:
            balance.apply(part, entry.amount, entry.line_id)
        elif part == Part(K.COMMISSION, hub=True):
            balance.commission += entry.amount
        elif part == Part(K.DISCOUNT):
            balance.discount += entry.amount
        elif part.hub and part.kind in TAXES:
            balance.taxes[part.kind] = balance.taxes.get(part.kind, Decimal(0)) + entry.amount
    return list(found.values())
