"""A demo market behind a real server, once for all journeys, and visitors to walk through it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.databases import scratch

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
PHONE, DESK = 390, 1280
expect.set_options(timeout=30_000)
PAGE_TIMEOUT_MS = 60_000  # the first visitor of a page has its pictures cut to size

Visitor = Callable[..., Page]
Manage = Callable[..., str]


def follow(target: Locator) -> None:
    """Click a link or a form's button and wait until the page it leads to has loaded.

    Whatever comes after a plain click may still meet the old page, or take the new one's place.
    """
    with target.page.expect_navigation():
        target.click()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the journeys."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes], seconds: int = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError(f"{address} does not answer")


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield address and environment of a shop with the demo market.

    E2E_SHOP names one that runs already, for developers: its environment is not known.
    """
    if "E2E_SHOP" in os.environ:
        yield os.environ["E2E_SHOP"], {}
        return
    room = tmp_path_factory.mktemp("e2e")
    address = f"http://127.0.0.1:{_free_port()}"
    with scratch(room, "e2e") as database:
        environment = os.environ | {
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "tests.e2e.settings",
            "E2E_ROOM": str(room),
            "E2E_URL": address,
        }
        manage = [sys.executable, "manage.py"]
        options: dict[str, Any] = {"cwd": ROOT, "env": environment}
        subprocess.run([*manage, "migrate", "--run-syncdb", "--verbosity", "0"], check=True, **options)
        load = [*manage, "load_demo", "--even-in-production", "--without-sizes", "--verbosity", "0"]
        subprocess.run(load, check=True, **options)
        with (room / "server.log").open("wb") as log:
            command = [*manage, "runserver", "--noreload", address.removeprefix("http://")]
            server = subprocess.Popen(command, stdout=log, stderr=log, **options)
            try:
                _wait_for(f"{address}/readyz", server)
                yield address, environment
            finally:
                server.terminate()
                server.wait()


@pytest.fixture(scope="session")
def shop(running: tuple[str, dict[str, str]]) -> str:
    """Return the address of a shop with the demo market, the same for all journeys."""
    return running[0]


@pytest.fixture(scope="session")
def manage(running: tuple[str, dict[str, str]]) -> Manage:
    """Return a function that runs a command of the shop's and returns what it prints, as whoever runs the shop may."""
    _address, environment = running
    if not environment:
        pytest.skip("Nothing is commanded in a shop that somebody else runs.")

    def run(*command: str) -> str:
        options: dict[str, Any] = {"cwd": ROOT, "env": environment, "stdout": subprocess.PIPE, "text": True}
        return str(subprocess.run([sys.executable, "manage.py", *command], check=True, **options).stdout)

    return run


@pytest.fixture
def visitor(shop: str, new_context: Callable[..., BrowserContext]) -> Visitor:
    """Return a function that opens the shop's front page for a new visitor.

    Its arguments: `width`, `js`, `dark`, `language`, and what else Playwright's new_context takes.
    """

    def arrive(
        *, width: int = DESK, js: bool = True, dark: bool = False, language: str = "vi", **more: Any
    ) -> Page:
        context = new_context(
            base_url=shop,
            viewport={"width": width, "height": 844},
            java_script_enabled=js,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(PAGE_TIMEOUT_MS)
        page = context.new_page()
        page.goto("/" if language == "vi" else f"/{language}/")
        return page

    return arrive
