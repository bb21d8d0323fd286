"""Addresses of orders: written once, never changed."""

from typing import Any

from shop.address.country import vietnam
from shop.order.models import ShippingAddress
from shop.order.purchase import Purchase


def save_address(purchase: Purchase) -> ShippingAddress:
    """Write the person and, unless the parcels are fetched, the place of `purchase`."""
    place: dict[str, Any] = {}
    if not purchase.pickup:
        place = {
            "province_id": purchase.province,
            "commune_id": purchase.commune or None,
            "commune_name": purchase.commune_name,
            "line1": purchase.street,
            "old_address": purchase.old_address,
        }
    address = ShippingAddress(
        first_name=purchase.name,
        phone_number=purchase.phone,
        notes=purchase.note,
        country_id=vietnam(),
        **place,
    )
    address.save()
    return address
