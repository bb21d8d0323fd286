"""The one test with real migrations: an empty database becomes a newcomer's shop."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import scratch

ROOT = Path(__file__).resolve().parents[2]
# One process for all that follows: each of its own would set Django up anew.
SHOW = """
import contextlib, io, json
from django.core.management import call_command
from django.test import Client
from wagtail.models import Site
from catalogue.models import ProductPage
words = io.StringIO()
with contextlib.redirect_stdout(words):
    call_command("makemigrations", "--check", "--dry-run")
    call_command("tick", verbosity=2)
    call_command("check_ledger")
ready = Client().get("/readyz", headers={"Host": "localhost"})
home = Client().get("/", headers={"Host": "localhost"})
shown = [ready.status_code, home.status_code, Site.objects.count(), ProductPage.objects.live().exists()]
print(json.dumps([words.getvalue(), shown]))
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
    first = manage(empty_database, tmp_path, "load_demo", "--without-sizes")
    assert "Log-ins" in first
    assert re.search(r"orders in every state +16 new", first)
    words, shown = json.loads(manage(empty_database, tmp_path, "shell", "--verbosity", "0", "-c", SHOW))
    assert "No changes detected" in words
    assert "Subject:" not in words  # orders of the past send no mail
    assert re.search(r"^ok +\S+$", words, re.MULTILINE)  # the timer's jobs ran
    assert "FAILED" not in words
    assert "The ledger holds" in words
    assert shown == [200, 200, 1, True]
