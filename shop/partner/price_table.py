"""Price and stock of a producer's products in one table, in force at once, outside any draft."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from catalogue.models import Product
from shop.core.http import Visitor
from shop.core.whole_numbers import WholeNumberField
from shop.partner.models import Partner, StockRecord
from shop.partner.stock import StaleTable, set_price_and_stock

MAX_PRICE = 999_999_999_999  # twelve digits fit the column
MAX_STOCK = 1_000_000


def products_of(partners: Iterable[Partner]) -> list[Product]:
    """Return what `partners` sell, variants instead of their parents, in two queries."""
    sold = Q(structure=Product.STANDALONE, producer__in=partners) | Q(
        structure=Product.CHILD, parent__producer__in=partners
    )
    products = Product.objects.filter(sold).select_related("parent__producer", "producer")
    listed = products.prefetch_related("stockrecords")
    return sorted(listed, key=lambda product: (product.main.title, product.main.pk, product.pk))


def record_of(product: Product) -> StockRecord | None:
    """Return the product's one stock record, if it has been given a price yet."""
    return next(iter(product.stockrecords.all()), None)


class PriceRow(forms.Form):
    """One product's price and stock, and the values the table showed when it was opened."""

    price = WholeNumberField(label=_("Giá, đồng"), max_value=MAX_PRICE, example="1.250.000")
    stock = WholeNumberField(label=_("Còn trong kho"), max_value=MAX_STOCK, example="1.200")
    seen_price = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen_stock = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, product: Product, data: Any = None) -> None:
        self.product = product
        self.record = record_of(product)
        super().__init__(data, prefix=f"p{product.pk}", initial=self._now(), use_required_attribute=False)
        for name in ("price", "stock"):
            self.fields[name].widget.attrs["aria-label"] = f"{self.fields[name].label}: {product.local_title}"

    @property
    def allocated(self) -> int:
        """Return how many units orders hold that have not left yet."""
        return (self.record and self.record.num_allocated) or 0

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors or not self.is_changed:
            return data
        if data.get("price") is None:
            self.add_error("price", _("Điền giá bán."))
        if data.get("stock") is None and not self._may_stay_uncounted():
            self.add_error("stock", _("Điền số còn lại, hết thì ghi 0."))
        return data

    @property
    def is_changed(self) -> bool:
        """Say whether a value differs from what the table showed."""
        data = self.cleaned_data
        return (data.get("price"), data.get("stock")) != (data.get("seen_price"), data.get("seen_stock"))

    def save(self, *, by: Visitor) -> bool:
        """Put the row in force; say whether anything changed. A refusal becomes the row's error."""
        if not self.is_changed:
            return False
        try:
            if self.record is None:
                return self._create_record(by=by)
            return set_price_and_stock(
                stockrecord_id=self.record.pk,
                price=Decimal(self.cleaned_data["price"]),
                num_in_stock=self.cleaned_data["stock"],
                seen_price=_decimal(self.cleaned_data["seen_price"]),
                seen_stock=self.cleaned_data["seen_stock"],
                by=by,
            )
        except StaleTable as stale:
            self._refuse(str(stale))
            return False

    def _now(self) -> dict[str, int | None]:
        price = int(self.record.price) if self.record and self.record.price is not None else None
        stock = self.record.num_in_stock if self.record else None
        return {"price": price, "stock": stock, "seen_price": price, "seen_stock": stock}

    def _may_stay_uncounted(self) -> bool:
        main = self.product.main
        return main.made_to_order or main.bookable or bool(self.record and self.record.num_in_stock is None)

    def _create_record(self, *, by: Visitor) -> bool:
        """Give a new product its first price and stock."""
        try:
            with transaction.atomic():
                record = StockRecord.objects.create(
                    product=self.product,
                    partner=self.product.main.producer,
                    partner_sku=f"P{self.product.pk}",
                    price=self.cleaned_data["price"],
                    num_in_stock=self.cleaned_data["stock"],
                )
                log(instance=record, action="wagtail.create", user=by, title=str(self.product))
        except IntegrityError:
            self._refuse(str(_("Người khác vừa ghi giá món này. Xem lại rồi lưu lần nữa.")))
            return False
        return True

    def _refuse(self, reason: str) -> None:
        """Keep what was typed, say why it was refused, and compare with today's values next time."""
        self.record = StockRecord.objects.filter(product=self.product).first()
        now = self._now()
        field = "stock" if self.cleaned_data["seen_price"] == now["price"] else "price"
        self.add_error(field, reason)
        seen = {name: "" if now[name] is None else now[name] for name in ("seen_price", "seen_stock")}
        self.data = {
            **dict(self.data.items()),
            **{self.add_prefix(name): value for name, value in seen.items()},
        }


def _decimal(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)
