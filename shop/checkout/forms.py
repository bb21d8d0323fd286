"""The three steps' forms. Errors stand beside their field; what was typed stays."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shop.address.place_form import PLACE_FIELDS, PlaceForm
from shop.checkout import confirmation
from shop.checkout.quote import Quote
from shop.core import typed
from shop.core.fields import LineField, NameField, NoteField
from shop.order import consents
from shop.order.models.order import MAX_GIFT_MESSAGE

TO_DOOR, FETCH = "", "1"


class AddressForm(PlaceForm):
    """Who gets it and where; fetching it oneself needs no address."""

    email = typed.EmailField(
        label=_("Email"),
        max_length=254,
        help_text=_("Để gửi đường dẫn theo dõi đơn."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    pickup = forms.TypedChoiceField(
        label=_("Nhận hàng"),
        required=False,
        coerce=bool,
        empty_value=False,  # type: ignore[arg-type]  # the stubs know only texts
        choices=[(TO_DOOR, _("Giao tận nơi")), (FETCH, _("Tôi tự đến lấy"))],
        widget=forms.RadioSelect,
    )
    note = NoteField(label=_("Lời nhắn cho người giao"), max_length=300, required=False)
    gift_message = NoteField(
        label=_("Lời chúc kèm quà"),
        max_length=MAX_GIFT_MESSAGE,
        required=False,
        help_text=_("Viết tay vào thiệp đặt trong kiện. Người nhận không thấy giá."),
    )
    wants_invoice = forms.BooleanField(label=_("Xuất hoá đơn công ty"), required=False)
    invoice_name = NameField(label=_("Tên công ty"), max_length=200, required=False)
    invoice_tax_code = forms.RegexField(
        r"^\d{10}(-?\d{3})?$",
        label=_("Mã số thuế"),
        required=False,
        strip=True,
        error_messages={"invalid": _("Mã số thuế có 10 hoặc 13 chữ số.")},
    )
    invoice_address = LineField(label=_("Địa chỉ trên hoá đơn"), max_length=255, required=False)
    marketing_consent = forms.BooleanField(label=consents.NEWS_WORDS, required=False)
    save_address = forms.BooleanField(label=_("Lưu địa chỉ này vào sổ địa chỉ của tôi"), required=False)

    communes_url = "checkout:communes"
    field_order = ("name", "phone", "email", "pickup", "old_address", *PLACE_FIELDS)

    @property
    def needs_place(self) -> bool:
        """Return whether an address must be given: not by somebody who comes for the goods."""
        return not (self.is_bound and self["pickup"].value() == FETCH)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("wants_invoice"):
            for name in ("invoice_name", "invoice_tax_code", "invoice_address"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Cần để xuất hoá đơn."))
        return data


class DeliveryForm(forms.Form):
    """A way for each parcel, and how it is paid."""

    def __init__(self, quote: Quote, methods: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quote = quote
        for parcel in quote.parcels:
            self.fields[f"way-{parcel.key}"] = forms.ChoiceField(
                choices=[(way.code, way.name) for way in parcel.options.available],
                error_messages={
                    "required": _("Hãy chọn cách giao kiện này."),
                    "invalid_choice": _("Cách giao này không còn. Hãy chọn cách khác."),
                },
            )
        self.fields["method"] = forms.ChoiceField(
            choices=methods,
            error_messages={
                "required": _("Hãy chọn cách thanh toán."),
                "invalid_choice": _("Cách thanh toán này không còn. Hãy chọn cách khác."),
            },
        )

    @property
    def ways(self) -> dict[str, str]:
        """Return the chosen way of each parcel, as the purchase keeps it."""
        return {parcel.key: self.cleaned_data[f"way-{parcel.key}"] for parcel in self.quote.parcels}


class ReviewForm(forms.Form):
    """The buyer's word, and what the buyer saw when giving it."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    terms = forms.BooleanField(
        label=_("Điều khoản"),  # beside the box stands the whole sentence, with links (home.terms)
        error_messages={"required": _("Cần đồng ý với điều khoản để đặt hàng.")},
    )
    adult = forms.BooleanField(
        label=_("Tôi từ đủ 18 tuổi: trong đơn có hàng chỉ bán cho người lớn."),
        error_messages={"required": _("Hàng này chỉ bán cho người từ đủ 18 tuổi.")},
    )

    code = forms.CharField(
        label=_("Mã trong thư"),
        max_length=20,
        required=False,
        help_text=_("Cần mã này để đặt đơn. Không thấy thư? Để trống rồi bấm đặt hàng, mã được gửi lại."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def __init__(self, *args: Any, now: Quote, asks_code: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quote = now
        if not now.age_restricted:
            del self.fields["adult"]
        if not asks_code:
            del self.fields["code"]

    def clean_code(self) -> str:
        """Refuse a code that was not sent for this basket to this address; none at all asks for one."""
        code: str = self.cleaned_data["code"]
        now = self.quote
        if code and not confirmation.is_right(code, basket_id=now.basket.pk, purchase=now.purchase):
            if confirmation.is_over(basket_id=now.basket.pk, purchase=now.purchase):
                raise forms.ValidationError(confirmation.TOO_MANY, code="too_many_tries")
            raise forms.ValidationError(_("Mã không đúng, hoặc đã cũ. Xem lại thư mới nhất."), code="wrong")
        return code
