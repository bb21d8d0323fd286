"""The gate around those whose rights reach over a part of the market only: closed unless it is opened.

Wagtail takes everybody with the way into the admin for one of the house: choosers, reports, searches
and its API name pages, people and files that nobody has given them. So whoever does not see all
(`catalogue.access.reach`) reaches what `catalogue.roles.addresses` opens, what a register's own policy
opens, and the pages and files of their groups. An address that a later version adds is closed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from wagtail.models import Page, Site

from catalogue.access.permissions import choosable_pages, is_producer, own_pages
from catalogue.access.reach import sees_all
from catalogue.roles.addresses import ASKED, BY_RIGHT, OPEN, OWN_PAGE_INSTEAD
from catalogue.roles.questions import is_above_own_page

ADMIN = "/admin/"


class RoleGate:
    """Middleware that answers 403 in the admin outside what somebody's groups open.

    Reads the user for addresses of the admin only: public pages stay the same for everybody. Producers
    have a narrower gate of their own; Django's admin and Oscar's dashboard ask for their rights themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        _view: Callable[..., HttpResponseBase],
        _args: Sequence[str],
        arguments: Mapping[str, Any],
    ) -> HttpResponseBase | None:
        if not request.path.startswith(ADMIN) or not is_narrow(request):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OWN_PAGE_INSTEAD:
            return _start_at_own_page(request, OWN_PAGE_INSTEAD[name])
        if is_open(request, name, arguments):
            return None
        if name == "wagtailadmin_explore" and is_above_own_page(request, arguments):
            return _start_at_own_page(request, name)
        return _refuse(request)


def is_narrow(request: HttpRequest) -> bool:
    """Say whether somebody may enter the admin, is no producer and does not see the whole market."""
    user = request.user
    if not user.is_authenticated or not user.has_perm("wagtailadmin.access_admin"):
        return False  # Wagtail asks for a log-in
    return not is_producer(user) and not sees_all(user)


def is_open(request: HttpRequest, name: str, arguments: Mapping[str, Any]) -> bool:
    """Say whether an address is open to somebody narrow."""
    if name in OPEN or name.partition(":")[0] in BY_RIGHT:
        return True
    return name in ASKED and ASKED[name](request, arguments)


def _start_at_own_page(request: HttpRequest, name: str) -> HttpResponseBase:
    page = own_pages(request.user).order_by("path").first()
    if page is None and name == "wagtailadmin_choose_page_child":
        page = _first_public(request)
    if page is None:
        return _refuse(request)
    return redirect(f"{reverse(name, args=[page.pk])}?{request.GET.urlencode()}")


def _first_public(request: HttpRequest) -> Page | None:
    """Return where somebody without own pages begins to choose one: the front page."""
    site = Site.find_for_request(request)
    return choosable_pages(request.user).filter(pk=site.root_page_id).first() if site else None


def _refuse(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return HttpResponse(status=403)
    # Rendered by hand: Wagtail's own exception handling only wraps its views.
    return TemplateResponse(request, "roles/closed.html", status=403).render()
