"""Forms of the order page."""

from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shop import ratelimit
from shop.order.codes import CODE_LENGTH
from shop.order.models import Order
from shop.order.return_pictures import PicturesField

MAX_REASON = 300


class LookupForm(ratelimit.LimitedForm, forms.Form):
    """Code and phone or e-mail; one answer for a wrong code and for a wrong contact."""

    limit = ratelimit.ORDER_LOOK_UP
    subject_field = "code"
    order: Order

    code = forms.CharField(
        label=_("Mã đơn"),
        max_length=20,
        help_text=_("8 chữ và số, ví dụ K7M2QX9A."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    contact = forms.CharField(label=_("Số điện thoại hoặc email đã dùng khi đặt"), max_length=254)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        """Return the code as we write it: people type blanks, dashes and small letters."""
        return "".join(char for char in self.cleaned_data["code"].upper() if char.isalnum())[:CODE_LENGTH]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        order = Order.objects.select_related("user", "shipping_address").filter(number=data["code"]).first()
        if order is None or not _is_of(order, data["contact"]):
            raise ValidationError(
                _("Không có đơn nào khớp cả mã và số điện thoại hoặc email."), code="unknown"
            )
        self.order = order
        return data


class CancelForm(forms.Form):
    """Why an order is called off; the buyer need not say."""

    reason = forms.CharField(
        label=_("Lý do"), required=False, max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReturnForm(forms.Form):
    """Why a parcel shall go back, with pictures."""

    reason = forms.CharField(
        label=_("Hàng có gì không đúng?"), max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 3})
    )
    pictures = PicturesField(
        label=_("Ảnh chụp"), help_text=_("Nhiều nhất 4 ảnh JPEG, PNG hoặc WebP, mỗi ảnh 8 MB.")
    )


def _is_of(order: Order, contact: str) -> bool:
    """Return whether `contact` is the order's e-mail or phone, however it is written."""
    contact = contact.strip()
    if "@" in contact:
        return contact.casefold() == order.email.casefold()
    if order.shipping_address is None:
        return False
    try:
        typed = phonenumbers.parse(contact, "VN")
    except phonenumbers.NumberParseException:
        return False
    e164 = phonenumbers.format_number(typed, phonenumbers.PhoneNumberFormat.E164)
    return e164 == str(order.shipping_address.phone_number)
