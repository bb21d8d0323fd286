"""Payouts in the admin: policies first; the list stands in the group of shop.order.desk."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy

from catalogue.permissions import is_producer
from shop.ledger.desk import stall
from shop.ledger.desk.views import POLICY
from shop.ledger.models import CategoryRate, Payout
from shop.payment.desk.policies import MoneyPolicy

register_permission_policy(Payout, POLICY)
register_permission_policy(
    CategoryRate, MoneyPolicy(CategoryRate, actions={"add", "change", "delete", "view"})
)


@hooks.register("register_admin_urls")
def stall_urls() -> list[URLPattern | URLResolver]:
    """A producer's own statements."""
    own = [
        path("", stall.statements, name="statements"),
        path("<int:pk>/", stall.statement, name="statement"),
        path("<int:pk>.csv", stall.lines, name="lines"),
    ]
    return [path("tien-hang/", include((own, "stall_money")))]


class StatementsMenuItem(MenuItem):
    """Shown to producers: "Tiền hàng"."""

    def is_shown(self, request: HttpRequest) -> bool:
        return is_producer(request.user)


@hooks.register("register_admin_menu_item")
def statements_menu_item() -> MenuItem:
    """The way to the statements."""
    return StatementsMenuItem(
        _("Tiền hàng"),
        reverse_lazy("stall_money:statements"),
        name="statements",
        icon_name="download",
        order=30,
    )
