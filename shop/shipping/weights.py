"""What one piece weighs and how much room it takes in a parcel, variants included.

A variant often states its net weight alone ("3 kg"); its box is then its parent's, in proportion.
"""

from catalogue.models import Product

UNKNOWN_WEIGHT_G = 500  # what a small parcel weighs; better than a free ride for a forgotten field


def weight_g(product: Product) -> int:
    """Return the packed weight of one piece in grams; 0 for services."""
    main = product.main
    if main.bookable:
        return 0
    if product.shipping_weight_g:
        return int(product.shipping_weight_g)
    if main.shipping_weight_g:
        return round(main.shipping_weight_g * _proportion(product, main))
    return int(product.net_weight_g or main.net_weight_g or UNKNOWN_WEIGHT_G)


def volume_mm3(product: Product) -> int:
    """Return the room one packed piece takes in cubic millimetres; 0 when nobody measured it."""
    main = product.main
    if _box(product):
        return _box(product)
    return round(_box(main) * _proportion(product, main))


def _box(product: Product) -> int:
    return int((product.length_mm or 0) * (product.width_mm or 0) * (product.height_mm or 0))


def _proportion(product: Product, main: Product) -> float:
    if product.net_weight_g and main.net_weight_g:
        return product.net_weight_g / main.net_weight_g
    return 1.0
