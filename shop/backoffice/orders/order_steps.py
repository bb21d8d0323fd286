"""What staff do with an order as a whole."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shop.backoffice.orders.forms import InvalidForms, ReasonForm, as_typed
from shop.order.models import Order, Parcel
from shop.order.transitions import may_cancel

CANCEL = "cancel-order"


def rows(order: Order, parcels: Iterable[Parcel], *, wrong: InvalidForms) -> list[dict[str, Any]]:
    """Return what may be done with an order now, as shop/backoffice/step.html shows it.

    Args:
        order: which.
        parcels: all of it.
        wrong: forms that came back with errors.
    """
    if not may_cancel(order, list(parcels)):
        return []
    return [
        {
            "title": _("Huỷ cả đơn"),
            "url": reverse("shop_orders:cancel", args=[order.pk]),
            "form": as_typed(ReasonForm(prefix=CANCEL), wrong),
            "folded": True,
            "main": False,
        }
    ]
