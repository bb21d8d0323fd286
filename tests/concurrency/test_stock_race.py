"""Twenty buyers, three units: three sales on either database; Oscar's own code makes twenty."""

from collections import Counter
from typing import Any

import pytest

from tests.concurrency.race import race

pytestmark = pytest.mark.slow


def run(database_url: str, variant: str) -> dict[str, Any]:
    return race(scenario="tests.concurrency.buying", database_url=database_url, variant=variant)


def test_three_units_make_three_sales(database_url: str) -> None:
    result = run(database_url, "ours")
    assert Counter(result["answers"]) == {"bought": 3, "sold out": 17}
    assert result["outcome"] == [3]


def test_of_two_goods_a_buyer_gets_both_or_none(database_url: str) -> None:
    result = run(database_url, "two_lines")
    assert Counter(result["answers"]) == {"bought": 3, "sold out": 17}
    assert result["outcome"] == [3, 3]


def test_control_without_the_condition_everybody_buys(database_url: str) -> None:
    result = run(database_url, "oscars")
    assert Counter(result["answers"]) == {"bought": 20}
    assert result["outcome"] == [20]
