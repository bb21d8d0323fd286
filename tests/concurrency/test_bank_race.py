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
        "waiting": [],
        "states": ["paid", "pending"],
        "orders": ["Placed", "Pending payment"],
        "mails": 1,
    }


def test_one_transfer_under_two_numbers_told_at_once_is_booked_once(database_url: str) -> None:
    result = run(database_url, "two_numbers", 8)
    assert Counter(result["answers"]) == {"200": 4, "confirmed": 4}
    outcome = result["outcome"]
    assert (outcome["receipts"], outcome["states"], outcome["waiting"]) == (1, ["paid", "pending"], ["twice"])


def test_of_several_staff_one_decides(database_url: str) -> None:
    result = run(database_url, "two_staff", 6)
    assert Counter(result["answers"]) == {"done": 1, "too late": 5}
    outcome = result["outcome"]
    assert outcome["lines"] == 1
    assert sorted(outcome["states"]) in (["paid", "pending"], ["pending", "pending"])
    assert outcome["receipts"] == outcome["mails"] == outcome["states"].count("paid")


SPLIT = "tests.concurrency.splitting"
DONE = [4, ["Placed"] * 4, ["matched", "matched"]]


def test_two_splits_that_need_each_others_goods_do_not_wait_in_a_circle(database_url: str) -> None:
    result = race(scenario=SPLIT, database_url=database_url, variant="one_by_one", racers=2)
    assert result == {
        "answers": ["split", "split"],
        "outcome": {"at_once": DONE, "job": 0, "in_the_end": DONE},
    }


def test_control_splits_that_settle_in_one_transaction_wait_in_a_circle(database_url: str) -> None:
    result = race(scenario=SPLIT, database_url=database_url, variant="at_once", racers=2)
    if database_url.startswith("sqlite"):  # one lock for all writes: the second split waits for the first
        assert (result["answers"], result["outcome"]["at_once"]) == (["split", "split"], DONE)
    else:
        assert result["answers"] == ["deadlock", "split"]
        assert result["outcome"]["at_once"][2] == ["matched", "waiting"]


def test_timer_settles_what_a_killed_split_has_left(database_url: str) -> None:
    result = race(scenario=SPLIT, database_url=database_url, variant="crash", racers=2)
    half = [2, ["Expired", "Expired", "Placed", "Placed"], ["matched", "matched"]]
    assert result == {
        "answers": ["died 1", "died 1"],
        "outcome": {"at_once": half, "job": 2, "in_the_end": DONE},
    }
