"""How much may still go back of a parcel and of one of its lines; read on the locked order.

What is on its way back counts as gone; what failed does not. No limit is above what was charged.
"""

from decimal import Decimal

from django.db.models import Sum

from shop.order.models import Line, Parcel
from shop.payment.models import Payment, Receipt
from shop.payment.models.refund import RefundQuerySet

ZERO = Decimal(0)


def of_parcel(parcel: Parcel, *, payment: Payment | None = None) -> Decimal:
    """Return what is left of a parcel's price in đồng, going by all refunds or by those of one payment."""
    return max(ZERO, parcel.charged - _refunds_of(parcel, payment).total())


def to_keep(parcel: Parcel) -> Decimal:
    """Return what is left of the price of what is sent: what was called off and not given back is the buyer's."""
    if parcel.is_cancelled:
        return ZERO
    owed = ZERO
    for line in parcel.lines.all():
        back = line.refunds.effective().filter(called_off=True).total()
        owed += max(ZERO, min(line.cancelled_amount - line.uncharged - back, of_line(line)))
    return max(ZERO, of_parcel(parcel) - owed)


def goods_of(parcel: Parcel, *, payment: Payment | None = None) -> Decimal:
    """Return what is left of its goods."""
    gone = _refunds_of(parcel, payment).aggregate(sum=Sum("goods"))["sum"] or ZERO
    return max(ZERO, parcel.charged_goods - gone)


def of_line(line: Line) -> Decimal:
    """Return what is left of a line's price: its own, and no more than is left of the parcel's goods."""
    if line.parcel is None:
        return ZERO
    own = line.charged - line.refunds.effective().total()
    return max(ZERO, min(own, goods_of(line.parcel), of_parcel(line.parcel)))


def units_of(line: Line) -> int:
    """Return how many units were neither called off nor given back."""
    given, _amount = _refunded_units(line)
    return max(0, line.units - given)


def unpaid_units(line: Line, *, returned: int) -> int:
    """Return of how many of the `returned` units that came back nothing was given back."""
    given, _amount = _refunded_units(line)
    return max(0, min(returned, line.units) - given)


def worth(line: Line, quantity: int) -> Decimal:
    """Return what the next `quantity` of those units are worth, as far as it is left.

    Units are called off from the line's front and given back from its end: whatever the steps and
    their order are, together they are worth the line's price (Line.price_of).
    """
    given, amount = _refunded_units(line)
    price = line.price_of(line.quantity) - line.price_of(line.quantity - given - quantity)
    return min(price - amount, of_line(line))


def _refunded_units(line: Line) -> tuple[int, Decimal]:
    """Return how many units went back, or will, that were not called off, and for how much."""
    rows = line.refunds.effective().filter(called_off=False, quantity__isnull=False)
    found = rows.aggregate(units=Sum("quantity"), sum=Sum("amount"))
    return found["units"] or 0, found["sum"] or ZERO


def has_money_of(parcel: Parcel, payment: Payment) -> bool:
    """Return whether a payment holds money of this parcel: cash does once the parcel is handed over."""
    cash = payment.receipts.filter(source=Receipt.Source.CASH)
    return not cash.exists() or cash.filter(reference=f"parcel-{parcel.pk}").exists()


def _refunds_of(parcel: Parcel, payment: Payment | None) -> RefundQuerySet:
    rows: RefundQuerySet = parcel.refunds.effective()
    return rows.filter(payment=payment) if payment else rows
