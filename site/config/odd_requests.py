"""Addresses that no link of ours holds and that neither database nor disk can take: answered at the door."""

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from wagtail.coreutils import resolve_model_string
from wagtail.models import Page

# A lone surrogate is what Django leaves of bytes that are no UTF-8.
ODD_PATH = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
NO_KEY = re.compile(r"[0-9]{19,}")  # keys end at 2^63
NOT_FOR_ROOT = {
    f"wagtailadmin_pages:{action}" for action in ("lock", "unlock", "move_confirm", "set_page_position")
}
# They take the query's `id` for a number, or some of them.
IDS_IN_QUERY = re.compile(r"wagtailadmin_api:\w+:find|wagtailadmin_choose_page_chosen_multiple")
NUL = "%00"
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class OddRequestMiddleware:
    """404 for a path that can name nothing; NUL, which PostgreSQL cannot compare, is taken out of the query."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look at the address before anything asks the database about it.

        Raises:
            Http404: the path holds a sign that nothing has.
        """
        if ODD_PATH.search(request.path_info):
            raise Http404
        while NUL in request.META.get("QUERY_STRING", ""):  # what is left may make another one
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace(NUL, "")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Answer 404 for a key that no row can have, or none of the view's model, and for what the root cannot do."""
        numbers = any(NO_KEY.fullmatch(str(value)) for value in (*args, *kwargs.values()))
        if numbers or not _is_key(view, kwargs.get("pk")) or _moves_root(request, kwargs):
            raise Http404
        if not all(re.fullmatch("[0-9]+", pk) for pk in _queried_ids(request)):
            raise Http404


def _is_key(view: Any, pk: Any) -> bool:
    """Whether `pk` can be a key of the model that the view shows; Wagtail's views take any text for one."""
    given = getattr(view, "view_initkwargs", {}).get("model") or getattr(view, "view_class", None)
    model = resolve_model_string(given) if isinstance(given, str) else getattr(given, "model", given)
    if pk is None or not (isinstance(model, type) and issubclass(model, Model)):
        return True
    try:
        model._meta.pk.to_python(pk)
    except ValidationError:
        return False
    return True


def _moves_root(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Whether the root of the page tree is to be moved or locked: those views look for a page above it."""
    if not request.resolver_match or request.resolver_match.view_name not in NOT_FOR_ROOT:
        return False
    pk = kwargs.get("page_id") or kwargs.get("page_to_move_id")
    return Page.objects.filter(pk=pk, depth=1).exists()


def _queried_ids(request: HttpRequest) -> list[str]:
    """Return the ids that the query of one of Wagtail's views names, where it must name numbers."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    return request.GET.getlist("id") if IDS_IN_QUERY.fullmatch(name) else []
