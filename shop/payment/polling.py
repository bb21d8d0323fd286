"""Asking providers about many rows; a provider that does not answer once is left out for this turn."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from shop.payment.providers.base import PaymentUnavailable

logger = logging.getLogger(__name__)
JOB_S = 20  # after so long one job asks about no further row in this turn: mail goes out between two turns


def poll_each(rows: QuerySet[Any], method: str, ask: Callable[[int], object]) -> int:
    """Ask about each row and return for how many the answer was true; a row that fails stops no other.

    After one silence a provider's other rows wait for the next turn, and after JOB_S seconds all that are
    left do, so that mail and other providers do not wait. The order is left to chance: a row that is
    never answered must not always be the first.

    Args:
        rows: what to ask about.
        method: the field that says which way to pay, so which provider.
        ask: asks about one row by its key; raises PaymentUnavailable.
    """
    count = 0
    silent: set[str] = set()
    waiting = list(rows.order_by("?").values_list("pk", method))
    until = time.monotonic() + JOB_S
    for pk, code in waiting:
        if code in silent:
            continue
        if time.monotonic() > until:
            logger.warning("%s: providers are slow, the rest waits for the next turn", rows.model.__name__)
            break
        try:
            count += bool(ask(pk))
        except PaymentUnavailable as why:
            silent.add(code)
            logger.warning("%s does not answer, the rest waits: %s", code, why)
        except Exception:
            logger.exception("%s %s cannot be seen to", rows.model.__name__, pk)
    return count
