"""Which commission goes with a sale, and how much it is on what was kept of it."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from shop.ledger.models import CategoryRate
from shop.order.models import Parcel

PERCENT = 100


def category_rates() -> dict[str, Decimal]:
    """Return today's rates in percent by the tree path of their OCOP class."""
    return dict(CategoryRate.objects.values_list("category__path", "percent"))


def percent_for(product: Any, partner: Any, rates: dict[str, Decimal]) -> Decimal:
    """Return today's commission on `product` in percent, to be frozen on its order line.

    The nearest of its OCOP classes that has a rate decides, the highest where it is in several
    branches; without one the producer's own rate.

    Args:
        product: what is sold.
        partner: who sells it.
        rates: from `category_rates`, read once for an order.
    """
    if not rates:
        return Decimal(partner.commission_percent)
    found = []
    for path in product.main.categories.values_list("path", flat=True):
        above = [known for known in rates if path.startswith(known)]
        if above:
            found.append(rates[max(above, key=len)])
    return max(found) if found else Decimal(partner.commission_percent)


def commission(parcel: Parcel, kept: Decimal, lines: Mapping[int, Decimal]) -> Decimal:
    """Return the commission on what is kept of a parcel's goods, rounded to whole đồng, half up.

    Each line counts with what was charged for it less what went back on it, at its own frozen rate;
    what went back on no line is taken from all of them in proportion.

    Args:
        parcel: with its lines.
        kept: what the producer keeps of its goods, in đồng.
        lines: what is left of each line by its key; more than `kept` by what went back on no line.
    """
    base = sum(lines.values(), Decimal(0))
    if not base:
        return Decimal(0)
    due = sum((_exact(line, parcel, lines[line.pk]) for line in parcel.lines.all()), Fraction(0))
    share = Fraction(kept) / Fraction(base) * due
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    return exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)


def _exact(line: Any, parcel: Parcel, left: Decimal) -> Fraction:
    rate = parcel.commission_percent if line.commission_percent is None else line.commission_percent
    return Fraction(left) * Fraction(rate) / PERCENT
