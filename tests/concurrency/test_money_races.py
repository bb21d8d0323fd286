"""Money and stock when buyer, provider, timer and staff act at the same moment, shown with real processes."""

from typing import Any

import pytest

from tests.concurrency.together import lead

pytestmark = pytest.mark.slow
GOT_IT, TOO_LATE = ["Placed", ["paid"], 1, 0], ["Expired", ["expired"], 0, None]


@pytest.fixture(scope="module")
def races(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Run all races once on each database; return what came of each."""
    return lead(
        "tests.concurrency.money",
        database_url=database_url,
        folder=str(tmp_path_factory.mktemp("money")),
        settings="tests.concurrency.money_settings",
    )


def test_return_notice_and_timer_settle_one_payment_once(races: Any) -> None:
    assert races["eight_settle"] == {
        "answers": ["200"] * 3 + ["302"] * 3,
        "end": GOT_IT,
        "receipts": 1,
        "log": 1,
        "mails": ["placed", "paid"],
        "queued": 2,  # the buyer is told, and the producer
    }


def test_eight_looks_place_one_order_once(races: Any) -> None:
    assert races["eight_looks"] == {"answers": ["paid"] * 8, "placed": 1, "receipts": 1, "log": 1}


def test_control_without_locks_each_look_places_the_order_again(races: Any) -> None:
    race = races["eight_looks_without_locks"]
    assert (race["answers"], race["placed"]) == (["paid"] * 8, 8)
    assert (race["receipts"], race["log"]) == (1, 1)  # the money has a guard of its own: its unique reference


def test_transfer_at_the_deadline_is_an_order_with_its_stock(races: Any) -> None:
    assert races["transfer_against_expiry"] == {"ends": [GOT_IT] * 4, "deadlocks": 0}


def test_control_without_locks_transfer_and_expiry_both_win(races: Any) -> None:
    """Each order is paid without its stock, or paid and expired, or the two waited for each other."""
    race = races["transfer_against_expiry_without_locks"]
    assert len(race["ends"]) == 4
    assert race["ends"].count(GOT_IT) <= race["deadlocks"]


def test_paying_at_the_deadline_is_an_order_or_no_payment(races: Any) -> None:
    assert [end for end in races["pay_against_expiry"] if end not in (GOT_IT, TOO_LATE)] == []


def test_late_money_and_a_rival_never_share_the_last_unit(races: Any) -> None:
    got_it, rival_got_it = [*GOT_IT, 0], ["Expired", ["review"], 1, None, 1]
    assert [end for end in races["last_unit_three_ways"] if end not in (got_it, rival_got_it)] == []


def test_five_refunds_give_back_what_came_in(races: Any) -> None:
    assert races["five_refunds"] == {"answers": ["given"] * 2 + ["left 0"] * 3, "states": ["done"] * 2}


def test_control_without_looking_again_five_refunds_are_promised(races: Any) -> None:
    race = races["five_refunds_without_looking_again"]
    assert race == {"answers": ["given"] * 5, "states": ["done"] * 2 + ["failed"] * 3}  # Stripe refuses three


def test_units_of_a_line_go_back_and_are_called_off_as_often_as_there_are(races: Any) -> None:
    assert races["five_units_of_a_line"] == {
        "answers": {"give": 2, "TooMuch": 3, "cancel_units": 1, "InvalidTransition": 4},
        "sums": [500_000, 250_000],
        "held": 1,
    }


def test_paid_twice_by_two_methods_is_kept_once(races: Any) -> None:
    assert races["two_methods"] == {
        "end": ["Placed", ["paid", "review"], 1, 0],
        "refunds": [["review", True, "done"]],
    }


def test_cancelled_while_paying_keeps_neither_money_nor_stock(races: Any) -> None:
    ends = (["Cancelled", ["cancelled"], 0, None], ["Cancelled", ["paid"], 0, None])
    assert [end for end in races["cancel_against_settle"] if end not in ends] == []


def test_paying_again_at_the_deadline_holds_the_stock_for_one_payment(races: Any) -> None:
    ends = [["Pending payment", [before, "pending"], 1, None] for before in ("cancelled", "expired")]
    assert [end for end in races["expiry_against_paying_again"] if end not in ends] == []


@pytest.mark.parametrize(("race", "runs"), [("four_ticks", [1]), ("four_ticks_that_take_every_job", [4])])
def test_whole_ticks_at_once_do_each_thing_once(race: str, runs: list[int], races: Any) -> None:
    assert races[race] == {
        "runs": runs,
        "ends": [GOT_IT, TOO_LATE, ["Cancelled", ["paid"], 0, None]],
        "receipts": 1,
        "refunds": ["done"],
        "log": [
            ["pay", "place"],
            ["expire", "pay", "place"],
            [*["cancel"] * 2, "pay", "place", *["refund"] * 2],
        ],
        "mails": [["paid", "placed"], ["expired", "placed"], ["cancelled", "paid", "placed", "refunded"]],
    }


# --- Stripe is silent, answers again, disputes ---------------------------------------------------


def test_of_eight_processes_one_tries_a_silent_provider(races: Any) -> None:
    assert races["eight_trials"] == ["asks"] + ["refused"] * 7


def test_control_on_what_was_seen_all_eight_try(races: Any) -> None:
    assert races["eight_trials_on_what_was_seen"] == ["asks"] * 8


def test_page_left_open_and_the_other_way_paid_at_once_keep_one_price(races: Any) -> None:
    for race in races["left_open_and_paid_twice"]:
        assert race == {"end": ["Placed", ["paid", "review"], 1, 0], "given_back": 1, "left_open": 0}


def test_refund_and_dispute_at_once_nothing_goes_back(races: Any) -> None:
    assert races["refund_against_dispute"] == [["requested", [True]]] * 4


def test_control_when_nobody_looks_the_refund_goes_out_all_the_same(races: Any) -> None:
    assert ["done", [True]] in races["refund_against_dispute_unasked"]
