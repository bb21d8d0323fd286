"""What the staff type beside a parcel's buttons."""

from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.ids import is_number
from shop.core.fields import LineField
from shop.core.widgets import SuggestingInput
from shop.ledger import carriers
from shop.order.models import Line, OrderLog, Parcel
from shop.partner.carriage import CarriedBy

InvalidForms = dict[str | None, Any]  # forms that came back with errors, by prefix
BACK = _("%(title)s: trả lại mấy (có %(most)s)")
TAKE = _("%(title)s: nhận lại mấy (khách xin trả %(most)s)")
FOR_SALE = _("%(title)s: bán lại được mấy")
AnyForm = TypeVar("AnyForm", bound=forms.BaseForm)


def as_typed(form: AnyForm, wrong: InvalidForms) -> AnyForm:
    """Return the form as it came back with errors, where it did, else the new one."""
    found: AnyForm = wrong.get(form.prefix, form)
    return found


class PlainForm(forms.Form):
    """A step that needs no words."""


class ShipForm(forms.Form):
    """Who carries it, carrier and tracking code; both may stay empty for the cooperative's own van."""

    carried_by = forms.ChoiceField(
        label=_("Ai giao"),
        choices=CarriedBy,
        required=False,
        help_text=_("Tiền mặt của kiện nằm ở người giao."),
    )
    carrier = LineField(
        label=_("Đơn vị vận chuyển"),
        max_length=80,
        required=False,
        widget=SuggestingInput(carriers.in_use),
    )
    tracking_code = LineField(label=_("Mã vận đơn"), max_length=60, required=False)

    def __init__(self, *args: object, parcel: Parcel, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["carried_by"].initial = parcel.carrier_contract
        if parcel.is_pickup:
            self.fields.clear()


class ReasonForm(forms.Form):
    """Why; the buyer does not read it, the log does."""

    reason = LineField(label=_("Lý do"), max_length=300)


class CancelUnitsForm(ReasonForm):
    """Which line lacks how many units; the choice carries how many the page showed."""

    line_id = forms.ChoiceField(label=_("Món"))
    quantity = forms.IntegerField(label=_("Bớt bao nhiêu"), min_value=1, initial=1)
    field_order = ["line_id", "quantity", "reason"]

    def __init__(self, *args: Any, parcel: Parcel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines: forms.ChoiceField = self.fields["line_id"]  # type: ignore[assignment]
        lines.choices = [
            (f"{line.pk}:{line.units}", f"{line.units} × {line.local_title}")
            for line in parcel.lines.all()
            if line.units
        ]
        lines.error_messages["invalid_choice"] = _("Số lượng đã khác lúc bạn xem. Xem lại rồi làm lần nữa.")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "line_id" in data:
            data["line_id"], data["seen"] = (int(part) for part in data["line_id"].split(":"))
            if data.get("quantity", 0) > data["seen"]:
                raise ValidationError({"quantity": _("Món này chỉ còn %(left)s.") % {"left": data["seen"]}})
        return data


class ReturnForm(ReasonForm):
    """Whether a parcel that was refused at the door can be sold again; mostly it was never opened."""

    restock = forms.BooleanField(label=_("Hàng còn bán được, trả vào kho"), required=False)

    def __init__(self, *args: object, parcel: Parcel, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["restock"].initial = True


class UnitsForm(forms.Form):
    """Numbers of units, a field for each line."""

    def ask_units(self, name: str, line: Line, label: Any, *, most: int, initial: int = 0) -> None:
        """Add a field for a number of units of a line."""
        words = {"title": line.local_title, "most": most}
        self.fields[f"{name}_{line.pk}"] = forms.IntegerField(
            label=label % words,
            min_value=0,
            max_value=most,
            initial=initial,
            required=False,
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        )

    def units(self, name: str) -> dict[int, int]:
        """Return the numbers by the key of their line."""
        start = f"{name}_"
        found = {key: value for key, value in self.cleaned_data.items() if key.startswith(start)}
        return {int(key.removeprefix(start)): value or 0 for key, value in found.items()}


class ReturnUnitsForm(UnitsForm, ReasonForm):
    """How many units of what came back, and how many of them can be sold again.

    `seen` is what the buyer kept when the page was shown: a second press finds fewer.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, parcel: Parcel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = list(parcel.lines.all())
        self.fields["seen"].initial = ",".join(f"{line.pk}:{line.kept}" for line in lines)
        for line in lines:
            if line.kept:
                self.ask_units("back", line, BACK, most=line.kept, initial=line.kept)
                self.ask_units("restock", line, FOR_SALE, most=line.kept)
        self.order_fields([name for name in self.fields if name != "reason"])

    def clean(self) -> dict[str, Any]:
        super().clean()
        units, restock = self.units("back"), self.units("restock")
        for pk, count in restock.items():
            if count > units.get(pk, 0):
                self.add_error(f"restock_{pk}", _("Không thể nhiều hơn số trả lại."))
        if not self.errors and not any(units.values()):
            raise ValidationError(_("Ghi số lượng trả lại, ít nhất một món."))
        seen = _read_seen(self.cleaned_data.get("seen", ""))
        return {"reason": self.cleaned_data.get("reason"), "units": units, "restock": restock, "seen": seen}


class DecisionForm(UnitsForm):
    """The answer to a buyer who wants to send something back, all of it or fewer; the buyer reads the notes."""

    note = LineField(label=_("Trả lời người mua"), max_length=300)
    rest_note = LineField(
        label=_("Nếu nhận ít hơn: vì sao không nhận phần còn lại"), max_length=300, required=False
    )

    def __init__(self, *args: Any, units: dict[Line, int], refuses: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = {line.pk: count for line, count in units.items()}
        self.refuses = refuses
        for line, count in units.items():
            self.ask_units("take", line, TAKE, most=count, initial=count)
            self.ask_units("restock", line, FOR_SALE, most=count)

    def taken(self) -> dict[int, int]:
        """Return how many units are taken back, by the key of their line; an empty field is all of them."""
        typed = {pk: self.cleaned_data.get(f"take_{pk}") for pk in self.asked}
        return {pk: self.asked[pk] if count is None else count for pk, count in typed.items()}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.refuses or self.errors:
            return data
        taken = self.taken()
        for pk, count in self.units("restock").items():
            if count > taken.get(pk, 0):
                self.add_error(f"restock_{pk}", _("Không thể nhiều hơn số trả lại."))
        if not any(taken.values()):
            raise ValidationError(_("Không nhận món nào thì bấm “Từ chối trả”."))
        if taken != self.asked and not data.get("rest_note"):
            self.add_error("rest_note", _("Viết lý do để người mua biết."))
        return data


def step_form(verb: OrderLog.Verb, parcel: Parcel, data: object = None) -> forms.Form:
    """Return the form that belongs to a step."""
    prefix = f"{verb}-{parcel.pk}"
    if verb is OrderLog.Verb.SHIP:
        return ShipForm(data, prefix=prefix, parcel=parcel)
    if verb is OrderLog.Verb.CANCEL_UNITS:
        return CancelUnitsForm(data, prefix=prefix, parcel=parcel)
    if verb is OrderLog.Verb.RETURN:
        arrived = parcel.status == Parcel.Status.DELIVERED
        return (ReturnUnitsForm if arrived else ReturnForm)(data, prefix=prefix, parcel=parcel)
    form = ReasonForm if verb in {OrderLog.Verb.CANCEL, OrderLog.Verb.UNDELIVER} else PlainForm
    return form(data, prefix=prefix)  # type: ignore[arg-type]


def _read_seen(text: str) -> dict[int, int]:
    """Return what the page showed, by line; nothing that anybody keeps for what is no such text."""
    pairs = (part.partition(":") for part in text.split(","))
    return {int(pk): int(kept) for pk, _colon, kept in pairs if is_number(pk) and kept.isdecimal()}
