"""Forms without a token: a cached page is the same for everybody, so its forms carry none.

A browser says where a POST comes from in `Sec-Fetch-Site` (HTTPS and localhost) or `Origin` (every
POST of the last decade's browsers); a page of another site cannot forge either. Only where both are
missing does Django's token decide, and the refusal then offers the same form with a token.
"""

import enum
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, QueryDict
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.urls import get_script_prefix

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
REASON_CROSS_SITE = "Sec-Fetch-Site says that the request comes from another site."
# What a refused form may not hand back: secrets, and the token that was wrong.
NEVER_REPEATED = ("csrfmiddlewaretoken", "password")


class Provenance(enum.Enum):
    """Where a request was made, as far as the browser says."""

    OWN = "own"
    FOREIGN = "foreign"
    UNSAID = "unsaid"
    UNSURE = "unsure"


def provenance(request: HttpRequest) -> Provenance:
    """Read `Sec-Fetch-Site`, or lacking it `Origin`; UNSURE leaves the decision to Django.

    "same-site" (another sub-domain) and "none" (the address bar) are not proof, and a cross-site
    request may come from an origin that CSRF_TRUSTED_ORIGINS names: those need Django's own checks.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if fetch_site == "same-origin":
        return Provenance.OWN
    if fetch_site == "cross-site":
        return Provenance.UNSURE if origin in settings.CSRF_TRUSTED_ORIGINS else Provenance.FOREIGN
    if fetch_site is not None:
        return Provenance.UNSURE
    if origin is None:
        return Provenance.UNSAID
    own_origin = f"{request.scheme}://{request.get_host()}"
    return Provenance.OWN if origin == own_origin else Provenance.UNSURE


class OriginCsrfMiddleware(CsrfViewMiddleware):
    """Django's protection, which lets a request of our own pages pass without a token."""

    def process_view(
        self,
        request: HttpRequest,
        callback: Callable[..., HttpResponseBase],
        callback_args: tuple[Any, ...],
        callback_kwargs: dict[str, Any],
    ) -> HttpResponseForbidden | None:
        """Accept what came from our pages, refuse what did not, ask for a token when unsure."""
        undecided = not getattr(request, "csrf_processing_done", False)
        if undecided and request.method not in SAFE_METHODS and not getattr(callback, "csrf_exempt", False):
            where = provenance(request)
            if where is Provenance.OWN:
                return self._accept(request)
            if where is Provenance.FOREIGN and not getattr(request, "_dont_enforce_csrf_checks", False):
                return self._reject(request, REASON_CROSS_SITE)
        return super().process_view(request, callback, callback_args, callback_kwargs)

    if TYPE_CHECKING:
        # Django's own, which its type stubs leave out.
        def _accept(self, request: HttpRequest) -> HttpResponseForbidden | None: ...
        def _reject(self, request: HttpRequest, reason: str) -> HttpResponseForbidden: ...


def repeatable(data: QueryDict) -> list[tuple[str, str]]:
    """Return the posted names and values that a refused form may carry on, in their order."""
    return [
        (name, value)
        for name, values in data.lists()
        if not any(secret in name for secret in NEVER_REPEATED)
        for value in values
    ]


def may_repeat(request: HttpRequest) -> bool:
    """Say whether the refused form may be sent again by a button: a plain form of the shop front.

    The admin (CMS, dashboard) are left out: there a button must not confirm what a stranger's page
    filled in; nor can files be carried on.
    """
    path = request.path_info.removeprefix(get_script_prefix().rstrip("/"))
    in_an_admin = path.startswith(settings.ADMIN_PREFIXES)
    plain = request.method == "POST" and not request.FILES
    return plain and not in_an_admin and provenance(request) is Provenance.UNSAID


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a refused POST: with the same form and a token where the browser said nothing.

    The page shows what was filled in and sends it only on a press of the button; it cannot be framed.
    """
    fields = repeatable(request.POST) if may_repeat(request) else []
    context = {
        "fields": fields,
        "action": request.get_full_path(),
        "may_repeat": bool(fields),
        "reason": reason,
    }
    response = render(request, "403_csrf.html", context, status=403)
    response["Cache-Control"] = "private, no-store"
    return response
