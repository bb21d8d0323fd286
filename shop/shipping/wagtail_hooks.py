"""Delivery zones in the admin, for the hub's staff; the rules beside them are a Wagtail setting."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from shop.shipping.models import ShippingZone


class ShippingZoneViewSet(ModelViewSet):
    """Zones, their provinces and rates."""

    model = ShippingZone
    icon = "globe"
    menu_label = _("Vùng giao hàng")
    list_display = ["name", "base_price", "step_price", "min_days", "max_days", "cold_chain"]
    list_filter = ["cold_chain", "free_shipping"]
    copy_view_enabled = False
    add_to_admin_menu = True
    menu_order = 350


@hooks.register("register_admin_viewset")
def register_zones() -> ShippingZoneViewSet:
    """Show the zones in the admin."""
    return ShippingZoneViewSet("shippingzone")
