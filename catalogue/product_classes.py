"""Oscar's product classes: goods that travel and services that do not. Both count their stock."""

from typing import Any

from oscar.core.loading import get_model


def goods() -> Any:
    """Return the class of everything that is packed and sent."""
    return _product_class(slug="hang-hoa", name="Hàng hoá", requires_shipping=True)


def services() -> Any:
    """Return the class of visits and workshops: booked for a day, never sent."""
    return _product_class(slug="dich-vu", name="Dịch vụ", requires_shipping=False)


def _product_class(*, slug: str, name: str, requires_shipping: bool) -> Any:
    ProductClass = get_model("catalogue", "ProductClass")
    defaults = {"name": name, "requires_shipping": requires_shipping, "track_stock": True}
    return ProductClass.objects.get_or_create(slug=slug, defaults=defaults)[0]
