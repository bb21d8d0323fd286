"""What may be left out on a developer's machine must run in CI."""

import psycopg
import pytest

from tests import databases
from tests.unit import test_vietqr

NOBODY = "postgres://nobody@127.0.0.1:9/x"


def test_races_on_a_server_that_was_named_are_not_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RACE_POSTGRES", NOBODY)
    with pytest.raises(psycopg.OperationalError), databases.race("x"):
        pass


def test_races_are_skipped_where_no_server_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RACE_POSTGRES", raising=False)
    monkeypatch.setattr(databases, "RACE_SERVER", NOBODY)
    with pytest.raises(pytest.skip.Exception), databases.race("x"):
        pass


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_readers_of_codes_are_there_in_ci(
    ci: str, outcome: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(outcome, match="no npm here"):
        test_vietqr.read_by_others(["x"])
