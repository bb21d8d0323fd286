"""The one test with real migrations: an empty database becomes a newcomer's shop."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import scratch

ROOT = Path(__file__).resolve().parents[2]
SHOW = """
import json
from django.test import Client
from wagtail.models import Site
from catalogue.models import ProductPage
from config.health import readyz
ready = readyz()
home = Client().get("/", headers={"Host": "localhost"})
print(json.dumps([ready.status_code, home.status_code, Site.objects.count(), ProductPage.objects.live().exists()]))
"""


@pytest.fixture
def empty_database(tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a database without tables, of the kind that the suite runs on."""
    with scratch(tmp_path, "migrations") as url:
        yield url


def manage(database: str, var: Path, *command: str) -> str:
    environment = os.environ | {
        "DATABASE_URL": database,
        "VAR_DIR": str(var),
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.slow
def test_an_empty_database_becomes_a_shop(empty_database: str, tmp_path: Path) -> None:
    manage(empty_database, tmp_path, "migrate", "--verbosity", "0")
    assert "No changes detected" in manage(empty_database, tmp_path, "makemigrations", "--check", "--dry-run")
    first = manage(empty_database, tmp_path, "load_demo", "--without-sizes")
    assert "Log-ins" in first
    manage(empty_database, tmp_path, "tick")
    assert (
        manage(empty_database, tmp_path, "shell", "--verbosity", "0", "-c", SHOW).strip()
        == "[200, 200, 1, true]"
    )
