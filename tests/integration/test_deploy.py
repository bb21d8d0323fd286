"""docs/deploy.md, followed to the letter as far as this machine allows."""

import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.databases import scratch
from tools import try_deploy
from tools.try_deploy import Trial

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module")
def followed(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> dict[str, Exception | None]:
    """Follow the page from top to bottom, once; return what became of each step."""
    folder = tmp_path_factory.mktemp("deploy")
    with django_db_blocker.unblock(), scratch(folder, "db") as url, warnings.catch_warnings(action="ignore"):
        ports = [try_deploy.free_port() for _ in range(3)]
        postgresql = "" if url.startswith("sqlite") else url
        trial = Trial(folder, *ports, settings="tests.upgrade.deploy_settings", database=postgresql)
        try_deploy.write_env(trial)
        try_deploy.run(trial, "python", "manage.py", "migrate", "--run-syncdb", "--verbosity", "0")
        return {name: outcome(step, trial) for name, step in try_deploy.STEPS.items()}


def outcome(step: Callable[[Trial], None], trial: Trial) -> Exception | None:
    try:
        step(trial)
    except Exception as error:  # noqa: BLE001 - the test of this step raises it
        return error
    return None


@pytest.mark.parametrize("step", try_deploy.STEPS)
def test_the_page_can_be_followed(followed: dict[str, Exception | None], step: str) -> None:
    error = followed[step]
    if isinstance(error, try_deploy.LeftOutError):
        pytest.skip(str(error))
    if error:
        raise error


def test_nothing_stands_behind_a_value_of_the_env_file(tmp_path: Path) -> None:
    trial = Trial(tmp_path, 1, 2, 3)
    try_deploy.write_env(trial)
    try_deploy.env_reads_alike(trial)
    env = tmp_path / "env"
    env.write_text(env.read_text("utf-8").replace("'\n", "'  # a comment\n", 1), encoding="utf-8")
    with pytest.raises(AssertionError, match="more than a name"):
        try_deploy.env_reads_alike(trial)


def test_a_database_with_rows_is_refused_before_the_first_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(try_deploy, "STEPS", {})
    monkeypatch.setattr(sys, "argv", ["try_deploy", "sqlite:////srv/cho/var/db.sqlite3"])
    with pytest.raises(SystemExit, match="Only an empty PostgreSQL"):
        try_deploy.main()
    if connection.vendor == "postgresql":
        own = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
        monkeypatch.setattr(sys, "argv", ["try_deploy", own.geturl()])
        with pytest.raises(SystemExit, match="not empty"):
            try_deploy.main()


def test_an_empty_database_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is tried without a URL")
    monkeypatch.setattr(try_deploy, "STEPS", {})
    with scratch(tmp_path, "empty") as url:
        monkeypatch.setattr(sys, "argv", ["try_deploy", url])
        assert try_deploy.main() == 0


def test_a_step_whose_program_is_missing_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(try_deploy, "PATH_OF_PROGRAMS", "{}")
    monkeypatch.setenv("PATH", str(tmp_path))
    trial = Trial(tmp_path, 1, 2, 3, database="postgres:///nothing")
    for step, lacking in (("nginx", "nginx"), ("processes", "honcho"), ("backup", "pg_dump")):
        with pytest.raises(try_deploy.LeftOutError, match=f"no {lacking}"):
            try_deploy.STEPS[step](trial)


def test_a_backup_by_programs_older_than_the_server_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is copied without programs")
    for name in ("pg_dump", "pg_restore", "psql"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    with pytest.raises(try_deploy.LeftOutError, match="pg_dump 9 is older than the server"):
        try_deploy.backup(Trial(tmp_path, 1, 2, 3, database=url))
