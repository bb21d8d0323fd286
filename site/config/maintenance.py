"""Closed for a moment: one static page for everything but health probes and static files."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

RETRY_AFTER_S = 300


def is_closed() -> bool:
    """Say whether the shop is closed: MAINTENANCE=1, or a file `maintenance` in VAR_DIR (no restart)."""
    return bool(settings.MAINTENANCE) or (settings.VAR_DIR / "maintenance").exists()


class MaintenanceMiddleware:
    """Answers 503 with `maintenance.html` while the shop is closed; touches neither database nor cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the closed page, or pass on."""
        if not is_closed():
            return self.get_response(request)
        response = HttpResponse(render_to_string("maintenance.html"), status=503)
        response["Retry-After"] = str(RETRY_AFTER_S)
        response["Cache-Control"] = "no-store"
        return response
