from typing import Any

from django.urls import path
from oscar.apps.dashboard.orders import apps


class OrdersDashboardConfig(apps.OrdersDashboardConfig):
    """Oscar's order dashboard, reduced to signposts.

    Its views show a partner's user every line and the buyer's data of an order with one of their
    lines, set an order's status without its stock, and record payments nobody received. Orders are
    handled in the admin; Oscar's own links to them go on working.
    """

    name = "shop.dashboard.orders"

    def ready(self) -> None:
        """Load none of Oscar's views."""
        self.permissions_map: dict[str, Any] = {}

    def get_urls(self) -> list[Any]:
        """Return Oscar's names, each leading to the admin; for staff only, by the default permission."""
        from shop.dashboard.orders.views import to_admin

        urls = [
            path("", to_admin, name="order-list"),
            path("statistics/", to_admin, name="order-stats"),
            path("<str:number>/", to_admin, name="order-detail"),
            path("<str:number>/notes/<int:note_id>/", to_admin, name="order-detail-note"),
            path("<str:number>/lines/<int:line_id>/", to_admin, name="order-line-detail"),
            path("<str:number>/shipping-address/", to_admin, name="order-shipping-address"),
        ]
        return self.post_process_urls(urls)
