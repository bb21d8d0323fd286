"""A long statement is taken once, however often the timers that take it are killed."""

import pytest

from tests.concurrency.race import race

pytestmark = pytest.mark.slow


def test_timer_killed_half_way_through_a_statement_goes_on(database_url: str) -> None:
    scenario = "tests.concurrency.statement_import"
    result = race(scenario=scenario, database_url=database_url, racers=1)
    assert result["answers"] == ["killed 2"]
    assert result["outcome"] == {
        "lines": 600,
        "receipts": 5,
        "refunds": 0,
        "orders": ["Placed"],
        "done": [True, 600, ""],
    }
