"""What staff type about money in the bank."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.core.fields import LineField
from shop.payment.bank.amounts import dong
from shop.payment.bank.manual_matching import MAX_REASON
from shop.payment.bank.statement import Unreadable, files
from shop.payment.bank.statement.columns import Columns
from shop.payment.models import BankAccount

MAX_FILE = 4 * 1024 * 1024  # bytes; a workbook of five thousand rows has less
MAX_TEXT = 100_000  # characters of messages
SHARES = 4  # orders that one transfer can be split between
FEWEST = 2  # orders, or nothing is split


def order_code(text: str) -> str:
    """Return an order's code as it is kept, however it was typed."""
    return "".join(char for char in text.upper() if char.isalnum())


class AssignForm(forms.Form):
    """Which order a line pays."""

    number = LineField(label=gettext_lazy("Mã đơn"), max_length=20)

    def clean_number(self) -> str:
        return order_code(self.cleaned_data["number"])


class SplitForm(forms.Form):
    """Which orders share a line, and what each gets; `sums` when valid."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(1, SHARES + 1):
            self.fields[f"number_{place}"] = LineField(
                label=_("Mã đơn %(place)d") % {"place": place}, max_length=20, required=False
            )
            self.fields[f"amount_{place}"] = LineField(
                label=_("Số tiền %(place)d, đồng") % {"place": place}, max_length=20, required=False
            )

    def clean(self) -> dict[str, Any]:
        self.sums: dict[str, Decimal] = {}
        for place in range(1, SHARES + 1):
            self._take(place)
        if not self.errors and len(self.sums) < FEWEST:
            self.add_error("number_2", _("Chia cho ít nhất hai đơn."))
        return self.cleaned_data

    def _take(self, place: int) -> None:
        """Add one order and its sum; both or neither are typed."""
        code = order_code(self.cleaned_data.get(f"number_{place}") or "")
        typed = self.cleaned_data.get(f"amount_{place}") or ""
        if not code and not typed:
            return
        try:
            amount = dong(typed)
        except ValueError:
            amount = Decimal(0)
        if amount <= 0:
            self.add_error(f"amount_{place}", _("Nhập số tiền lớn hơn 0, không có số lẻ."))
        elif not code:
            self.add_error(f"number_{place}", _("Nhập mã đơn."))
        elif code in self.sums:
            self.add_error(f"number_{place}", _("Đơn này đã có ở trên."))
        else:
            self.sums[code] = amount


class NotOursForm(forms.Form):
    """Why a line pays no order."""

    reason = LineField(label=gettext_lazy("Lý do"), max_length=MAX_REASON)


class StatementForm(forms.Form):
    """The file, and whose account it is of."""

    account = forms.ModelChoiceField(label=gettext_lazy("Tài khoản"), queryset=BankAccount.objects.all())
    file = forms.FileField(
        label=gettext_lazy("Tệp sao kê"),
        help_text=gettext_lazy("Excel hoặc CSV, tới 4 MB."),
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("Hoặc dán tin nhắn của ngân hàng, mỗi tin một dòng"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=MAX_TEXT,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > MAX_FILE:
            raise ValidationError(_("Tệp lớn hơn 4 MB. Hãy chia theo kỳ."))
        if file:
            self._open(file.read())
            self.name = file.name
        return file

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if text and not self.cleaned_data.get("file"):
            self._open(text.encode(errors="ignore"))
            self.name = _("tin nhắn")
        return text

    def clean(self) -> dict[str, Any]:
        if not self.errors and not (self.cleaned_data.get("file") or self.cleaned_data.get("text")):
            self.add_error("file", _("Chọn tệp sao kê, hoặc dán tin nhắn."))
        return self.cleaned_data

    def _open(self, data: bytes) -> None:
        try:
            self.rows = files.open_file(data)
        except Unreadable as reason:
            raise ValidationError(str(reason)) from reason


class ColumnsForm(forms.Form):
    """Which column holds what; filled with what was recognised."""

    NAMES = {
        "date": gettext_lazy("Ngày"),
        "reference": gettext_lazy("Mã giao dịch"),
        "memo": gettext_lazy("Nội dung"),
        "credit": gettext_lazy("Số tiền vào"),
        "debit": gettext_lazy("Số tiền ra"),
        "amount": gettext_lazy("Số tiền, cả vào lẫn ra"),
        "direction": gettext_lazy("Cột nói chiều: dấu + −, hoặc chữ như “Tiền vào”"),
        "status": gettext_lazy("Trạng thái"),
        "order": gettext_lazy("Mã đơn"),
        "name": gettext_lazy("Tên bên kia"),
        "balance": gettext_lazy("Số dư"),
    }
    heading = forms.IntegerField(label=gettext_lazy("Dòng tiêu đề"), min_value=1)

    def __init__(self, *args: Any, rows: list[list[str]], columns: Columns, **kwargs: Any) -> None:
        first = rows[columns.heading] if columns.heading < len(rows) else []
        kwargs["initial"] = columns.as_json() | {"heading": columns.heading + 1}
        super().__init__(*args, **kwargs)
        self.rows, self.columns = rows, columns
        wide = max((len(row) for row in rows), default=0)
        named = [(str(place), f"{place + 1}. {_heading(first, place)}") for place in range(wide)]
        for field, label in self.NAMES.items():
            self.fields[field] = forms.TypedChoiceField(
                label=label, choices=[("", "–"), *named], coerce=int, empty_value=None, required=False
            )
        self.fields["unsigned"] = forms.ChoiceField(
            label=_("Số tiền không dấu là"),
            choices=[("", _("không rõ")), ("in", _("tiền vào")), ("out", _("tiền ra"))],
            required=False,
        )

    def clean_heading(self) -> int:
        heading = int(self.cleaned_data["heading"]) - 1
        if heading >= len(self.rows):
            raise ValidationError(_("Tệp không có dòng đó."))
        return heading

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        two, one = [name for name in ("credit", "debit") if found.get(name) is not None], found.get("amount")
        if not two and one is None and not self.errors:
            self.add_error("amount", _("Chọn cột số tiền: một cột, hoặc hai cột vào và ra."))
        if two and one is not None:
            self.add_error("amount", _("Chọn một cột số tiền, hoặc hai cột vào và ra, không cả ba."))
        if not self.errors and all(found.get(name) is None for name in ("memo", "reference", "order")):
            self.add_error("memo", _("Chọn cột nội dung, mã giao dịch hoặc mã đơn."))
        return found

    @property
    def chosen(self) -> Columns:
        """Return the columns as chosen, with those that are not asked about as they were recognised."""
        kept = self.columns.as_json() | self.cleaned_data
        if self.cleaned_data["heading"] != self.columns.heading:
            kept |= {"time": None, "payer_account": None, "currency": None, "fees": []}
        return Columns.stored(kept)


def _heading(cells: list[str], place: int) -> str:
    return " ".join(cells[place].split())[:40] if place < len(cells) else ""
