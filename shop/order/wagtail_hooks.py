"""Orders in the admin: policies first, then the staff's lists and the producers' own parcels."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy

from catalogue.permissions import is_producer
from shop.order.desk import stall
from shop.order.desk.policies import OrderPolicy
from shop.order.desk.viewsets import OrderGroup
from shop.order.models import Order, Parcel

register_permission_policy(Order, OrderPolicy(Order))
register_permission_policy(Parcel, OrderPolicy(Parcel))


@hooks.register("register_admin_viewset")
def register_orders() -> OrderGroup:
    """Show orders and parcels in the admin's menu."""
    return OrderGroup()


@hooks.register("register_admin_urls")
def stall_urls() -> list[URLPattern | URLResolver]:
    """A producer's own parcels."""
    own = [
        path("", stall.parcels, name="index"),
        path("<int:pk>/", stall.parcel, name="detail"),
        path("<int:pk>/tra-hang/", stall.decide, name="decide"),
        path("<int:pk>/anh/<int:photo>/", stall.photo, name="photo"),
        path("<int:pk>/<slug:verb>/", stall.step, name="step"),
    ]
    return [path("kien-cua-toi/", include((own, "stall_parcels")))]


class ParcelsMenuItem(MenuItem):
    """Shown to producers: "Kiện hàng"."""

    def is_shown(self, request: HttpRequest) -> bool:
        return is_producer(request.user)


@hooks.register("register_admin_menu_item")
def parcels_menu_item() -> MenuItem:
    """The way to the parcels."""
    return ParcelsMenuItem(
        _("Kiện hàng"), reverse_lazy("stall_parcels:index"), name="parcels", icon_name="list-ul", order=15
    )
