"""What an order keeps in its buyer's words, for readers of another language."""

from django.db.models import Prefetch

from shop.order.models import Line, Parcel
from shop.shipping.tariff import localised_name

LINES = Prefetch("lines", Line.objects.select_related("product__parent"))  # what `Line.local_title` reads


def shipping_name(parcel: Parcel) -> str:
    """Return how a parcel goes, in the reader's language."""
    if parcel.sales_point:
        return str(parcel.sales_point.local_name)
    return localised_name(parcel.shipping_name, parcel.order.language)
