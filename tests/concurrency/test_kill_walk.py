"""kill -9 of a worker at every step of placing and paying, shown with real processes (kill_walk.py)."""

from typing import Any

import pytest

from tests.concurrency.together import lead

pytestmark = pytest.mark.slow
PATIENCE_S = 1800  # with KILL_EVERY_STEP, on a busy machine
CONTROLS = {
    "page first": "page cs_test_",
    "stock first": "units promised without an order",
    "basket first": "ended as End(status='',",
    "receipt first": "ledger of ",
}


@pytest.fixture(scope="module")
def walked(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Walk all flows once on each database; return what came of each."""
    return lead(
        "tests.concurrency.kill_walk",
        database_url=database_url,
        folder=str(tmp_path_factory.mktemp("walk")),
        settings="tests.concurrency.walk_settings",
        patience_s=PATIENCE_S,
    )


def test_no_death_loses_money_stock_or_the_way_on(walked: Any) -> None:
    wrong = {name: found["wrong"] for name, found in walked.items() if name not in CONTROLS}
    assert {name: found for name, found in wrong.items() if found} == {}


def test_every_flow_died_on_both_sides_of_every_commit(walked: Any) -> None:
    assert len(walked) == 20 + len(CONTROLS)
    for found in walked.values():
        commits = {n for n, name in enumerate(found["steps"], 1) if name.endswith(" commit")}
        assert commits
        assert commits <= set(found["deaths"])


@pytest.mark.parametrize(("name", "words"), CONTROLS.items())
def test_control_what_is_done_in_the_wrong_order_is_found(walked: Any, name: str, words: str) -> None:
    wrong = walked[name]["wrong"]
    assert "nowhere" not in wrong  # undisturbed it goes well
    assert any(words in what for death in wrong.values() for what in death)
