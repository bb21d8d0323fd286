"""Walks of the timer through what providers are asked about: who is silent once is left alone."""

import logging
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from shop.payment.providers.base import PaymentUnavailable

logger = logging.getLogger(__name__)


def ask_each(rows: QuerySet[Any], method: str, ask: Callable[[int], object]) -> int:
    """Ask about each row and return how often something came of it; a row that fails stops no other.

    A provider may need more than a minute to say nothing. After its first silence its other rows wait
    for the next turn, so that mail and other providers do not wait. The order is left to chance: a row
    that is never answered must not always be the first.

    Args:
        rows: what to ask about.
        method: the field that says which way to pay, so which provider.
        ask: asks by key and says whether something came of it; raises PaymentUnavailable.
    """
    count = 0
    silent: set[str] = set()
    for pk, code in list(rows.order_by("?").values_list("pk", method)):
        if code in silent:
            continue
        try:
            count += bool(ask(pk))
        except PaymentUnavailable as why:
            silent.add(code)
            logger.warning("%s does not answer, the rest waits: %s", code, why)
        except Exception:
            logger.exception("%s %s cannot be seen to", rows.model.__name__, pk)
    return count
