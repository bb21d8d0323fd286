"""What the ledger says of one payment: what is held, and what is left of each parcel."""

from dataclasses import dataclass, field
from decimal import Decimal

from shop.ledger.models import LedgerEntry
from shop.ledger.rates import commission
from shop.order.models import Parcel
from shop.payment.models import Payment

K = LedgerEntry.Kind
PARTS = (K.GOODS, K.SHIPPING, K.SURCHARGE)  # in which order a refund of unknown purpose takes


@dataclass
class Left:
    """What is left of one parcel after refunds, in đồng; `commission` is the hub's on it.

    `lines` is what was charged for each line less what went back on it, by the line's key.
    """

    parcel: Parcel
    lines: dict[int, Decimal] = field(init=False)
    parts: dict[LedgerEntry.Kind, Decimal] = field(default_factory=lambda: dict.fromkeys(PARTS, Decimal(0)))
    commission: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        self.lines = {line.pk: line.charged for line in self.parcel.lines.all()}

    @property
    def commission_due(self) -> Decimal:
        """Return the commission on the goods that are kept."""
        return commission(self.parcel, self.parts[K.GOODS], self.lines)

    @property
    def total(self) -> Decimal:
        """Return what may still go back of it."""
        return sum(self.parts.values(), Decimal(0))

    def note(self, kind: LedgerEntry.Kind, amount: Decimal, line: int | None) -> None:
        """Count a line of the ledger: a part of the parcel, or of one of its lines."""
        self.parts[kind] += amount
        if line in self.lines:
            self.lines[line] += amount

    def take(
        self, amount: Decimal, *, first: LedgerEntry.Kind, only: bool = False
    ) -> list[tuple[LedgerEntry.Kind, Decimal]]:
        """Take up to `amount`, from the part `first` on, and say what came of which part.

        Surplus beyond all parts is not taken; with `only`, no other part gives.
        """
        start = PARTS.index(first)
        taken = []
        for part in (first,) if only else (*PARTS[start:], *PARTS[:start]):
            piece = min(amount, max(Decimal(0), self.parts[part]))
            self.parts[part] -= piece
            amount -= piece
            taken.append((part, piece))
        return taken


def held(payment: Payment) -> Decimal:
    """Return what is held for a payment and nobody's yet."""
    return LedgerEntry.objects.filter(payment=payment, kind=K.HELD).total()


def left_of(payment: Payment) -> dict[int, Left]:
    """Return what is left of each parcel that `payment` paid, by the parcel's key, oldest first."""
    found: dict[int, Left] = {}
    entries = LedgerEntry.objects.filter(payment=payment, parcel__isnull=False)
    for entry in entries.select_related("parcel").prefetch_related("parcel__lines").order_by("parcel", "pk"):
        parcel = entry.parcel
        if parcel is None:
            continue
        own = found.setdefault(parcel.pk, Left(parcel))
        kind = K(entry.kind)
        if kind in own.parts:
            own.note(kind, entry.amount, entry.line_id)
        elif kind == K.COMMISSION and entry.partner_id is None:
            own.commission += entry.amount
    return found
