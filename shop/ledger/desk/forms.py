"""What the staff type about payouts."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.models import Category
from shop.checkout.fields import LineField
from shop.ledger.models import CategoryRate
from shop.partner.models import Partner


class PaidForm(forms.Form):
    """The bank's number of the transfer."""

    reference = LineField(label=_("Mã giao dịch của ngân hàng"), max_length=120)


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


class RateForm(forms.ModelForm):  # type: ignore[type-arg]
    """A class with its commission; classes stand under each other as in the decision."""

    class Meta:
        model = CategoryRate
        fields = ["category", "percent"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.order_by("path")  # type: ignore[attr-defined]
        self.fields["category"].label_from_instance = _indented  # type: ignore[attr-defined]


def _indented(category: Category) -> str:
    return "\xa0" * 3 * (category.depth - 1) + f"{category.code} {category.name}"
