"""What staff type while a buyer is on the telephone."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.formats import vnd
from shop.checkout.forms import AddressForm, DeliveryForm
from shop.checkout.quote import ParcelQuote, Quote
from shop.payment.providers import offered
from shop.payment.providers.base import PaymentProvider


def methods() -> dict[str, PaymentProvider]:
    """Return the ways to pay an order by telephone."""
    return {code: method for code, method in offered().items() if method.by_telephone}


class RecipientForm(AddressForm):
    """Who gets it and where, and the language of the mails; who has no e-mail address gets none."""

    communes_url = ""  # its script is the shop's
    language = forms.ChoiceField(label=gettext_lazy("Ngôn ngữ của người mua"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["marketing_consent"], self.fields["save_address"]
        self.fields["email"].required = False
        self.fields["email"].help_text = _("Không có cũng được: khi đó không có thư, người mua gọi cho chợ.")


class WaysForm(DeliveryForm):
    """A way for each parcel and how it is paid, as lists with prices and reasons."""

    def __init__(self, quote: Quote, *args: Any, **kwargs: Any) -> None:
        known = methods()
        super().__init__(
            quote, [(code, _named(method, quote)) for code, method in known.items()], *args, **kwargs
        )
        for parcel in quote.parcels:
            field: Any = self.fields[f"way-{parcel.key}"]
            field.label = _("Kiện %(number)s, %(producer)s") % {
                "number": parcel.number,
                "producer": parcel.goods.partner.name,
            }
            field.choices = _ways(parcel)
            field.initial = parcel.way.code if parcel.way else None
        self.fields["method"].label = _("Cách trả")
        self.fields["method"].initial = quote.purchase.method


class ConfirmForm(forms.Form):
    """What was read to the buyer, and the buyer's word for it."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    terms = forms.BooleanField(
        label=gettext_lazy(
            "Đã đọc cho người mua giá, phí giao, cách trả và điều khoản đổi trả; người mua đồng ý đặt."
        ),
        error_messages={"required": gettext_lazy("Hãy hỏi người mua trước khi đặt.")},
    )
    adult = forms.BooleanField(
        label=gettext_lazy("Người mua nói đã đủ 18 tuổi: trong đơn có hàng chỉ bán cho người lớn."),
        error_messages={"required": gettext_lazy("Hàng này chỉ bán cho người từ đủ 18 tuổi.")},
    )

    def __init__(self, *args: Any, age_restricted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not age_restricted:
            del self.fields["adult"]


def _named(method: PaymentProvider, quote: Quote) -> str:
    refusal = method.refusal(quote.bill)
    return f"{method.name()} – {refusal}" if refusal else method.name()


def _ways(parcel: ParcelQuote) -> list[tuple[str, str]]:
    return [
        (way.code, ", ".join(part for part in (way.name, vnd(way.price), way.days_text) if part))
        for way in parcel.options.available
    ]
