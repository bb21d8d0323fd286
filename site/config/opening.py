"""No orders before the shop has opened."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from home import opening

SHUT = frozenset({"checkout"})  # namespaces
OPEN = frozenset({"checkout:communes"})  # the list is the address book's, too


class OpeningMiddleware:
    """Shows a page in place of the checkout until a person has opened the shop in the admin."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass everything on: what is asked for is known only later."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Answer for the checkout while the shop is shut."""
        match = request.resolver_match
        if match is None or SHUT.isdisjoint(match.namespaces) or match.view_name in OPEN or opening.is_open():
            return None
        return render(request, "shop/checkout/not_open.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
