"""The admin as producers see it: their pages, listings and choosers without the names of others."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import django_filters
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.images.views import chooser
from wagtail.models import Page, WorkflowState

from catalogue.access.permissions import is_producer, own_pages
from catalogue.models import ProducerPage, ProductPage

PRODUCER_MENU = {"own_pages", "parcels", "prices", "statements"}


class ChangedOnFilterSet(WagtailFilterSet):
    """Pages by the day they changed: Wagtail's filters by owner, editor and site list everybody."""

    latest_revision_created_at = django_filters.DateFromToRangeFilter(
        label=_("Ngày sửa"), widget=DateRangePickerWidget
    )

    class Meta:
        model = Page
        fields: list[str] = []


class ProducerPageViewSet(PageViewSet):
    """The admin of a producer's page: its explorer lists the products."""

    model = ProducerPage
    filterset_class = ChangedOnFilterSet


class ProductPageViewSet(PageViewSet):
    """The admin of a product's page."""

    model = ProductPage
    filterset_class = ChangedOnFilterSet


class PictureChooseView(chooser.ImageChooseView):
    """The picture chooser without the most used tags, which are everybody's."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "popular_tags": []}


def hide_foreign_tags() -> None:
    """Put our view into Wagtail's picture chooser; called before it registers its addresses."""
    chooser.viewset.choose_view_class = PictureChooseView


class OwnPagesMenuItem(MenuItem):
    """A producer's way to the own pages: "Gian hàng"."""

    def __init__(self) -> None:
        super().__init__(
            _("Gian hàng"), reverse_lazy("wagtailadmin_home"), name="own_pages", icon_name="home", order=10
        )

    def is_shown(self, request: HttpRequest) -> bool:
        return is_producer(request.user)


class OwnPagesPanel(Component):
    """A producer's first page: every own page with its state and what can be done with it."""

    name = "own_pages"
    template_name = "producers/panel.html"
    order = 100

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        own: Any = own_pages(parent_context["request"].user)
        pages = own.prefetch_workflow_states().order_by("path")
        rooms = [page for page in pages if page.specific_class is ProducerPage]
        return {
            "prices_url": reverse("producer_prices:prices"),
            "parcels_url": reverse("producer_parcels:index"),
            "own_pages": [
                {**_row(room), "products": [_row(page) for page in pages if page.is_child_of(room)]}
                for room in rooms
            ],
        }


def _row(page: Page) -> dict[str, Any]:
    return {"page": page, "state": state_in_words(page)}


def state_in_words(page: Page) -> str:
    """Return where a page stands between its writer, the moderators and the shop."""
    review = page.current_workflow_state
    if review and review.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return gettext("cần sửa lại")
    if review:
        return gettext("đang chờ duyệt")
    if not page.live:
        return gettext("bản nháp")
    return gettext("đang bày, có bản sửa chưa gửi") if page.has_unpublished_changes else gettext("đang bày")


def refuse_decision_by_autosave(request: HttpRequest) -> HttpResponse | None:
    """Refuse a moderator's decision that the editor sends once more while it saves by itself.

    "Approve" writes hidden fields into the form; while the answer is on its way, Wagtail 8.0 takes
    them for an edit and saves. That request may have read the page before it was published, and
    writes it back as a draft: what was approved was off the shop again.
    """
    if "action-workflow-action" in request.POST and not request.accepts("text/html"):
        return HttpResponse(status=HTTPStatus.CONFLICT)
    return None
