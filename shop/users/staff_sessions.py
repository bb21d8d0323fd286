"""The hub's people log in anew each day: their sessions open more than a shopper's."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from catalogue.access.permissions import is_producer
from shop.users.sessions import AT, may_enter_admin


class StaffSessionMiddleware:
    """Middleware that ends a session of the hub's in the admins STAFF_SESSION_H hours after its log-in.

    What then asks for the log-in is the page itself. Reads the user for addresses of the admins only.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        if (
            settings.STAFF_SESSION_H
            and request.path.startswith(settings.ADMIN_PREFIXES)
            and _is_over(request)
        ):
            logout(request)


def _is_over(request: HttpRequest) -> bool:
    user: Any = request.user
    if not user.is_authenticated or is_producer(user) or not may_enter_admin(user):
        return False
    age_s = timezone.now().timestamp() - float(request.session.get(AT) or 0)
    return age_s > settings.STAFF_SESSION_H * 3600
