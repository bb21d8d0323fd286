"""What the staff type beside a parcel's buttons."""

from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shop.checkout.fields import LineField
from shop.order.models import OrderLog, Parcel

Wrong = dict[str | None, Any]  # forms that came back with errors, by prefix
AnyForm = TypeVar("AnyForm", bound=forms.BaseForm)


def as_typed(form: AnyForm, wrong: Wrong) -> AnyForm:
    """Return the form as it came back with errors, where it did, else the new one."""
    found: AnyForm = wrong.get(form.prefix, form)
    return found


class PlainForm(forms.Form):
    """A step that needs no words."""


class ShipForm(forms.Form):
    """Carrier and tracking code; both may stay empty for the cooperative's own van."""

    carrier = LineField(label=_("Đơn vị vận chuyển"), max_length=80, required=False)
    tracking_code = LineField(label=_("Mã vận đơn"), max_length=60, required=False)

    def __init__(self, *args: object, parcel: Parcel, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if parcel.is_pickup:
            self.fields.clear()


class ReasonForm(forms.Form):
    """Why; the buyer does not read it, the log does."""

    reason = LineField(label=_("Lý do"), max_length=300)


class LeaveOutForm(ReasonForm):
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
    """Whether what came back can be sold again; what was refused at the door was never opened."""

    restock = forms.BooleanField(label=_("Hàng còn bán được, trả vào kho"), required=False)

    def __init__(self, *args: object, parcel: Parcel, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["restock"].initial = parcel.delivered_at is None


class DecisionForm(forms.Form):
    """The answer to a buyer who wants to send something back; the buyer reads the note."""

    note = LineField(label=_("Trả lời người mua"), max_length=300)
    restock = forms.BooleanField(label=_("Hàng còn bán được, trả vào kho"), required=False)


def step_form(verb: OrderLog.Verb, parcel: Parcel, data: object = None) -> forms.Form:
    """Return the form that belongs to a step."""
    prefix = f"{verb}-{parcel.pk}"
    if verb is OrderLog.Verb.SHIP:
        return ShipForm(data, prefix=prefix, parcel=parcel)
    if verb is OrderLog.Verb.LEAVE_OUT:
        return LeaveOutForm(data, prefix=prefix, parcel=parcel)
    if verb is OrderLog.Verb.RETURN:
        return ReturnForm(data, prefix=prefix, parcel=parcel)
    form = ReasonForm if verb is OrderLog.Verb.CANCEL else PlainForm
    return form(data, prefix=prefix)  # type: ignore[arg-type]
