"""What a gate asks before it opens an address: is this somebody's own, or may it be chosen?"""

from collections.abc import Callable, Mapping
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from wagtail.documents import get_document_model
from wagtail.models import Page
from wagtail.permissions import policy_registry

from catalogue.access.permissions import choosable_pages, own_pages
from catalogue.ids import is_number
from catalogue.models import Picture

Question = Callable[[HttpRequest, Mapping[str, Any]], bool]


def own_page(argument: str) -> Question:
    """Ask whether the page that `argument` names may be edited."""

    def ask(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
        return own_pages(request.user).filter(pk=arguments[argument]).exists()

    return ask


def own_picture(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Say whether this picture may be chosen."""
    pictures = policy_registry.get_by_type(Picture).instances_user_has_permission_for(request.user, "choose")
    return pictures.filter(pk=arguments["image_id"]).exists()


def own_unused_picture(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Say whether a picture may go: the chooser offers it for what was just uploaded a second time."""
    picture = Picture.objects.filter(pk=arguments["image_id"], uploaded_by_user=request.user).first()
    return picture is not None and own_picture(request, arguments) and picture.get_usage().count() == 0


def own_document(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Say whether this document may be chosen."""
    documents = policy_registry.get_by_type(get_document_model())
    return (
        documents.instances_user_has_permission_for(request.user, "choose")
        .filter(pk=arguments["document_id"])
        .exists()
    )


def edits_own_page(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Say whether an editing session is that of a page of one's own."""
    key = str(arguments["object_id"])
    try:
        model = apps.get_model(arguments["app_label"], arguments["model_name"])
    except LookupError:
        return False
    if not issubclass(model, Page) or not is_number(key):
        return False
    return own_pages(request.user).filter(pk=key).exists()


def is_above_own_page(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Say whether a page of one's own stands below this one."""
    page = Page.objects.filter(pk=arguments["parent_page_id"]).first()
    return page is not None and own_pages(request.user).filter(path__startswith=page.path).exists()


def leads_to_choosable(request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
    """Say whether a page is one to browse from: one that may be chosen, or one above it."""
    page = Page.objects.filter(pk=arguments["parent_page_id"]).first()
    return page is not None and choosable_pages(request.user).filter(path__startswith=page.path).exists()


def all_choosable(request: HttpRequest, _arguments: Mapping[str, Any]) -> bool:
    """Say whether all pages that the query names may be chosen."""
    keys = set(request.GET.getlist("id"))
    if not keys or not all(map(is_number, keys)):
        return False
    return choosable_pages(request.user).filter(pk__in=keys).count() == len(keys)
