"""Verbs of the shop on an earlier day: an order of last month is made by the code that made it then."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import time_machine


@contextmanager
def ago(days: float) -> Iterator[None]:
    """Let this process's clock go `days` late."""
    with time_machine.travel(datetime.now(UTC) - timedelta(days=days)):
        yield
