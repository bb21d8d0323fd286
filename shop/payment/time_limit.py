"""How long a page, a notice or a job waits for payment providers: all their calls together."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


@dataclass
class _Limit:
    """So many seconds from the first call on: a page that waited for the database blames no provider for that."""

    seconds: float
    until: float | None = None  # of time.monotonic

    def remaining(self) -> float:
        return self.seconds if self.until is None else max(0.0, self.until - time.monotonic())


_limits: ContextVar[tuple[_Limit, ...]] = ContextVar("limits", default=())


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let providers be waited for no longer than this inside; an earlier limit around it stays."""
    token = _limits.set((*_limits.get(), _Limit(seconds)))
    try:
        yield
    finally:
        _limits.reset(token)


def begin_call() -> float:
    """Start the clocks of the limits around a call that run not yet; return how many seconds the call has."""
    now = time.monotonic()
    for limit in _limits.get():
        limit.until = limit.until or now + limit.seconds
    return remaining()


def remaining() -> float:
    """Return how many seconds are left, infinity without a limit, never below zero."""
    return min((limit.remaining() for limit in _limits.get()), default=math.inf)


class ProviderTimeMiddleware:
    """Give each request PROVIDER_WAIT_S seconds for providers, whatever it asks of them and how often."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with time_limit(settings.PROVIDER_WAIT_S):
            return self._get_response(request)
