"""What visitors type into the basket: quantities, a voucher code, a province."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine

from catalogue.models import Product, Province
from shop.address.places import by_name
from shop.basket import vouchers
from shop.basket.actions import MAX_LINES, MAX_QUANTITY
from shop.core.http import ShopRequest
from shop.core.ratelimit import VOUCHER, LimitedForm


class QuantityField(forms.IntegerField):
    """A whole number of pieces; thousands may be written the reader's way ("1.000")."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {
            "invalid": _("Nhập số lượng bằng chữ số, ví dụ 2."),
            "required": _("Nhập số lượng."),
            "min_value": _("Số lượng không thể nhỏ hơn %(limit_value)s."),
            "max_value": _("Một lần đặt được nhiều nhất %(limit_value)s. Mua sỉ, hãy gọi cơ sở."),
        }
        super().__init__(
            label=_("Số lượng"), max_value=MAX_QUANTITY, localize=True, error_messages=messages, **kwargs
        )


class VariantField(forms.ModelChoiceField):
    """One of a product's sizes, by its own name."""

    def label_from_instance(self, variant: Product) -> str:
        return str(variant.variant_name)


class AddForm(forms.Form):
    """How many of a product, and of a product with sizes which one."""

    quantity = QuantityField(min_value=1, initial=1)

    def __init__(self, *args: Any, product: Product, basket: AbstractBasket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.basket = basket
        self.product = product
        if product.is_parent:
            children = product.children.filter(is_public=True).select_related("parent")
            self.fields["variant"] = VariantField(
                children.order_by("pk"),
                label=_("Chọn cỡ"),
                empty_label=None,
                error_messages={
                    "required": _("Chọn một cỡ."),
                    "invalid_choice": _("Cỡ này không còn bán. Chọn cỡ khác."),
                },
            )

    def clean(self) -> dict[str, Any] | None:
        """Answer beside the quantity when that many cannot be had."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        product, quantity = self.chosen, self.cleaned_data["quantity"]
        lines = {line.product_id: line for line in self.basket.all_lines()}
        wanted = quantity + (lines[product.pk].quantity if product.pk in lines else 0)
        permitted, reason = self.basket.strategy.fetch_for_product(
            product
        ).availability.is_purchase_permitted(wanted)
        if not permitted:
            self.add_error("quantity", reason)
        elif wanted > MAX_QUANTITY:
            self.add_error(
                "quantity",
                self.fields["quantity"].error_messages["max_value"] % {"limit_value": MAX_QUANTITY},
            )
        elif product.pk not in lines and len(lines) >= MAX_LINES:
            self.add_error("quantity", _("Giỏ đã đầy. Đặt đơn này trước rồi chọn tiếp."))
        return cleaned

    @property
    def chosen(self) -> Any:
        """Return the product or the variant that was asked for."""
        return self.cleaned_data.get("variant") or self.product


class LinesForm(forms.Form):
    """The quantities of a whole basket, and which button was pressed.

    Fields are called quantity-<line id>. The buttons "less" and "more" carry such a name, "remove"
    a line id. Only a line whose number changed is checked, and a smaller number is never refused.
    """

    def __init__(self, *args: Any, basket: AbstractBasket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {field_name(line): line for line in basket.all_lines()}
        for name, line in self.lines.items():
            self.fields[name] = QuantityField(min_value=0, required=False, initial=line.quantity)

    def clean(self) -> dict[str, Any] | None:
        """Apply the pressed button and check what became more."""
        cleaned = super().clean()
        for name, line in self.lines.items():
            if name in self.errors:
                if self.data.get("remove") == str(line.pk):
                    del self.errors[name]
                continue
            self._check(name, line)
        return cleaned

    def changes(self) -> dict[int, int]:
        """Return the new quantity by line id, of the lines that change."""
        wanted = {line.pk: self._wanted(name, line) for name, line in self.lines.items()}
        return {line.pk: wanted[line.pk] for line in self.lines.values() if wanted[line.pk] != line.quantity}

    def _wanted(self, name: str, line: AbstractLine) -> int:
        if self.data.get("remove") == str(line.pk):
            return 0
        typed = self.cleaned_data.get(name)
        quantity: int = line.quantity if typed is None else typed
        if self.data.get("less") == name:
            return max(0, quantity - 1)
        return quantity + 1 if self.data.get("more") == name else quantity

    def _check(self, name: str, line: AbstractLine) -> None:
        wanted = self._wanted(name, line)
        if wanted <= line.quantity:
            return
        permitted, reason = line.purchase_info.availability.is_purchase_permitted(wanted)
        if not permitted:
            self.add_error(name, reason)
        elif wanted > MAX_QUANTITY:
            self.add_error(
                name, self.fields[name].error_messages["max_value"] % {"limit_value": MAX_QUANTITY}
            )


class VoucherForm(LimitedForm, forms.Form):
    """A voucher code for this basket; tries are limited."""

    limit = VOUCHER
    subject_field = "nothing"  # every code is another guess: the address counts

    code = forms.CharField(
        label=_("Mã giảm giá"), max_length=128, error_messages={"required": _("Nhập mã giảm giá.")}
    )

    request: ShopRequest

    def __init__(self, *args: Any, request: ShopRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["code"].widget.attrs.update({"autocomplete": "off", "autocapitalize": "characters"})

    def clean(self) -> dict[str, Any] | None:
        """Try the code on the basket and say beside the field why it does not help."""
        cleaned = super().clean()
        code = self.cleaned_data.get("code")
        if code:
            try:
                self.voucher = vouchers.use(
                    code=code, basket=self.request.basket, user=self.request.user, request=self.request
                )
            except vouchers.VoucherRefused as refusal:
                self.add_error("code", str(refusal))
        return cleaned


class DestinationForm(forms.Form):
    """Where the parcels would go, for an estimate."""

    tinh = forms.ChoiceField(label=_("Giao tới"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provinces = by_name(Province.objects.filter(valid_to=None))
        cast("forms.ChoiceField", self.fields["tinh"]).choices = [(row.code, row.name) for row in provinces]


def field_name(line: AbstractLine) -> str:
    """Return the name of a line's quantity field."""
    return f"quantity-{line.pk}"
