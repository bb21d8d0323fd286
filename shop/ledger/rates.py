"""Which commission goes with a sale, how much it is on what was kept of it, and what the hub pays for its offers."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from catalogue.models import Product
from shop.ledger.models import CategoryRate, OfferFunding
from shop.order.models import Line, Parcel
from shop.partner.models import Partner

PERCENT = 100


def category_rates() -> dict[str, Decimal]:
    """Return today's rates in percent by the tree path of their OCOP class."""
    return dict(CategoryRate.objects.values_list("category__path", "percent"))


def offers_of_hub() -> set[int]:
    """Return the keys of the offers whose discounts the hub pays for."""
    return set(OfferFunding.objects.filter(paid_by=OfferFunding.PaidBy.HUB).values_list("offer", flat=True))


def hub_discount(parcel: Parcel, kept: Decimal, lines: Mapping[int, Decimal]) -> Decimal:
    """Return what the hub pays its producer for its offers, on what is kept of a parcel's goods; whole đồng, half up.

    Each line's part shrinks with what was not charged for it or went back, of a line that its offers made free with
    its units; the arguments are those of `commission`.
    """
    base = sum(lines.values(), Decimal(0))
    part = Fraction(kept) / Fraction(base) if base else Fraction(1)
    due = sum((discount_share(line, parcel, lines[line.pk]) for line in parcel.lines.all()), Fraction(0))
    return whole(part * due)


def percent_for(product: Product, partner: Partner, rates: dict[str, Decimal]) -> Decimal:
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
    return whole(Fraction(kept) / Fraction(base) * due)


def whole(exact: Fraction) -> Decimal:
    """Round to whole đồng, half up."""
    amount = Decimal(exact.numerator) / Decimal(exact.denominator)
    return amount.quantize(Decimal(1), rounding=ROUND_HALF_UP)


def discount_share(line: Line, parcel: Parcel, left: Decimal) -> Fraction:
    """Return what the hub pays for its offers on what is left of a line, not rounded; of a free one by its units."""
    if price := Fraction(line.line_price_incl_tax):
        return Fraction(line.hub_discount) * Fraction(left) / price
    units = line.kept if parcel.is_wanted else 0
    return Fraction(line.hub_discount) * Fraction(units, line.quantity)


def _exact(line: Line, parcel: Parcel, left: Decimal) -> Fraction:
    rate = parcel.commission_percent if line.commission_percent is None else line.commission_percent
    return Fraction(left) * Fraction(rate) / PERCENT
