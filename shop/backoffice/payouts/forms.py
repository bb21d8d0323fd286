"""What the staff type about payouts."""

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from catalogue.models import Category
from shop.core.fields import LineField
from shop.ledger.models import CategoryRate, OfferFunding
from shop.partner.models import Partner

ConditionalOffer = get_model("offer", "ConditionalOffer")


class PaidForm(forms.Form):
    """The bank's number of the transfer; a box to tick if money of its orders is in doubt."""

    reference = LineField(label=_("Mã giao dịch của ngân hàng"), max_length=120)
    despite_doubts = forms.BooleanField(
        label=_("Tiền đã chuyển rồi, dù có vướng mắc."),
        help_text=_("Chưa chuyển thì đừng: bỏ khoản này, lập lại khi đã rõ."),
        required=False,
    )

    def __init__(self, *args: Any, in_doubt: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not in_doubt:
            del self.fields["despite_doubts"]


class PayInForm(forms.Form):
    """What a producer paid for what it owes."""

    amount = forms.DecimalField(label=_("Số tiền, đồng"), min_value=1, max_digits=12, decimal_places=0)
    reference = LineField(label=_("Mã giao dịch hoặc số phiếu thu"), max_length=80)


class AdjustForm(forms.Form):
    """An adjustment; the hidden key makes a double press one."""

    partner = forms.ModelChoiceField(label=_("Cơ sở"), queryset=Partner.objects.order_by("name"))
    amount = forms.DecimalField(
        label=_("Số tiền, đồng"),
        max_digits=12,
        decimal_places=0,
        help_text=_("Dương: sàn trả thêm cho cơ sở. Âm: trừ của cơ sở."),
        localize=False,
    )
    reason = LineField(label=_("Lý do"), max_length=300)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"key": uuid4()}, **kwargs})

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if not amount:
            raise forms.ValidationError(_("Số tiền phải khác 0."))
        return amount


class CategoryField(forms.ModelChoiceField):
    """An OCOP class, those below another one indented."""

    def label_from_instance(self, obj: Category) -> str:
        return "\xa0" * 3 * (obj.depth - 1) + f"{obj.code} {obj.name}"


class RateForm(forms.ModelForm):
    """A class with its commission; classes stand under each other as in the decision."""

    class Meta:
        model = CategoryRate
        fields = ["category", "percent"]
        field_classes = {"category": CategoryField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("CategoryField", self.fields["category"]).queryset = Category.objects.order_by("path")


class OfferFundingForm(forms.ModelForm):
    """An offer on goods, and who pays for it; what takes something off shipping is the producer's."""

    class Meta:
        model = OfferFunding
        fields = ["offer", "paid_by"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offers = cast("forms.ModelChoiceField", self.fields["offer"])
        shipping = {"benefit__type__startswith": "Shipping"}
        offers.queryset = ConditionalOffer.objects.exclude(**shipping).order_by("name")
