"""What must hold when many order, cancel and tick at once, shown with real processes."""

from typing import Any

import pytest

from tests.concurrency.together import lead

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def races(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Run all races once on each database; return what came of each."""
    folder = str(tmp_path_factory.mktemp("races"))
    return lead(
        "tests.concurrency.order_races",
        database_url=database_url,
        folder=folder,
        settings="tests.concurrency.order_settings",
    )


def test_twenty_buyers_of_three_units_make_three_orders(races: Any) -> None:
    race = races["twenty_for_three"]
    assert race["answers"].count("out of stock, left 0") == 17
    assert (race["orders"], race["allocated"], race["open"]) == (3, 3, 17)


def test_control_oscars_allocation_sells_all_twenty(races: Any) -> None:
    race = races["twenty_for_three_without_the_condition"]
    assert (race["orders"], race["open"]) == (20, 0)


def test_eight_clicks_make_one_order(races: Any) -> None:
    assert races["eight_clicks"] == {"answers": 1, "orders": 1, "allocated": 1}


def test_offer_for_three_uses_is_used_three_times(races: Any) -> None:
    assert races["eight_for_three_uses"] == {"told": 5, "counted": 3, "discounted": 3}


def test_voucher_for_one_order_is_used_once(races: Any) -> None:
    assert races["eight_for_one_voucher"] == {"told": 7, "counted": 1, "used": 1, "discounted": 1}


def test_six_cancels_give_the_stock_back_once(races: Any) -> None:
    assert races["six_cancel"] == {"answers": ["Cancelled"] * 6, "allocated": 0, "log": 1, "mails": 1}


def test_cancel_and_pack_never_both_win(races: Any) -> None:
    race = races["cancel_against_pack"]
    assert race["answers"] == ["done", "too late"]
    assert race["end"] in (["Cancelled", "cancelled", 0], ["Processing", "packed", 2])


def test_no_address_is_corrected_once_the_parcel_is_packed(races: Any) -> None:
    assert races["correct_against_pack"] == {"packed": 1, "after": False, "told": True}


def test_four_timers_send_each_mail_once(races: Any) -> None:
    assert races["four_timers"] == {"answers": ["done"] * 4, "queued": 6, "sent": 6}
