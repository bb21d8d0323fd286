"""Databases for races: a SQLite file and, where a server answers, a PostgreSQL database of its own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of an empty database; PostgreSQL is left out where no server is reachable."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('race')}/race.sqlite3"
        return
    with databases.race(f"race_{os.getpid()}_{Path(str(request.path)).stem}") as url:
        yield url
