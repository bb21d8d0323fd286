"""What can be bought on a product's page: its sizes, with price and stock of the chosen one.

A size is chosen by plain link (`?loai=<sku>`): every size has an address and needs no script.
Prices come from the strategy alone, never from a template.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from oscar.core.loading import get_class

from catalogue.formats import volume, weight
from catalogue.languages import local
from catalogue.models import Product
from catalogue.months import reopening

FEW = 10  # so many or fewer are named by number
MOST_AT_ONCE = 99


@dataclass(frozen=True)
class Variant:
    """One thing that can be put in the basket: a size, or the product without sizes."""

    product: Product
    sku: str
    label: str
    url: str
    price: Decimal
    in_stock: bool
    left: int | None  # None: uncounted
    current: bool = False


@dataclass(frozen=True)
class Offer:
    """The buy box of a product's page, for catalogue/parts/product_buy.html.

    Attributes:
        chosen: the variant whose price and stock are shown; None when nothing is priced.
        unit: what the price is for.
        url: where the form posts `quantity`.
        is_out: whether the chosen one cannot be bought now.
        opens_on: when its sale begins again, of what is out of season.
        left: how many there are, only when they are few.
        max_quantity: the most that the form takes.
        ships_in: how long it takes to make or to book, in words, or "".
        variants: the sizes to choose from; none for a product without sizes.
    """

    chosen: Variant | None
    unit: str
    url: str
    is_out: bool
    opens_on: date | None
    left: int | None
    max_quantity: int
    ships_in: str
    variants: list[Variant]

    @property
    def price(self) -> Decimal | None:
        """Return the price with VAT, None while there is none."""
        return self.chosen.price if self.chosen else None

    @property
    def reopening(self) -> str:
        """Return "Hết mùa, mở bán lại tháng 6.", nothing while it is on sale."""
        return reopening(self.opens_on) if self.opens_on else ""

    @property
    def net_content(self) -> dict[str, str]:
        """Return volume (of a liquid) or net weight of the chosen one, in words; its parent's where it has none.

        As `title` and `text`; empty when nothing is known.
        """
        if self.chosen is None:
            return {}
        product, main = self.chosen.product, self.chosen.product.main
        if amount := product.net_volume_ml or main.net_volume_ml:
            return {"title": _("Dung tích thực"), "text": volume(amount)}
        amount = product.net_weight_g or main.net_weight_g
        return {"title": _("Khối lượng tịnh"), "text": weight(amount)} if amount else {}


def offer(sizes: list[Product], main: Product, *, page_url: str, wanted: str = "") -> Offer:
    """Return the buy box of `main`.

    Args:
        sizes: the product and its variants, from `sizes_of`.
        main: the product, or the parent of its variants.
        page_url: address of its page, to which the links of the sizes lead.
        wanted: what the visitor asked for, by SKU or id; anything else means the first in stock.
    """
    variants = _variants(sizes, main, page_url)
    chosen = _choose(variants, wanted)
    left = chosen.left if chosen and chosen.in_stock else None
    return Offer(
        chosen=chosen,
        unit="" if main.is_parent else local(main, "unit"),
        url=reverse("basket:add", kwargs={"pk": chosen.product.pk}) if chosen else "",
        is_out=not (chosen and chosen.in_stock),
        opens_on=main.opens_on(),
        left=left if left and left <= FEW else None,
        max_quantity=min(MOST_AT_ONCE, left or MOST_AT_ONCE),
        ships_in=_("làm theo đơn")
        if main.made_to_order
        else _("hẹn ngày sau khi đặt")
        if main.bookable
        else "",
        variants=[replace(v, current=v is chosen) for v in variants] if main.is_parent else [],
    )


def sizes_of(main: Product) -> list[Product]:
    """Return `main` and its variants with their stock; two queries."""
    found = Product.objects.filter(Q(pk=main.pk) | Q(parent=main.pk)).prefetch_related("stockrecords")
    sizes = list(found.order_by("pk"))
    for size in sizes:
        size.producer = main.producer
        if size.is_child:
            size.parent = main
    return sizes


def _variants(sizes: list[Product], main: Product, page_url: str) -> list[Variant]:
    strategy = get_class("partner.strategy", "Selector")().strategy()
    sold = [size for size in sizes if size.is_public and size.is_child == main.is_parent]
    priced = [(size, strategy.fetch_for_product(size)) for size in sold]
    return [_variant(size, info, page_url) for size, info in priced if info.price.exists]


def _variant(product: Product, info: Any, page_url: str) -> Variant:
    sku = info.stockrecord.partner_sku or str(product.pk)
    return Variant(
        product=product,
        sku=sku,
        label=product.variant_name,
        url=f"{page_url}?loai={sku}",
        price=info.price.incl_tax,
        in_stock=info.availability.is_available_to_buy,
        left=getattr(info.availability, "num_available", None),
    )


def _choose(variants: list[Variant], wanted: str) -> Variant | None:
    asked = next((v for v in variants if wanted and wanted in {v.sku, str(v.product.pk)}), None)
    return asked or next((v for v in variants if v.in_stock), None) or next(iter(variants), None)
