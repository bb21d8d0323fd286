"""The gate around producers: in the admin they reach what is listed here and nothing else.

Wagtail's permissions already keep a producer from changing another's rows. What they do not keep is
reading: choosers, reports, filters and searches show titles and names of everybody. So a producer's
request must name an address of `OPEN` or pass the question asked in `ASKED`; every other address of
the admin, of Oscar's dashboard and of Django's admin is closed, those of later Wagtail versions too.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from wagtail.models import Page
from wagtail.permissions import policy_registry

from catalogue.access.permissions import choosable_pages, is_producer, own_pages
from catalogue.ids import is_number
from catalogue.models import Picture

Question = Callable[[HttpRequest, Mapping[str, Any]], bool]
EDITED = {("wagtailcore", "page"), ("catalogue", "producerpage"), ("catalogue", "productpage")}

OPEN = {
    "wagtailadmin_home",
    "wagtailadmin_login",
    "wagtailadmin_logout",
    "wagtailadmin_account",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_sprite",
    "wagtailadmin_dismissibles",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
    "wagtailadmin_choose_page_search",
    "wagtailadmin_choose_page_external_link",
    "wagtailadmin_choose_page_email_link",
    "wagtailadmin_choose_page_phone_link",
    "wagtailadmin_choose_page_anchor_link",
    "wagtailadmin_editing_sessions:release",
    "wagtailimages_chooser:choose",
    "wagtailimages_chooser:choose_results",
    "wagtailimages_chooser:chosen",
    "wagtailimages_chooser:chosen_multiple",
    "wagtailimages_chooser:create",
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
PAGES = "wagtailadmin_pages:"
OWN_PAGE_INSTEAD = {  # Wagtail would start these at the first page of all, or search in all
    "wagtailadmin_choose_page": "wagtailadmin_choose_page_child",
    PAGES + "search": "wagtailadmin_explore",
}


def _own_page(argument: str) -> Question:
    def ask(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
        return own_pages(request.user).filter(pk=arguments[argument]).exists()

    return ask


def _own_picture(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    pictures = policy_registry.get_by_type(Picture).instances_user_has_permission_for(request.user, "choose")
    return pictures.filter(pk=arguments["image_id"]).exists()


def _own_unused_picture(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """The chooser offers to drop what was just uploaded when the same picture is there already."""
    picture = Picture.objects.filter(pk=arguments["image_id"], uploaded_by_user=request.user).first()
    return picture is not None and _own_picture(request, arguments) and picture.get_usage().count() == 0


def _edits_own_page(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    key = str(arguments["object_id"])
    if (arguments["app_label"], arguments["model_name"].lower()) not in EDITED or not is_number(key):
        return False
    return own_pages(request.user).filter(pk=key).exists()


def _is_above_own_page(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    page = Page.objects.filter(pk=arguments["parent_page_id"]).first()
    return page is not None and own_pages(request.user).filter(path__startswith=page.path).exists()


def _leads_to_choosable(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """A page to browse from: one that may be chosen, or one above it."""
    page = Page.objects.filter(pk=arguments["parent_page_id"]).first()
    return page is not None and choosable_pages(request.user).filter(path__startswith=page.path).exists()


def _all_choosable(request: HttpRequest, _arguments: Mapping[str, Any]) -> bool:
    keys = set(request.GET.getlist("id"))
    if not keys or not all(map(is_number, keys)):
        return False
    return choosable_pages(request.user).filter(pk__in=keys).count() == len(keys)


ASKED: dict[str, Question] = {
    "wagtailadmin_explore": _own_page("parent_page_id"),
    "wagtailadmin_explore_results": _own_page("parent_page_id"),
    PAGES + "add": _own_page("parent_page_id"),
    PAGES + "add_subpage": _own_page("parent_page_id"),
    PAGES + "preview_on_add": _own_page("parent_page_id"),
    PAGES + "edit": _own_page("page_id"),
    PAGES + "preview_on_edit": _own_page("page_id"),
    PAGES + "view_draft": _own_page("page_id"),
    PAGES + "confirm_workflow_cancellation": _own_page("page_id"),
    PAGES + "history": _own_page("page_id"),
    PAGES + "history_results": _own_page("page_id"),
    PAGES + "revisions_index": _own_page("page_id"),
    PAGES + "revisions_view": _own_page("page_id"),
    PAGES + "revisions_revert": _own_page("page_id"),
    PAGES + "revisions_compare": _own_page("pk"),
    PAGES + "workflow_history": _own_page("page_id"),
    PAGES + "workflow_history_detail": _own_page("page_id"),
    "wagtailadmin_editing_sessions:ping": _edits_own_page,
    "wagtailadmin_choose_page_child": _leads_to_choosable,
    "wagtailadmin_choose_page_chosen_multiple": _all_choosable,
    "wagtailimages:edit": _own_picture,
    "wagtailimages:delete": _own_unused_picture,
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
        if name == "wagtailadmin_explore" and _is_above_own_page(request, arguments):
            return redirect("wagtailadmin_home")  # where Wagtail goes once the own page is handed in
        return _refuse(request)


def _start_at_own_page(request: HttpRequest, name: str) -> HttpResponseBase:
    page = own_pages(request.user).order_by("path").first()
    if page is None:
        return _refuse(request)
    return redirect(f"{reverse(name, args=[page.pk])}?{request.GET.urlencode()}")


def _refuse(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return HttpResponse(status=403)
    # Rendered by hand: Wagtail's own exception handling only wraps its views.
    return TemplateResponse(request, "producers/closed.html", status=403).render()
