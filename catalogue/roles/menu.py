"""The admin's menu as those see it whose rights reach over a part of the market only."""

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem, SubmenuMenuItem

from catalogue.access.permissions import own_pages
from catalogue.roles.gate import ADMIN, is_narrow, is_open

EXPLORER = "explorer"  # it reads the whole tree from Wagtail's API


class OwnPartMenuItem(MenuItem):
    """The way to the pages that somebody's groups may edit."""

    def __init__(self) -> None:
        super().__init__(
            _("Phần việc của bạn"),
            reverse_lazy("wagtailadmin_explore_root"),
            name="own_part",
            icon_name="folder-open-inverse",
            order=100,
        )

    def is_shown(self, request: HttpRequest) -> bool:
        return is_narrow(request) and own_pages(request.user).exists()


def leave_out_closed(request: HttpRequest, items: list[MenuItem]) -> None:
    """Take the entries out that the gate would refuse."""
    if is_narrow(request):
        items[:] = [item for item in items if _leads_somewhere(request, item)]


def _leads_somewhere(request: HttpRequest, item: MenuItem) -> bool:
    if isinstance(item, (SubmenuMenuItem, OwnPartMenuItem)) or not str(item.url).startswith(ADMIN):
        return True
    try:
        match = resolve(str(item.url))
    except Resolver404:
        return True
    return item.name != EXPLORER and is_open(request, match.view_name, match.kwargs)
