"""Forms of the order page."""

import copy
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shop.core import ratelimit, typed
from shop.core.codes import CODE_LENGTH
from shop.core.fields import REGION
from shop.customer.orders import proof
from shop.fulfilment import returns
from shop.fulfilment.return_pictures import PicturesField
from shop.order.models import Order, Parcel
from shop.payment.forms import RefundAccountForm
from shop.users.mail_codes import TOO_MANY

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

    def clean_contact(self) -> str:
        """Return the address or number as a reader sees it."""
        return typed.visible(self.cleaned_data["contact"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        order = Order.objects.select_related("user", "shipping_address").filter(number=data["code"]).first()
        by_phone = "@" not in data["contact"]
        if order and by_phone and not proof.may_guess_phone(order):
            raise ValidationError(
                _("Đơn này bị nhập sai số điện thoại nhiều lần. Hãy thử lại sau một giờ, hoặc gọi cho chợ."),
                code="too_many_tries",
            )
        if order is None or not _is_of(order, data["contact"]):
            raise ValidationError(
                _("Không có đơn nào khớp cả mã và số điện thoại hoặc email."), code="unknown"
            )
        if by_phone:
            proof.knows_phone(order)
        self.order = order
        return data


class CancelForm(forms.Form):
    """Why an order is cancelled; the buyer need not say."""

    reason = forms.CharField(
        label=_("Lý do"), required=False, max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )


class AccountForm(RefundAccountForm):
    """Where a refund goes, and what proves that the buyer says so: see proof.py."""

    code = forms.CharField(
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        self.asks_phone = proof.asks_phone(order)
        if self.asks_phone:
            self.fields["code"].required = True
            self.fields["code"].label = gettext("4 số cuối của số điện thoại đã dùng khi đặt")
            self.fields["code"].widget.attrs["autocomplete"] = "off"
        elif "code" in self.data:
            self.fields["code"].label = gettext("Mã trong thư")
        else:
            del self.fields["code"]

    def prove(self) -> bool:
        """Look at the proof of a form that is otherwise clean; mail a code where none was typed."""
        typed = (self.cleaned_data.get("code") or "").strip()
        if typed and proof.is_right(self.order, typed):
            return True
        if "code" not in self.fields:
            self.fields["code"] = copy.deepcopy(self.base_fields["code"])
            self.fields["code"].label = gettext("Mã trong thư")
        self.add_error("code", self._why_not(typed))
        return False

    def _why_not(self, typed: str) -> Any:
        """Return what whoever typed no right code does next; a code is on its way where none was typed."""
        if self.asks_phone:
            return _("Bốn số cuối không đúng, hoặc đã nhập sai nhiều lần. Có thể gọi cho chợ.")
        if proof.is_over(self.order):
            return TOO_MANY
        if typed:
            return _("Mã không đúng hoặc đã hết hạn. Để trống ô này rồi gửi để nhận mã mới.")
        if not proof.send(self.order):
            return _("Hộp thư của đơn vừa nhận nhiều thư quá. Hãy thử lại sau một giờ.")
        words = gettext("Chúng tôi vừa gửi một mã 6 số tới %(email)s. Nhập mã vào ô này rồi ghi lại.")
        return words % {"email": self.order.email}


class ReturnForm(forms.Form):
    """How many of what shall go back, and why, with pictures; of one single thing nobody asks how many."""

    reason = forms.CharField(
        label=_("Hàng có gì không đúng?"), max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 3})
    )
    pictures = PicturesField(
        label=_("Ảnh chụp"), help_text=_("Nhiều nhất 4 ảnh JPEG, PNG hoặc WebP, mỗi ảnh 8 MB.")
    )

    def __init__(self, *args: Any, parcel: Parcel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = returns.askable(parcel)
        lines = [line for line in parcel.lines.all() if self.left.get(line.pk)]
        asked = lines if sum(self.left.values()) > 1 else []
        for line in asked:
            words = {"title": line.title, "left": self.left[line.pk]}
            self.fields[f"units_{line.pk}"] = forms.IntegerField(
                label=gettext("%(title)s: trả lại mấy (có %(left)s)") % words,
                min_value=0,
                max_value=self.left[line.pk],
                initial=self.left[line.pk],
                required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
        self.order_fields([f"units_{line.pk}" for line in asked])

    @property
    def unit_fields(self) -> list[forms.BoundField]:
        """Return the fields that ask how many."""
        return [self[name] for name in self.fields if name.startswith("units_")]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        units = {pk: self._units(pk, data) for pk in self.left}
        if not self.errors and not any(units.values()):
            raise ValidationError(_("Ghi số lượng muốn trả, ít nhất một món."))
        return {**{name: data.get(name) for name in ("reason", "pictures")}, "units": units}

    def _units(self, pk: int, data: dict[str, Any]) -> int:
        """Return how many units of a line; all of them where the form did not ask."""
        name = f"units_{pk}"
        asked = name in self.fields and self.add_prefix(name) in self.data
        return (data.get(name) or 0) if asked else self.left[pk]


def _is_of(order: Order, contact: str) -> bool:
    """Return whether `contact` is the order's e-mail or phone, however it is written."""
    contact = contact.strip()
    if "@" in contact:
        return contact.casefold() == order.email.casefold()
    if order.shipping_address is None:
        return False
    try:
        typed = phonenumbers.parse(contact, REGION)
    except phonenumbers.NumberParseException:
        return False
    e164 = phonenumbers.format_number(typed, phonenumbers.PhoneNumberFormat.E164)
    return e164 == str(order.shipping_address.phone_number)
