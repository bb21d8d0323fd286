"""What staff type about money in the bank."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.checkout.fields import LineField
from shop.payment.models import BankAccount, BankStatement
from shop.payment.providers.vietqr import statement
from shop.payment.providers.vietqr.by_hand import MAX_REASON

MAX_FILE = 1024 * 1024  # bytes; five thousand rows have less


class AssignForm(forms.Form):
    """Which order a line pays."""

    number = LineField(label=gettext_lazy("Mã đơn"), max_length=20)

    def clean_number(self) -> str:
        return "".join(char for char in self.cleaned_data["number"].upper() if char.isalnum())


class NotOursForm(forms.Form):
    """Why a line pays no order."""

    reason = LineField(label=gettext_lazy("Lý do"), max_length=MAX_REASON)


class StatementForm(forms.Form):
    """The file, and whose account it is of."""

    account = forms.ModelChoiceField(label=gettext_lazy("Tài khoản"), queryset=BankAccount.objects.all())
    file = forms.FileField(
        label=gettext_lazy("Tệp CSV"),
        help_text=gettext_lazy("UTF-8 hoặc mã Windows, tới 1 MB và 5.000 dòng."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE:
            raise ValidationError(_("Tệp lớn hơn 1 MB. Hãy chia theo kỳ."))
        try:
            self.text = statement.decode(file.read())
            self.rows = statement.table(self.text)
        except statement.Unreadable as reason:
            raise ValidationError(str(reason)) from reason
        return file


class ColumnsForm(forms.Form):
    """Which column holds what; filled with what was recognised."""

    NAMES = {
        "reference": gettext_lazy("Mã giao dịch"),
        "memo": gettext_lazy("Nội dung"),
        "credit": gettext_lazy("Số tiền vào (hoặc có dấu)"),
        "debit": gettext_lazy("Số tiền ra"),
        "date": gettext_lazy("Ngày"),
    }
    heading = forms.IntegerField(label=gettext_lazy("Dòng tiêu đề"), min_value=1)

    def __init__(self, *args: Any, rows: list[list[str]], sheet: BankStatement, **kwargs: Any) -> None:
        columns = sheet.columns
        first = rows[columns["heading"]] if columns["heading"] < len(rows) else []
        kwargs["initial"] = columns | {"heading": columns["heading"] + 1}
        super().__init__(*args, **kwargs)
        self.rows = rows
        wide = max((len(row) for row in rows), default=0)
        named = [(str(place), f"{place + 1}. {_heading(first, place)}") for place in range(wide)]
        for field, label in self.NAMES.items():
            needed = field in statement.NEEDED
            self.fields[field] = forms.TypedChoiceField(
                label=label, choices=[("", "–"), *named], coerce=int, empty_value=None, required=needed
            )

    def clean_heading(self) -> int:
        heading = int(self.cleaned_data["heading"]) - 1
        if heading >= len(self.rows):
            raise ValidationError(_("Tệp không có dòng đó."))
        return heading


def _heading(cells: list[str], place: int) -> str:
    return cells[place][:40] if place < len(cells) else ""
