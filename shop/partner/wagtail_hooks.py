"""What producers and stock add to the admin: registration only."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy

from catalogue.access.permissions import is_producer
from catalogue.policies import LimitedPolicy
from shop.partner import views
from shop.partner.models import Partner
from shop.partner.viewsets import PartnerViewSet

register_permission_policy(Partner, LimitedPolicy(Partner, actions={"add", "change", "view"}))


@hooks.register("register_admin_urls")
def producer_urls() -> list[URLPattern | URLResolver]:
    """The table of prices and stock."""
    return [path("gia-va-kho/", include(([path("", views.prices, name="prices")], "producer_prices")))]


class PricesMenuItem(MenuItem):
    """Shown to producers: "Giá và kho"."""

    def is_shown(self, request: HttpRequest) -> bool:
        return is_producer(request.user)


@hooks.register("register_admin_menu_item")
def prices_menu_item() -> MenuItem:
    """The way to the table."""
    return PricesMenuItem(
        _("Giá và kho"), reverse_lazy("producer_prices:prices"), name="prices", icon_name="tag", order=20
    )


@hooks.register("register_admin_viewset")
def producers_register() -> PartnerViewSet:
    """Who sells here."""
    return PartnerViewSet()
