"""The same money told twice at once is booked once; of several staff one decides."""

from collections import Counter
from typing import Any

import pytest

from tests.concurrency.race import race

pytestmark = pytest.mark.slow


def run(database_url: str, variant: str, racers: int) -> dict[str, Any]:
    scenario = "tests.concurrency.bank_lines"
    return race(scenario=scenario, database_url=database_url, variant=variant, racers=racers)


def test_line_by_notification_and_statement_at_once_is_booked_once(database_url: str) -> None:
    result = run(database_url, "same_line", 8)
    assert Counter(result["answers"]) == {"200": 4, "confirmed": 4}
    assert result["outcome"] == {
        "receipts": 1,
        "lines": 1,
        "states": ["paid", "pending"],
        "orders": ["Placed", "Pending payment"],
        "mails": 1,
    }


def test_of_several_staff_one_decides(database_url: str) -> None:
    result = run(database_url, "two_staff", 6)
    assert Counter(result["answers"]) == {"done": 1, "too late": 5}
    outcome = result["outcome"]
    assert outcome["lines"] == 1
    assert sorted(outcome["states"]) in (["paid", "pending"], ["pending", "pending"])
    assert outcome["receipts"] == outcome["mails"] == outcome["states"].count("paid")
