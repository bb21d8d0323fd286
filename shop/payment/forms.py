"""Where a buyer wants money back by bank: the same form for the buyer and for staff."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shop.core.fields import LineField, NameField
from shop.payment.models import RefundAccount

PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class RefundAccountForm(forms.ModelForm):
    """Bank, number, holder."""

    number = LineField(
        label=_("Số tài khoản"),
        max_length=40,  # with blanks; the model counts without
        widget=forms.TextInput(attrs=PLAIN),
    )
    holder = NameField(
        label=_("Chủ tài khoản"),
        max_length=80,
        widget=forms.TextInput(attrs=PLAIN),
        help_text=_("Như ngân hàng ghi: chữ hoa không dấu."),
    )

    class Meta:
        model = RefundAccount
        fields = ["bank", "number", "holder"]
        labels = {"bank": _("Ngân hàng")}
