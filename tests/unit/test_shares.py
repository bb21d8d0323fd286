"""Parts of an amount add up to it."""

import random
from decimal import Decimal

import pytest

from shop.core.shares import shares


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (0, [5, 5], [0, 0]),
        (10, [0, 0, 0], [4, 3, 3]),
        (7, [0, 3], [0, 7]),
        (10, [1, 2, 4], [1, 3, 6]),  # the largest remainder is in the middle
        (10, [4, 2, 1], [6, 3, 1]),
        (11, [3, 3, 1], [5, 5, 1]),
        (2, [5, 3, 1, 3], [1, 1, 0, 0]),
        (5, [], []),
    ],
)
def test_known_cases(amount: int, weights: list[int], parts: list[int]) -> None:
    assert shares(Decimal(amount), [Decimal(weight) for weight in weights]) == parts


def test_random_cases_add_up_and_stay_near_their_share() -> None:
    chance = random.Random(2611)
    for _ in range(2000):
        weights = [Decimal(chance.randrange(0, 3_000_000)) for _ in range(chance.randrange(1, 9))]
        amount = Decimal(chance.randrange(0, 500_000))
        parts = shares(amount, weights)
        assert sum(parts) == amount
        total = sum(weights)
        if total:
            assert all(
                abs(part - amount * weight / total) < 1 for part, weight in zip(parts, weights, strict=True)
            )
