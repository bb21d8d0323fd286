"""Of many orders at once no more are placed than the budget allows, shown with real processes."""

from typing import Any

import pytest

from tests.concurrency.together import lead

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def races(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Run all races once on each database; return what came of each."""
    return lead(
        "tests.concurrency.budget_races",
        database_url=database_url,
        folder=str(tmp_path_factory.mktemp("races")),
        settings="tests.concurrency.order_settings",
    )


def test_one_telephone_gets_three_unpaid_orders(races: Any) -> None:
    expected = {"answers": {"placed": 3, "orders": 5}, "orders": 3, "held": 3}
    assert races["orders_of_one_telephone"] == expected


def test_control_without_the_lock_it_gets_more(races: Any, database_url: str) -> None:
    race = races["orders_without_the_lock"]
    if database_url.startswith("sqlite"):  # its one write lock is taken at BEGIN: the rows' lock adds nothing
        assert race == {"answers": {"placed": 3, "orders": 5}, "orders": 3, "held": 3}
        return
    assert race["orders"] > 3, race
    assert race["held"] == race["orders"] == race["answers"]["placed"]


def test_one_mailbox_holds_half_of_the_stock(races: Any) -> None:
    expected = {"answers": {"placed": 5, "units": 3}, "orders": 5, "held": 20}
    assert races["units_of_one_mailbox"] == expected


def test_who_shares_something_with_others_waits_for_none_in_a_circle(races: Any) -> None:
    race = races["subjects_crossed_while_the_timer_forgets"]
    assert race["failed"] == []
    assert race["most"] <= 2


def test_one_mailbox_gets_three_mails(races: Any) -> None:
    assert races["mails_to_one_mailbox"] == {"answers": {"sent": 3, "held back": 5}}
