"""A producer's own parcels, sorted into what waits for the next step, what a buyer sends back, and the rest."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalogue.access.permissions import partners_of
from shop.order.models import Order, Parcel, ReturnRequest
from shop.order.transitions import DONE, PLACED_ORDER
from shop.payment.models import Payment
from shop.payment.providers import providers

ASKED = Exists(
    ReturnRequest.objects.filter(parcel=OuterRef("pk"), state=ReturnRequest.State.REQUESTED)
)  # its buyer has asked to send something back, and nobody has decided yet


def own_parcels(user: Any) -> QuerySet[Parcel]:
    """Return a producer's parcels of orders that were placed: not those that wait for money.

    Of cancelled orders those that had been placed: free, for cash, or paid in full. Each says in
    `asks_return` whether its buyer has asked to send something back and nobody has decided yet.

    Raises:
        PermissionDenied: the user works for no producer.
    """
    partners = list(partners_of(user))
    if not partners:
        raise PermissionDenied
    cash = [code for code, method in providers().items() if method.collects_on_delivery]
    payments = Payment.objects.filter(order=OuterRef("order"))
    paid = Exists(payments.filter(Q(method__in=cash) | Q(received__gte=F("amount"))))
    was_placed = Q(order__status=Order.Status.CANCELLED) & (paid | ~Exists(payments))
    rows = Parcel.objects.filter(Q(order__status__in=PLACED_ORDER) | was_placed)
    rows = rows.annotate(asks_return=ASKED)
    return rows.filter(partner__in=partners).select_related("order", "partner")


@dataclass(frozen=True)
class ParcelList:
    """One list of parcels.

    Attributes:
        name: in the address; "" for the list that is shown first.
        label: on its button.
        rows: picks and orders its parcels out of a producer's own.
        is_counted: whether the button says how many there are.
    """

    name: str
    label: str | Promise
    rows: Callable[[QuerySet[Parcel]], QuerySet[Parcel]]
    is_counted: bool = True


WAITING = ParcelList(
    "", _("Đang chờ làm"), lambda own: own.exclude(status__in=DONE).order_by("pk")
)  # oldest first
RETURNS = ParcelList("tra", _("Khách xin trả"), lambda own: own.filter(ASKED).order_by("pk"))
FINISHED = ParcelList(
    "xong", _("Đã xong"), lambda own: own.filter(status__in=DONE).order_by("-pk"), is_counted=False
)
LISTS = (WAITING, RETURNS, FINISHED)


def named(name: str) -> ParcelList:
    """Return the list of this name, the first one for a name that is none."""
    return next((which for which in LISTS if which.name == name), WAITING)


def links(own: QuerySet[Parcel], shown: ParcelList | None = None) -> list[dict[str, Any]]:
    """Return the buttons of the lists: label, url, count (None where it is not counted), current.

    Args:
        own: the producer's parcels.
        shown: the list whose page this is.
    """
    page = reverse("producer_parcels:index")
    return [
        {
            "label": which.label,
            "url": f"{page}?xem={which.name}" if which.name else page,
            "count": which.rows(own).count() if which.is_counted else None,
            "current": which is shown,
        }
        for which in LISTS
    ]
