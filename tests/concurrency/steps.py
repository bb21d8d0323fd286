"""The steps of a process that is about to die, and the death: kill -9 before the n-th of them.

A step is where the world outside the process changes: a statement that writes, a commit, and a call
to Stripe before it leaves and after it was answered. Between two steps nothing can be lost.
"""

import os
import signal
from collections.abc import Callable
from typing import Any

from django.db import connection

from tests.stripe import Impatient

WRITES = ("INSERT", "UPDATE", "DELETE")


class Steps:
    """What this process has done; one of it is in every process."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.fatal = 0

    def take(self, name: str) -> None:
        """Do one more; the fatal one kills."""
        self.names.append(name)
        if len(self.names) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


steps = Steps()


def watch(fatal: int) -> None:
    """Count from here on what this process does, and die before step `fatal`; 0 lives on."""
    steps.names.clear()
    steps.fatal = fatal
    connection.ensure_connection()
    connection.execute_wrappers.append(_before_statement)
    commit = connection._commit

    def watched() -> Any:
        steps.take("before commit")
        done = commit()
        steps.take("after commit")
        return done

    connection._commit = watched  # type: ignore[method-assign]


def _before_statement(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    words = sql.split(maxsplit=3)
    if words[0] in WRITES:
        where = "inside" if connection.in_atomic_block else "alone"
        steps.take(f"{where}: {' '.join(words[:3])}")
    return execute(sql, params, many, context)


class Watched(Impatient):
    """The way to the pretended Stripe, with a step at either end."""

    def request(self, method: str, url: str, *arguments: Any, **options: Any) -> Any:
        """Ask."""
        steps.take(f"before {method} {url}")
        answer = super().request(method, url, *arguments, **options)
        steps.take(f"after {method} {url}")
        return answer


def transport() -> Watched:
    """STRIPE_HTTP_CLIENT of the walk."""
    return Watched()
