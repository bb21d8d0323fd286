"""From Oscar's dashboard to the place where orders are handled."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from shop.order.models import Order


def to_admin(_request: HttpRequest, number: str = "", **_rest: int) -> HttpResponse:
    """Send the staff to an order, or to the list of orders."""
    if not number:
        return redirect("shop_orders:index")
    return redirect("shop_orders:detail", get_object_or_404(Order.objects.only("pk"), number=number).pk)
