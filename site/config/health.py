"""`/healthz` and `/readyz` for whoever watches the servers.

They answer before anything else looks at the request: no session, no host check (probes come by IP
address), no redirect to HTTPS.
"""

import functools
import logging
from collections.abc import Callable

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import get_random_string

from config import headers, machine
from shop.timer import clock

logger = logging.getLogger(__name__)

OK, DOWN = "ok", "down"


def database_state() -> str:
    """Say whether the database answers a query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer")
        return DOWN
    return OK


@functools.cache
def _no_migration_missing() -> bool:
    """Look for missing migrations; raise when some are, so that only the good answer is kept."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise LookupError("migrations are missing")
    return True


def migrations_state() -> str:
    """Say whether every migration of this code has run on the database."""
    try:
        _no_migration_missing()
    except LookupError:
        return "missing"
    except DatabaseError:
        return DOWN
    return OK


def cache_state() -> str:
    """Say whether the cache gives back what was put in."""
    word = get_random_string(8)
    try:
        cache.set("readyz", word, timeout=10)
        return OK if cache.get("readyz") == word else DOWN
    except Exception:  # whatever the cache's client raises
        logger.exception("The cache does not answer")
        return DOWN


def timer_state() -> str:
    """Say whether the timer has run lately."""
    try:
        return "late" if clock.is_late() else OK
    except DatabaseError:
        return DOWN


def checks() -> dict[str, Callable[[], str]]:
    """Return what is looked at, by name."""
    return {
        "database": database_state,
        "migrations": migrations_state,
        "cache": cache_state,
        "timer": timer_state,
        "static": machine.static_state,
        "media": machine.media_state,
        "disk": machine.disk_state,
    }


def needed_to_sell() -> set[str]:
    """Return what no order is placed without; a full disk stops SQLite, which lies on it."""
    needed = {"database", "migrations", "static"}
    return needed | {"disk"} if connection.vendor == "sqlite" else needed


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that this process runs."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the shop can sell, 503 when not, with the state of each part.

    A cache that is down makes the shop slower, a timer that stands still keeps mail and held stock
    waiting, a place for uploads that cannot be written to turns pictures away, but the shop sells:
    all are reported, and the answer stays 200. `manage.py doctor` says how to mend each.
    """
    states = {name: check() for name, check in checks().items()}
    can_sell = all(states[name] == OK for name in needed_to_sell())
    return JsonResponse({"ready": can_sell, **states}, status=200 if can_sell else 503)


class HealthMiddleware:
    """Answers the two addresses, first of all middleware."""

    answers: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a probe, pass everything else on."""
        answer = self.answers.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        response = answer(request)
        response["Cache-Control"] = "no-store"
        for name, value in headers.BARE_HEADERS.items():
            response.headers.setdefault(name, value)
        return response
