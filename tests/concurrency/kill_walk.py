"""kill -9 at the steps of placing and paying: `python -m tests.concurrency.kill_walk [FLOW…]`.

Each flow runs once to its end, which tells its steps (steps.py). Then, for one fatal step after the
other, a new buyer comes as far as the flow, a forked process does the flow and dies before that step,
and this process looks at what is left, lets the world go on, and looks again. Prints by flow what
was wrong; test_kill_walk.py judges.
"""

# ruff: noqa: E402 - Django must be set up before its models are imported
import json
import os
import signal
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.concurrency.walk_settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connections

from catalogue.models import Product
from tests.concurrency.buyers import PRICE, Buyer
from tests.concurrency.kill_acts import put_away, reload, rest, tick
from tests.concurrency.kill_checks import ending, off
from tests.concurrency.kill_controls import CONTROLS
from tests.concurrency.kill_flows import FLOWS, Flow
from tests.concurrency.steps import steps, watch
from tests.concurrency.together import FORK
from tests.factories import make_home, make_product
from tests.shop import make_market, make_order
from tests.transfers import make_account

EVERY = "KILL_EVERY_STEP" in os.environ
EFFECTS = ("before commit", "before post", "alone: ")
WAIT_S = 60


def fatal(names: list[str]) -> list[int]:
    """Return before which steps to die: the end of each transaction, and whatever follows what the world can see.

    Between two of these nothing leaves the process: what it wrote in an open transaction goes with it,
    and what it read changes nothing. A death there leaves what a death before or after it leaves.
    """
    before = ["", *names]
    return [
        number
        for number, name in enumerate(names, 1)
        if EVERY or name == "before commit" or before[number - 1].startswith(EFFECTS)
    ]


def run(flow: Flow, buyer: Buyer, number: int) -> tuple[int | None, list[str]]:
    """Do the flow in a process that dies before step `number`, 0 never; return how it ended and its steps."""
    connections.close_all()  # a connection must not be shared by forked processes
    told = FORK.SimpleQueue()

    def do() -> None:
        watch(number)
        flow.act(buyer)
        told.put(steps.names)

    process = FORK.Process(target=do)
    process.start()
    process.join(WAIT_S)
    return process.exitcode, [] if told.empty() else told.get()


def walk(flow: Flow, product: Product) -> dict[str, Any]:
    """Walk one flow; return its steps, before which of them it died, and after which death what was wrong."""
    seen = set(off())
    names, wrong = _die(flow, product, 0, seen)
    found = {"nowhere": wrong}
    deaths = fatal(names)
    for number in deaths:
        _, found[f"{number} {names[number - 1]}"] = _die(flow, product, number, seen)
    return {
        "steps": names,
        "deaths": deaths,
        "wrong": {where: wrong for where, wrong in found.items() if wrong},
    }


def _die(flow: Flow, product: Product, number: int, seen: set[str]) -> tuple[list[str], list[str]]:
    """Walk to one death and on from there; return the steps done if there was none, and what was wrong."""
    buyer = flow.prepare(product)
    code, names = run(flow, buyer, number)
    wrong = [] if code == (-signal.SIGKILL if number else 0) else [f"ended with {code}"]
    wrong += _new(seen)
    try:
        reload(buyer)
        flow.then(buyer)
    except Exception as error:  # noqa: BLE001 - whatever stops the world from going on is a finding
        wrong.append(f"{type(error).__name__}: {error}")
    wrong += _new(seen)
    if (came := ending(buyer)) not in flow.ends:
        wrong.append(f"ended as {came}")
    put_away(buyer)
    return names, wrong


def _new(seen: set[str]) -> list[str]:
    """Return what is wrong in the shop and was not before."""
    wrong = [what for what in off() if what not in seen]
    seen.update(wrong)
    return wrong


def main(wanted: list[str]) -> None:
    """Make the shop and walk the flows, the controls last: they leave ruins."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    make_home()
    make_market()
    make_account()
    product = make_product(price=PRICE, stock=10_000)
    make_order(product)  # what only the first order writes is no step, nor what only the first timer writes
    tick()
    rest()
    found = {
        name: walk(flow, product)
        for name, flow in (FLOWS | CONTROLS).items()
        if name in (wanted or FLOWS | CONTROLS)
    }
    print(json.dumps(found))  # noqa: T201 - what the test reads


if __name__ == "__main__":
    main(sys.argv[1:])
