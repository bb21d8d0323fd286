"""The money of one order on its page for staff: what came in, what goes back, and the forms for more."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.formats import vnd
from shop.backoffice.orders.forms import InvalidForms, as_typed
from shop.core.codes import new_token
from shop.core.fields import LineField
from shop.ledger import cash
from shop.order.models import Line, Order, Parcel
from shop.payment import balances, review
from shop.payment.forms import RefundAccountForm
from shop.payment.models import Payment, Refund, RefundAccount
from shop.payment.providers import provider
from shop.payment.refunds import cancelling, refund_accounts

HUB = "hub"


class LineChoice(forms.ModelChoiceField):
    """Lines of an order, each with its parcel and what was charged for it."""

    def label_from_instance(self, obj: Line) -> str:
        return _("kiện %(number)s: %(quantity)s × %(title)s, %(price)s") % {
            "number": obj.parcel.number if obj.parcel else "",
            "quantity": obj.quantity,
            "title": obj.title,
            "price": vnd(obj.charged),
        }


class RefundForm(forms.Form):
    """How much goes back, for what, how; the key makes a double press one refund."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=43)
    amount = forms.DecimalField(
        label=gettext_lazy("Số tiền, đồng"), min_value=1, decimal_places=0, max_digits=12, required=False
    )
    parcel = forms.ModelChoiceField(
        label=gettext_lazy("Cho kiện"),
        queryset=Parcel.objects.none(),
        required=False,
        empty_label=gettext_lazy("cả đơn"),
    )
    line = LineChoice(
        label=gettext_lazy("Cho món"),
        queryset=Line.objects.none(),
        required=False,
        empty_label=gettext_lazy("không riêng món nào"),
    )
    quantity = forms.IntegerField(
        label=gettext_lazy("Mấy món (điền thì tính theo giá món, không theo số tiền ở trên)"),
        min_value=1,
        required=False,
    )
    way = forms.ChoiceField(label=gettext_lazy("Cách hoàn"), choices=Refund.Way.choices)
    reason = LineField(label=gettext_lazy("Lý do"), max_length=300)

    def __init__(self, payment: Payment, data: QueryDict | None = None) -> None:
        method = provider(payment.method)
        initial = {
            "key": new_token(),
            "amount": balances.kept(payment),
            "way": method.refund_way if method else Refund.Way.BANK,
        }
        super().__init__(data, prefix=f"refund-{payment.pk}", initial=initial)
        if method is None or method.refund_way != Refund.Way.CARD:
            by_hand = [choice for choice in Refund.Way.choices if choice[0] != Refund.Way.CARD]
            self.fields["way"].choices = by_hand  # type: ignore[attr-defined]
        parcels: forms.ModelChoiceField = self.fields["parcel"]  # type: ignore[assignment]
        parcels.queryset = Parcel.objects.filter(order=payment.order_id).select_related("order")
        lines: forms.ModelChoiceField = self.fields["line"]  # type: ignore[assignment]
        lines.queryset = Line.objects.filter(parcel__order=payment.order_id).select_related("parcel")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        line, parcel = data.get("line"), data.get("parcel")
        if data.get("quantity") and not line:
            raise ValidationError({"quantity": _("Chọn món trước đã.")})
        if line and parcel and line.parcel != parcel:
            raise ValidationError({"line": _("Món này ở kiện khác.")})
        if not self.errors and not data.get("quantity") and not data.get("amount"):
            raise ValidationError({"amount": _("Điền số tiền, hoặc chọn món và điền mấy món.")})
        return data


class NoteForm(forms.Form):
    """The bank's or the receipt's own number of money that was given back by hand.

    Where somebody else has the parcel's cash, also who gave it: that holder out of it, or the hub. A holder
    that the page named and that has the cash no longer is an error: nobody else is put in its place. Of a refund
    that is over nobody is asked for: it was given out of the cash, maybe, by the first press.
    """

    reference = LineField(label=gettext_lazy("Mã giao dịch hoặc số phiếu chi"), max_length=120)

    def __init__(self, *args: Any, refund: Refund, **kwargs: Any) -> None:
        kwargs["prefix"] = f"note-{refund.pk}"
        super().__init__(*args, **kwargs)
        is_open = refund.state == Refund.State.REQUESTED
        holder = cash.giver(refund) if is_open else None
        if holder or (is_open and self.data.get(self.add_prefix("given_by"), HUB) != HUB):
            self.fields["given_by"] = forms.ChoiceField(
                label=_("Ai trả tiền cho khách"),
                choices=[*([(holder.key, str(holder))] if holder else []), (HUB, _("sàn"))],
                error_messages={"invalid_choice": _("Tiền của kiện này đã sang tay người khác. Chọn lại.")},
            )

    def clean_given_by(self) -> str:
        """Return the key of the holder that gave it, "" for the hub."""
        given_by: str = self.cleaned_data["given_by"]
        return "" if given_by == HUB else given_by


class CancelRefundForm(forms.Form):
    """Why a refund that was to be made by hand is not made."""

    reason = LineField(label=gettext_lazy("Lý do bỏ"), max_length=250)


def rows(order: Order, *, may_act: bool, wrong: InvalidForms) -> list[dict[str, Any]]:
    """Return the order's payments with what came in, what goes back, and the forms for more.

    Args:
        order: whose.
        may_act: whether there are forms at all.
        wrong: forms that came back with errors.
    """
    payments = list(
        order.payments.prefetch_related(
            "receipts", "refunds__parcel__order", "refunds__line", "refunds__approval"
        )
    )
    return [
        {
            "payment": payment,
            "method": provider(payment.method),
            "kept": balances.kept(payment),
            "may_accept": may_act and review.may_accept(order, payment, payments),
            "may_send_anyway": may_act and review.may_send_anyway(payment),
            "form": as_typed(RefundForm(payment), wrong) if may_act and balances.kept(payment) > 0 else None,
            "refunds": [
                (refund, *(_forms(refund, wrong) if may_act else (None, None)))
                for refund in payment.refunds.all()
            ],
        }
        for payment in payments
    ]


def account(order: Order, *, may_act: bool, wrong: InvalidForms) -> dict[str, Any] | None:
    """Return the accounts on record for an order's refunds, and the form while one is to be transferred.

    Who may only look sees the end of a number.
    """
    accounts = RefundAccount.objects.filter(refund__payment__order=order).select_related("refund")
    waits = bool(refund_accounts.waiting(order))
    if not waits and not accounts:
        return None
    form = as_typed(RefundAccountForm(prefix="account"), wrong) if waits and may_act else None
    return {"accounts": accounts, "form": form, "may_act": may_act}


def _forms(refund: Refund, wrong: InvalidForms) -> tuple[NoteForm | None, CancelRefundForm | None]:
    """Return the forms to note a refund by hand as made, and to drop it."""
    is_open = refund.state == Refund.State.REQUESTED and not refund.is_unapproved
    by_hand = is_open and refund.way != Refund.Way.CARD
    note = as_typed(NoteForm(refund=refund), wrong) if by_hand else None
    drop = (
        as_typed(CancelRefundForm(prefix=f"drop-{refund.pk}"), wrong)
        if cancelling.may_cancel(refund)
        else None
    )
    return note, drop
