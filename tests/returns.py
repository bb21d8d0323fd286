"""Return requests in tests: which was asked last, and where the answer to it goes."""

from django.urls import reverse

from shop.order.models import Parcel, ReturnRequest


def last_request(parcel: Parcel | int) -> int:
    """Return the key of a parcel's last return request; 0 without one."""
    rows = ReturnRequest.objects.filter(parcel=parcel).order_by("-pk")
    return rows.values_list("pk", flat=True).first() or 0


def decide_url(parcel: Parcel, *, by_staff: bool) -> str:
    """Return where the answer to a parcel's last request goes."""
    if by_staff:
        return reverse("shop_orders:decide", args=[parcel.order_id, parcel.pk, last_request(parcel)])
    return reverse("producer_parcels:decide", args=[parcel.pk, last_request(parcel)])
