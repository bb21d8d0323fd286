"""What a carrier's list comes to, and whether the bank has seen that sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from shop.ledger.remittances.reading import Row
from shop.payment.models import BankLine

ZERO = Decimal(0)
BEFORE, AFTER = (
    timedelta(days=14),
    timedelta(days=31),
)  # of the day a list was handed in, its transfer may be booked
SHOWN = 3


@dataclass(frozen=True)
class Totals:
    """Sums of a list in đồng: `told` is the carrier's own column of what it pays, None without one."""

    count: int
    collected: Decimal
    fees: Decimal
    told: Decimal | None
    differs: bool  # what the carrier tells of some rows is not their cash less their fees

    @property
    def due(self) -> Decimal:
        """Return what the carrier is to transfer."""
        return self.collected - self.fees


def totals(rows: Sequence[Row]) -> Totals:
    """Add a list up."""
    told = [row for row in rows if row.net is not None]
    net = sum((row.net or ZERO for row in told), ZERO)
    return Totals(
        count=len(rows),
        collected=sum((row.collected or ZERO for row in rows), ZERO),
        fees=sum((row.fee for row in rows), ZERO),
        told=net if told else None,
        differs=net != sum(((row.collected or ZERO) - row.fee for row in told), ZERO),
    )


def at_bank(found: Totals, day: date) -> list[BankLine]:
    """Return money that came in around `day`, is no order's and is just what a list comes to, the latest first."""
    sums = {amount for amount in (found.due, found.told) if amount and amount > 0}
    lines = BankLine.objects.filter(
        direction=BankLine.Direction.IN, amount__in=sums, booked_on__range=(day - BEFORE, day + AFTER)
    )
    return list(lines.exclude(state=BankLine.State.MATCHED).order_by("-booked_on", "-pk")[:SHOWN])
