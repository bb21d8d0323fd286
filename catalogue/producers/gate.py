"""The gate around producers: in the admin they reach what is listed here and nothing else.

Wagtail's permissions already keep a producer from changing another's rows. What they do not keep is
reading: choosers, reports, filters and searches show titles and names of everybody. So a producer's
request must name an address of `OPEN` or pass the question asked in `ASKED`; every other address of
the admin, of Oscar's dashboard and of Django's admin is closed, those of later Wagtail versions too.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.access.permissions import is_producer, own_pages
from catalogue.roles.addresses import OPEN_TO_ALL, PAGES
from catalogue.roles.questions import (
    Question,
    all_choosable,
    edits_own_page,
    is_above_own_page,
    leads_to_choosable,
    own_page,
    own_picture,
    own_unused_picture,
)

OPEN = OPEN_TO_ALL | {
    "producer_prices:prices",
    "producer_parcels:index",
    "producer_parcels:detail",
    "producer_parcels:step",
    "producer_parcels:decide",
    "producer_parcels:photo",
    "producer_statements:statements",
    "producer_statements:statement",
    "producer_statements:lines",
    "producer_statements:bill",
    "producer_statements:bill_lines",
}
HOME_INSTEAD = {"wagtailadmin_explore_root", "wagtailimages:index"}
OWN_PAGE_INSTEAD = {  # Wagtail would start these at the first page of all, or search in all
    "wagtailadmin_choose_page": "wagtailadmin_choose_page_child",
    PAGES + "search": "wagtailadmin_explore",
}


ASKED: dict[str, Question] = {
    "wagtailadmin_explore": own_page("parent_page_id"),
    "wagtailadmin_explore_results": own_page("parent_page_id"),
    PAGES + "add": own_page("parent_page_id"),
    PAGES + "add_subpage": own_page("parent_page_id"),
    PAGES + "preview_on_add": own_page("parent_page_id"),
    PAGES + "edit": own_page("page_id"),
    PAGES + "preview_on_edit": own_page("page_id"),
    PAGES + "view_draft": own_page("page_id"),
    PAGES + "confirm_workflow_cancellation": own_page("page_id"),
    PAGES + "history": own_page("page_id"),
    PAGES + "history_results": own_page("page_id"),
    PAGES + "revisions_index": own_page("page_id"),
    PAGES + "revisions_view": own_page("page_id"),
    PAGES + "revisions_revert": own_page("page_id"),
    PAGES + "revisions_compare": own_page("pk"),
    PAGES + "workflow_history": own_page("page_id"),
    PAGES + "workflow_history_detail": own_page("page_id"),
    "wagtailadmin_editing_sessions:ping": edits_own_page,
    "wagtailadmin_choose_page_child": leads_to_choosable,
    "wagtailadmin_choose_page_chosen_multiple": all_choosable,
    "wagtailimages:edit": own_picture,
    "wagtailimages:delete": own_unused_picture,
}


class ProducerGate:
    """Middleware that answers 403 to a producer who leaves what is open to producers.

    Reads the user for addresses of the admin only: public pages stay the same for everybody.
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
        if not request.path.startswith(settings.ADMIN_PREFIXES) or not is_producer(request.user):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in HOME_INSTEAD:
            return redirect("wagtailadmin_home")
        if name in OWN_PAGE_INSTEAD:
            return _start_at_own_page(request, OWN_PAGE_INSTEAD[name])
        if name in OPEN or (name in ASKED and ASKED[name](request, arguments)):
            return None
        return _elsewhere(request, name, arguments) or _refuse(request)


def _elsewhere(request: HttpRequest, name: str, arguments: Mapping[str, Any]) -> HttpResponseBase | None:
    if name == "wagtailimages:delete" and own_picture(request, arguments):
        return _keep_used_picture(request, arguments["image_id"])
    if name == "wagtailadmin_explore" and is_above_own_page(request, arguments):
        return redirect("wagtailadmin_home")  # where Wagtail goes once the own page is handed in
    return None


def _start_at_own_page(request: HttpRequest, name: str) -> HttpResponseBase:
    page = own_pages(request.user).order_by("path").first()
    if page is None:
        return _refuse(request)
    return redirect(f"{reverse(name, args=[page.pk])}?{request.GET.urlencode()}")


def _keep_used_picture(request: HttpRequest, key: int) -> HttpResponseBase:
    messages.error(
        request,
        _("Ảnh này đang được dùng nên không xoá được. Hãy chọn ảnh khác trong trang rồi gửi duyệt trước."),
    )
    return redirect("wagtailimages:edit", key)


def _refuse(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return HttpResponse(status=403)
    # Rendered by hand: Wagtail's own exception handling only wraps its views.
    return TemplateResponse(request, "producers/closed.html", status=403).render()
