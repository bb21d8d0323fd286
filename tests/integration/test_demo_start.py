"""Each start of the demo: links follow the port, the terminal says how to come in."""

import os
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from wagtail.models import Site

from demo.market import people
from home import site_setup

ROOT = Path(__file__).resolve().parents[2]
NEW = "http://127.0.0.1:8150"


def welcome() -> str:
    words = StringIO()
    call_command("welcome", stdout=words)
    return words.getvalue()


@pytest.mark.django_db
def test_links_follow_the_port(client: Client, settings: Any) -> None:
    settings.BASE_URL = settings.WAGTAILADMIN_BASE_URL = "http://127.0.0.1:8000"
    home = site_setup.build()
    settings.BASE_URL = settings.WAGTAILADMIN_BASE_URL = NEW
    welcome()
    page = client.get("/").content.decode()
    assert f'<link rel="canonical" href="{NEW}/">' in page
    assert f'hreflang="en" href="{NEW}/en/"' in page
    assert f"<loc>{NEW}/lang-nghe/</loc>" in client.get("/sitemap.xml").content.decode()
    assert f"Sitemap: {NEW}/sitemap.xml" in client.get("/robots.txt").content.decode()
    assert home.full_url == f"{NEW}/"
    assert Site.objects.count() == 1


@pytest.mark.django_db
def test_the_terminal_names_the_address_and_the_log_ins_that_stand(settings: Any) -> None:
    settings.BASE_URL = NEW
    site_setup.build()
    assert "@example.vn" not in welcome()
    shopper = next(person for person in people.PEOPLE if person.role == "shopper")
    people.load_one(shopper)
    words = welcome()
    assert f"{NEW}/" in words
    assert [line.split() for line in words.splitlines() if "@example.vn" in line] == [
        ["shopper", "khach@example.vn", "cho-bac-ninh-khach"]
    ]


def test_make_run_welcomes_before_it_serves(tmp_path: Path) -> None:
    """What tools/serve calls, in which environment: a stand-in for Python writes it down."""
    python = tmp_path / "python"
    written = tmp_path / "calls"
    wait = f'case "$2" in runserver) until grep -q tick {written}; do sleep 0.05; done;; esac'  # its end ends the other
    python.write_text(f'#!/bin/sh\necho "$BASE_URL DEBUG=$DEBUG $*" >> {written}\n{wait}\n')
    python.chmod(0o755)
    environment = {"PATH": os.environ["PATH"]}
    serve = [ROOT / "tools" / "serve", python, "manage.py", "8150"]
    subprocess.run(serve, env=environment, cwd=tmp_path, check=False, timeout=20, start_new_session=True)
    calls = written.read_text().splitlines()
    assert calls[0] == f"{NEW} DEBUG=0 manage.py welcome"
    assert set(calls[1:]) == {
        f"{NEW} DEBUG=0 manage.py tick --every 60",
        f"{NEW} DEBUG=0 manage.py runserver 127.0.0.1:8150",
    }
