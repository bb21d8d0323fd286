"""Many processes at one moment, forked from one that has made their goods."""

import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection, connections

FORK = multiprocessing.get_context("fork")
ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 60
PATIENCE_S = 300
Act = Callable[[Any], Any]


def lead(module: str, *, database_url: str, folder: str, settings: str, patience_s: int = PATIENCE_S) -> Any:
    """Run a module of races as a program of its own on an empty database; return what it prints last."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "RACE_FOLDER": folder,
        "VAR_DIR": folder,
        "DJANGO_SETTINGS_MODULE": settings,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")]),
    }
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", module],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=patience_s,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    return json.loads(run.stdout.splitlines()[-1])


def together(act: Act, arguments: list[Any]) -> list[Any]:
    """Run `act` in one process for each argument, all at once; return what each says."""
    connections.close_all()
    barrier = FORK.Barrier(len(arguments))
    answers = FORK.SimpleQueue()

    def run(argument: Any) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(WAIT_S)
            answers.put(act(argument))
        except Exception as error:  # noqa: BLE001 - the parent must get an answer from everybody
            answers.put(f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()

    runners = [FORK.Process(target=run, args=(argument,)) for argument in arguments]
    for runner in runners:
        runner.start()
    found = [answers.get() for _ in runners]
    for runner in runners:
        runner.join(WAIT_S)
    return sorted(map(str, found))
