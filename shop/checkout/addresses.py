"""Addresses of orders: written once, never changed."""

from typing import Any

from shop.address.country import home_country
from shop.address.places import commune_by_code
from shop.checkout.purchase import Purchase
from shop.order.models import ShippingAddress


def save_address(purchase: Purchase) -> ShippingAddress:
    """Write the person and, unless the parcels are fetched, the place of `purchase`."""
    place: dict[str, Any] = {}
    if not purchase.pickup:
        place = {
            "province_id": purchase.province,
            "commune": commune_by_code(purchase.commune),
            "commune_name": purchase.commune_name,
            "line1": purchase.street,
            "old_address": purchase.old_address,
        }
    address = ShippingAddress(
        first_name=purchase.name,
        phone_number=purchase.phone,
        notes=purchase.note,
        country_id=home_country(),
        **place,
    )
    if address.commune and address.commune.province_id == address.province_id:
        address.province = address.commune.province  # read with it: its name is kept, too
    address.save()
    return address
