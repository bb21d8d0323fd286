"""The shop by the Procfile's own command while Stripe hangs: `python -m tests.concurrency.silent_stripe`.

Prints for the Procfile's command, and for the control without threads, how long the front page takes
before and while sixteen buyers wait for Stripe, `/healthz`, and how the buyers' pages end.
"""

# ruff: noqa: E402 - Django must be set up before its models are imported
import json
import os
import shlex
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.concurrency.silent_settings")

import django

django.setup()

import requests
from django.core.management import call_command
from django.db import connections
from django.urls import reverse

from shop.payment.models import ProviderBreaker
from tests.concurrency.buyers import PRICE
from tests.concurrency.together import ROOT
from tests.factories import make_home, make_product
from tests.shop import make_market, make_order, make_purchase

BUYERS = 16  # as many as both workers have threads
LOOKS = 15
PATIENCE_S = 60
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


def procfile() -> list[str]:
    """Return the command of the process `web`."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    return shlex.split(next(line for line in lines if line.startswith("web:")).removeprefix("web:"))


def without_threads(command: list[str]) -> list[str]:
    """Return a command for workers that serve one request at a time, as the shop was run before."""
    at = command.index("--threads")
    return [*command[:at], *command[at + 2 :]]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def served(command: list[str], stripe: str) -> Iterator[str]:
    """Run the shop; yield its address."""
    port = str(free_port())
    words = [word.replace("${PORT:-8000}", port).replace("${WEB_CONCURRENCY:-2}", "2") for word in command]
    environment = {**os.environ, "SILENT_STRIPE": stripe}
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for(url: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            requests.get(url, timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


def look(url: str) -> float:
    """Return how many seconds a page takes."""
    began = time.monotonic()
    requests.get(url, timeout=PATIENCE_S).raise_for_status()
    return time.monotonic() - began


def pay(url: str) -> tuple[int, float]:
    """Press "pay"; return the status and how many seconds it took."""
    began = time.monotonic()
    answer = requests.post(
        url, {"method": "card"}, headers=SAME_SITE, allow_redirects=False, timeout=PATIENCE_S
    )
    return answer.status_code, time.monotonic() - began


def measure(command: list[str], stripe: str) -> dict[str, Any]:
    """Serve, let buyers wait for Stripe, and look at the front page meanwhile."""
    ProviderBreaker.objects.all().delete()
    product = make_product(price=PRICE, stock=BUYERS)
    orders = [make_order(product, purchase=make_purchase(method="card")) for _number in range(BUYERS)]
    pages = [reverse("order:pay", args=[order.token]) for order in orders]
    connections.close_all()
    with served(command, stripe) as shop, ThreadPoolExecutor(BUYERS) as buyers:
        for _time in range(LOOKS):
            look(f"{shop}/")  # every worker and thread has seen it
        before = [look(f"{shop}/") for _time in range(LOOKS)]
        waiting = [buyers.submit(pay, shop + page) for page in pages]
        time.sleep(0.7)
        home, health = _meanwhile(shop, waiting)
        answers = [one.result() for one in waiting]
    return {
        "before": statistics.median(before),
        "home": statistics.median(home),
        "home_max": max(home),
        "healthz": statistics.median(health),
        "statuses": sorted({status for status, _seconds in answers}),
        "buyer_max": max(seconds for _status, seconds in answers),
    }


def _meanwhile(shop: str, waiting: list[Future[Any]]) -> tuple[list[float], list[float]]:
    """Return how long front page and `/healthz` take, once and then as long as somebody waits."""
    home, health = [look(f"{shop}/")], [look(f"{shop}/healthz")]
    while not all(one.done() for one in waiting):
        home.append(look(f"{shop}/"))
        health.append(look(f"{shop}/healthz"))
    return home, health


def main() -> None:
    """Make the shop and measure both."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    make_home()
    make_market()
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as silent:  # connects, and says nothing
        stripe = f"http://127.0.0.1:{silent.getsockname()[1]}"
        found = {
            "procfile": measure(procfile(), stripe),
            "control": measure(without_threads(procfile()), stripe),
        }
    print(json.dumps(found))  # noqa: T201 - what the test reads


if __name__ == "__main__":
    main()
