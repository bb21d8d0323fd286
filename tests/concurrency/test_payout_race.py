"""A producer is paid once, a carrier's line booked on one parcel, however many staff press: with real processes."""

import pytest

from tests.concurrency import naming_parcels
from tests.concurrency.race import race

SCENARIO = "tests.concurrency.paying_out"
NAMING = naming_parcels.__name__
pytestmark = pytest.mark.slow


def test_eight_runs_make_one_payout(database_url: str) -> None:
    result = race(scenario=SCENARIO, database_url=database_url, variant="run", racers=8)
    assert sorted(result["answers"]) == ["made 0"] * 7 + ["made 1"]
    assert result["outcome"] == {"payouts": [["open", 50_000, 1]], "lines": 0, "holds": True}


def test_eight_transfers_are_noted_once(database_url: str) -> None:
    result = race(scenario=SCENARIO, database_url=database_url, variant="pay", racers=8)
    assert sorted(result["answers"]) == ["paid"] + ["too late"] * 7
    assert result["outcome"] == {"payouts": [["paid", 50_000, 2]], "lines": 1, "holds": True}


def test_control_without_the_lock_only_the_unique_reference_stops_them(database_url: str) -> None:
    result = race(scenario=SCENARIO, database_url=database_url, variant="pay_unlocked", racers=8)
    assert sorted(result["answers"]) == ["IntegrityError"] * 7 + ["paid"]
    assert result["outcome"]["lines"] == 1


def test_paying_and_discarding_never_both_win(database_url: str) -> None:
    result = race(scenario=SCENARIO, database_url=database_url, variant="discard", racers=8)
    assert sorted(result["answers"]) in (["discarded"] + ["too late"] * 7, ["paid"] + ["too late"] * 7)
    assert result["outcome"] in (
        {"payouts": [], "lines": 0, "holds": True},
        {"payouts": [["paid", 50_000, 2]], "lines": 1, "holds": True},
    )


def test_a_line_for_which_staff_name_different_parcels_is_booked_on_one(database_url: str) -> None:
    parcels = naming_parcels.PARCELS
    result = race(scenario=NAMING, database_url=database_url, variant="lock", racers=parcels)
    assert sorted(result["answers"]) == ["booked"] + ["too late"] * (parcels - 1)
    assert result["outcome"] == {"state": "booked", "one": True, "holds": True}


def test_control_without_the_lock_on_the_line_nobody_is_too_late(database_url: str) -> None:
    result = race(scenario=NAMING, database_url=database_url, variant="unlocked", racers=2)
    assert "too late" not in result["answers"]
