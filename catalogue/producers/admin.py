"""The desk as producers see it: their pages, listings and choosers without the names of others."""

from typing import Any

import django_filters
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.images.views import chooser
from wagtail.models import Page, WorkflowState

from catalogue.models import ProducerPage, ProductPage
from catalogue.permissions import is_producer, own_pages

PRODUCER_MENU = {"stall", "parcels", "prices", "statements"}


class StallFilterSet(WagtailFilterSet):
    """Pages by the day they changed: Wagtail's filters by owner, editor and site list everybody."""

    latest_revision_created_at = django_filters.DateFromToRangeFilter(
        label=_("Ngày sửa"), widget=DateRangePickerWidget
    )

    class Meta:
        model = Page
        fields: list[str] = []


class ProducerPageViewSet(PageViewSet):
    """The desk of a producer's page: its explorer lists the products."""

    model = ProducerPage
    filterset_class = StallFilterSet


class ProductPageViewSet(PageViewSet):
    """The desk of a product's page."""

    model = ProductPage
    filterset_class = StallFilterSet


class PictureChooseView(chooser.ImageChooseView):
    """The picture chooser without the most used tags, which are everybody's."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "popular_tags": []}


def hide_foreign_tags() -> None:
    """Put our view into Wagtail's picture chooser; called before it registers its addresses."""
    chooser.viewset.choose_view_class = PictureChooseView


class StallMenuItem(MenuItem):
    """A producer's way to the own pages: "Gian hàng"."""

    def __init__(self) -> None:
        super().__init__(
            _("Gian hàng"), reverse_lazy("wagtailadmin_home"), name="stall", icon_name="home", order=10
        )

    def is_shown(self, request: HttpRequest) -> bool:
        return is_producer(request.user)


class StallPanel(Component):
    """A producer's front room: every own page with its state and what can be done with it."""

    name = "stall"
    template_name = "stall/panel.html"
    order = 100

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        own: Any = own_pages(parent_context["request"].user)
        pages = own.prefetch_workflow_states().order_by("path")
        rooms = [page for page in pages if page.specific_class is ProducerPage]
        return {
            "prices_url": reverse("stall:prices"),
            "parcels_url": reverse("stall_parcels:index"),
            "stalls": [
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
