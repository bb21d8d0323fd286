"""Runs one scenario with real processes on a database that is no test transaction.

A scenario is a module with three functions; the first and last run once, `act` in each racer:

    prepare(variant) -> JSON-able facts            act(number, facts, at_once) -> str
    outcome(facts) -> JSON-able result

`at_once()` waits until every racer stands there: it puts them where the race is lost or won.
One process imports Django and makes the tables, then forks: twenty imports would take a minute.

Run by `race(…)`; by hand: DATABASE_URL=… python -m tests.concurrency.race MODULE VARIANT RACERS
"""

import importlib
import itertools
import json
import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120


def race(*, scenario: str, database_url: str, variant: str = "", racers: int = 20) -> dict[str, Any]:
    """Run a scenario in processes of its own; return {"answers": […], "outcome": …}."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "tests.concurrency.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")]),
    }
    command = [sys.executable, "-W", "ignore", "-m", "tests.concurrency.race", scenario, variant, str(racers)]
    finished = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE_S,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr[-4000:]
    return json.loads(finished.stdout.splitlines()[-1])


def _lead(scenario_name: str, variant: str, racers: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, connections

    if not connection.introspection.table_names():
        call_command("migrate", run_syncdb=True, verbosity=0)
    from tests import factories

    factories._number = itertools.count(time.time_ns())  # several scenarios fill one database
    scenario = importlib.import_module(scenario_name)
    facts = scenario.prepare(variant)
    connections.close_all()  # a connection must not be shared by forked processes
    fork = multiprocessing.get_context("fork")
    start, told = fork.Barrier(racers), fork.Queue()
    people = [fork.Process(target=_run, args=(scenario, n, facts, start, told)) for n in range(racers)]
    for person in people:
        person.start()
    answers = [told.get(timeout=PATIENCE_S) for _ in people]
    for person in people:
        person.join(PATIENCE_S)
    sys.stdout.write(json.dumps({"answers": sorted(answers), "outcome": scenario.outcome(facts)}) + "\n")


def _run(scenario: Any, number: int, facts: Any, start: Any, told: Any) -> None:
    from django.db import connections

    def at_once() -> None:
        start.wait(PATIENCE_S)

    try:
        answer = scenario.act(number, facts, at_once)
    except BaseException as problem:  # noqa: BLE001 - whatever happened is this racer's answer
        answer = f"{type(problem).__name__}: {problem}"
    told.put(answer)
    connections.close_all()


if __name__ == "__main__":
    _lead(sys.argv[1], sys.argv[2], int(sys.argv[3]))
