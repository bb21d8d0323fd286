"""What the staff type about cash in hands."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from shop.core.fields import LineField
from shop.core.widgets import SuggestingInput
from shop.ledger import carriers
from shop.ledger.models import Holder
from shop.ledger.remittances.columns import NO_HEADING, SEARCHED, Table

MAX_FILE = 5 * 1024 * 1024  # bytes


class KeyForm(forms.Form):
    """A form whose hidden key makes a double press one."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid4


class RemitForm(KeyForm):
    """How much a carrier or a sales point handed over."""

    prefix = "remit"
    amount = forms.DecimalField(label=_("Số tiền đã nộp, đồng"), min_value=1, max_digits=12, decimal_places=0)
    note = LineField(label=_("Số phiếu thu, mã giao dịch"), max_length=200)

    def __init__(self, *args: Any, left: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].initial = left


class MoveForm(forms.Form):
    """Who has the money in truth."""

    prefix = "move"
    holder = forms.ChoiceField(label=_("Ai giữ tiền"), choices=Holder)
    name = LineField(
        label=_("Tên hãng vận chuyển hoặc điểm bán"),
        max_length=120,
        required=False,
        widget=SuggestingInput(carriers.in_use),
    )
    reason = LineField(label=_("Lý do"), max_length=250)


class DifferenceForm(KeyForm):
    """Why the rest will never be handed over."""

    prefix = "difference"
    reason = LineField(label=_("Lý do"), max_length=250)


class ListForm(forms.Form):
    """A carrier's list, and whose it is."""

    carrier = LineField(label=_("Hãng vận chuyển"), max_length=80, widget=SuggestingInput(carriers.in_use))
    file = forms.FileField(label=_("Tệp CSV hoặc Excel"), help_text=_("Tới 5 MB và 5.000 dòng."))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE:
            raise forms.ValidationError(_("Tệp lớn hơn 5 MB. Hãy chia theo kỳ."))
        return file


class TableForm(forms.Form):
    """Which column of one table of a list holds what; of a list with one table also where its heading stands."""

    NAMES = {
        "code": _("Mã vận đơn"),
        "own_code": _("Mã kiện của chợ"),
        "collected": _("Tiền thu hộ"),
        "status": _("Tình trạng"),
        "net": _("Hãng trả (thực nhận)"),
    }

    def __init__(self, data: Any = None, *, rows: list[list[str]], table: Table, alone: bool) -> None:
        self.table = table
        super().__init__(data, prefix=f"table-{table.heading}", initial=table.as_json())
        if alone:
            self.fields["heading"] = forms.TypedChoiceField(
                label=_("Dòng tiêu đề"), choices=_headings(rows, table.heading), coerce=int, required=False,
                empty_value=None,
            )  # fmt: skip
        choices = _columns(rows, table.heading)
        for name, label in self.NAMES.items():
            self.fields[name] = forms.TypedChoiceField(
                label=label, choices=[("", "–"), *choices], coerce=int, empty_value=None, required=False
            )
        self.fields["fees"] = forms.TypedMultipleChoiceField(
            label=_("Phí (cộng lại)"), choices=choices, coerce=int, required=False
        )

    def chosen(self) -> Table:
        """Return the table with the columns as chosen."""
        return Table(**self.cleaned_data)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("heading") is None:
            data["heading"] = self.table.heading
        moved = data["heading"] != self.table.heading
        if not self.errors and not moved and not Table(**data).is_useful:
            raise forms.ValidationError(_("Chọn một cột mã và một cột tiền."))
        return data


def _headings(rows: list[list[str]], now: int) -> list[tuple[str, Any]]:
    """Return the rows in which the heading may stand, the one of `now` among them; rows of one cell are none."""
    near = enumerate(rows[: max(SEARCHED, now + 1)])
    found = [(place, [cell for cell in row if cell]) for place, row in near]
    lines = [
        (str(place), f"{place + 1}. {' | '.join(cells)[:80]}")
        for place, cells in found
        if cells[1:] or place == now
    ]
    return [(str(NO_HEADING), _("Không có dòng tiêu đề")), *lines]


def _columns(rows: list[list[str]], heading: int) -> list[tuple[str, str]]:
    """Return the columns of a table with their headings, beside those without one the first cell below it."""
    below = rows[heading + 1 : heading + 1 + SEARCHED]
    names = rows[heading] if heading >= 0 else []
    width = max(map(len, [names, *below]))
    samples = [
        next((row[place] for row in below if row[place:] and row[place]), "") for place in range(width)
    ]
    shown = [
        names[place] if names[place:] and names[place] else f"({samples[place]})" for place in range(width)
    ]
    return [(str(place), f"{place + 1}. {name[:40]}") for place, name in enumerate(shown)]


class RetryForm(forms.Form):
    """Another parcel for a line, if the carrier's code names none."""

    prefix = "retry"
    code = LineField(
        label=_("Mã vận đơn hoặc mã kiện đúng"),
        max_length=80,
        required=False,
        help_text=_("Để trống thì so lại với kiện đang ghi ở dòng này, chẳng hạn sau khi ghi kiện đã giao."),
    )


class AcceptForm(forms.Form):
    """Whether the sum of a line came, and why it is taken so."""

    prefix = "accept"
    reading = forms.ChoiceField(
        label=_("Tiền của kiện này"),
        choices=[
            ("", _("Chọn")),
            ("paid", _("Hãng đã nộp số tiền trong dòng")),
            ("refused", _("Không giao được, không có tiền: chỉ ghi phí")),
        ],
    )
    note = LineField(label=_("Lý do"), max_length=200)


class TakeBackForm(forms.Form):
    """Why what is booked of a line is taken back."""

    prefix = "take_back"
    note = LineField(label=_("Lý do bỏ"), max_length=200)


class SetAsideForm(forms.Form):
    """Why nothing of a line is booked."""

    prefix = "aside"
    note = LineField(label=_("Lý do"), max_length=200)
