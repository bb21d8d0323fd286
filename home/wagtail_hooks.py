"""What the site adds to the admin: registration only."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import policy_registry

from catalogue.models import SeededRow
from home import opening
from home.opening_views import POLICY, OpeningView
from home.seed_views import DifferencesView


class ShippedDataItem(MenuItem):
    """Shown to those who may decide about shipped data."""

    def is_shown(self, request: HttpRequest) -> bool:
        policy = policy_registry.get_by_type(SeededRow)
        return bool(policy.user_has_permission(request.user, "change"))


@hooks.register("register_admin_urls")
def shipped_data_url() -> list[URLPattern]:
    """The report on shipped data."""
    return [path("reports/du-lieu-kem-theo/", DifferencesView.as_view(), name="shipped_data")]


@hooks.register("register_reports_menu_item")
def shipped_data_item() -> MenuItem:
    """Its entry among the reports."""
    return ShippedDataItem(
        _("Dữ liệu kèm theo"), reverse("shipped_data"), name="shipped-data", icon_name="history", order=900
    )


class OpeningItem(MenuItem):
    """Shown until the shop has opened, to those who may open it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(POLICY.user_has_permission(request.user, "change")) and not opening.is_open()


@hooks.register("register_admin_urls")
def opening_url() -> list[URLPattern]:
    """What has to be done before the shop opens."""
    return [path("mo-cua/", OpeningView.as_view(), name="opening")]


@hooks.register("register_admin_menu_item")
def opening_item() -> MenuItem:
    """Its entry, first of all."""
    return OpeningItem(_("Mở cửa"), reverse("opening"), name="opening", icon_name="success", order=1)
