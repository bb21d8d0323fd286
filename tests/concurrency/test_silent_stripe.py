"""Stripe takes connections and never answers: the shop goes on, with the Procfile's own gunicorn."""

from typing import Any

import pytest

from tests.concurrency.together import lead

pytestmark = pytest.mark.slow
WAIT_S = 3.0  # PROVIDER_WAIT_S of silent_settings.py: so long waits who is held up
NOISE_S = WAIT_S / 6  # of a busy machine; six times less than what the test is about


@pytest.fixture(scope="module")
def found(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Measure once on each database."""
    return lead(
        "tests.concurrency.silent_stripe",
        database_url=database_url,
        folder=str(tmp_path_factory.mktemp("silent")),
        settings="tests.concurrency.silent_settings",
    )


def test_front_page_takes_at_most_twice_its_time(found: Any) -> None:
    run = found["procfile"]
    assert run["home"] <= max(2 * run["before"], run["before"] + NOISE_S), found
    assert run["healthz"] < NOISE_S, found  # the longest is the machine's: others run beside


def test_buyers_have_a_page_within_the_time_that_a_page_may_wait(found: Any) -> None:
    run = found["procfile"]
    assert run["statuses"] == [302]
    assert run["buyer_max"] < WAIT_S + 2, found


def test_control_without_threads_everybody_waits(found: Any) -> None:
    run = found["control"]
    assert run["home_max"] > max(2 * run["before"], run["before"] + NOISE_S), found
    assert run["home_max"] > 2 * NOISE_S, found
