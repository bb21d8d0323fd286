"""What staff do to an order's money: ask the provider again, give back, note what was given by hand."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages

from shop.backoffice.orders.money import CancelRefundForm, NoteForm, RefundForm
from shop.backoffice.orders.views import OrderDetailView
from shop.core.actors import staff
from shop.core.second_person import NotConfirmed
from shop.ledger import cash
from shop.payment import review, settling
from shop.payment.models import Payment, Refund
from shop.payment.providers.base import PaymentUnavailable
from shop.payment.refunds import approving, cancelling, refunding


class MoneyView(OrderDetailView):
    """What staff do to an order's money; each answer leads back to the order, a wrong form with it."""

    permission_required = "change"
    http_method_names = ["post"]

    def refuse(self, pk: int, form: forms.BaseForm) -> HttpResponse:
        """Show the order with the form as it was filled in; what is wrong also stands at the top."""
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            messages.error(self.request, f"{label}: {' '.join(str(error) for error in errors)}")
        return self.show_again(pk, form)


class FetchPaymentView(MoneyView):
    """Ask the provider what it knows of a payment, now."""

    def post(self, request: HttpRequest, pk: int, payment: int) -> HttpResponse:
        row = get_object_or_404(Payment, pk=payment, order=pk)
        try:
            settled = settling.fetch_and_settle(payment_id=row.pk, by=staff(request.user))
        except PaymentUnavailable:
            messages.error(request, _("Bên thu tiền đang không trả lời."))
        else:
            messages.success(request, _("Đã hỏi lại: %(state)s.") % {"state": settled.get_state_display()})
        return redirect("shop_orders:detail", pk)


class MarkSeenView(MoneyView):
    """A person has looked at what was doubtful."""

    def post(self, request: HttpRequest, pk: int, payment: int) -> HttpResponse:
        row = get_object_or_404(Payment, pk=payment, order=pk)
        review.mark_seen(payment_id=row.pk, by=staff(request.user))
        return redirect("shop_orders:detail", pk)


class AcceptPaymentView(MoneyView):
    """Let money in doubt pay its order after all."""

    def post(self, request: HttpRequest, pk: int, payment: int) -> HttpResponse:
        row = get_object_or_404(Payment, pk=payment, order=pk)
        try:
            accepted = review.accept(payment_id=row.pk, by=staff(request.user))
        except review.CannotAccept as refusal:
            messages.error(request, str(refusal))
        else:
            if accepted.state == Payment.State.PAID:
                messages.success(request, _("Đã nhận tiền, đơn đã thành."))
            else:
                messages.error(request, accepted.doubt_words)
        return redirect("shop_orders:detail", pk)


class SendAnywayView(MoneyView):
    """Let the goods go although a dispute was lost."""

    def post(self, request: HttpRequest, pk: int, payment: int) -> HttpResponse:
        row = get_object_or_404(Payment, pk=payment, order=pk)
        try:
            review.send_anyway(payment_id=row.pk, by=staff(request.user))
        except review.CannotAccept as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Hàng của đơn này được gửi."))
        return redirect("shop_orders:detail", pk)


class RefundView(MoneyView):
    """Give money back."""

    def post(self, request: HttpRequest, pk: int, payment: int) -> HttpResponse:
        row = get_object_or_404(Payment, pk=payment, order=pk)
        form = RefundForm(row, request.POST)
        if form.is_valid():
            self._give(row, form)
        if form.errors:
            return self.refuse(pk, form)
        return redirect("shop_orders:detail", pk)

    def _give(self, payment: Payment, form: RefundForm) -> None:
        """Give it back; more than is left becomes an error of the form."""
        data = form.cleaned_data
        try:
            refunding.refund_by_staff(
                order_id=payment.order_id,
                payment_id=payment.pk,
                amount=None if data["quantity"] else data["amount"],
                key=f"staff-{data['key']}",
                by=staff(self.request.user),
                reason=data["reason"],
                parcel_id=data["parcel"].pk if data["parcel"] else None,
                line_id=data["line"].pk if data["line"] else None,
                quantity=data["quantity"],
                way=data["way"],
            )
        except refunding.TooMuch as too_much:
            form.add_error("quantity" if data["quantity"] else "amount", str(too_much))
        else:
            messages.success(self.request, _("Đã ghi khoản hoàn."))


class NoteRefundView(MoneyView):
    """Note that staff have given the money back by transfer or in cash."""

    def post(self, request: HttpRequest, pk: int, refund: int) -> HttpResponse:
        row = get_object_or_404(Refund.objects.exclude(way=Refund.Way.CARD), pk=refund, payment__order=pk)
        form = NoteForm(request.POST, refund=row)
        if form.is_valid():
            self._note(row, form)
        if form.errors:
            return self.refuse(pk, form)
        return redirect("shop_orders:detail", pk)

    def _note(self, refund: Refund, form: NoteForm) -> None:
        """Note it; cash that went into other hands just now becomes an error of the form."""
        reference, given_by = form.cleaned_data["reference"], form.cleaned_data.get("given_by", "")
        by = staff(self.request.user)
        try:
            cash.note_refund(refund_id=refund.pk, reference=reference, given_by=given_by, by=by)
        except cash.NoCash as refused:
            form.add_error("given_by", str(refused))
        except (refunding.Closed, NotConfirmed) as refused:
            messages.error(self.request, str(refused))
        else:
            messages.success(self.request, _("Đã ghi là đã hoàn tiền."))


class ConfirmRefundView(MoneyView):
    """A second person's word that a large refund is right."""

    def post(self, request: HttpRequest, pk: int, refund: int) -> HttpResponse:
        row = get_object_or_404(Refund, pk=refund, payment__order=pk)
        try:
            approving.confirm(refund_id=row.pk, by=staff(request.user))
        except NotConfirmed as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Đã xác nhận khoản hoàn."))
        return redirect("shop_orders:detail", pk)


class CancelRefundView(MoneyView):
    """Cancel a refund by hand that was wrong, or one that failed."""

    def post(self, request: HttpRequest, pk: int, refund: int) -> HttpResponse:
        row = get_object_or_404(Refund, pk=refund, payment__order=pk)
        form = CancelRefundForm(request.POST, prefix=f"drop-{row.pk}")
        if not form.is_valid():
            return self.refuse(pk, form)
        self._cancel(row, form.cleaned_data["reason"])
        return redirect("shop_orders:detail", pk)

    def _cancel(self, refund: Refund, reason: str) -> None:
        try:
            cancelling.cancel(refund_id=refund.pk, by=staff(self.request.user), reason=reason)
        except cancelling.TooLate as too_late:
            messages.error(self.request, str(too_late))
        else:
            messages.success(self.request, _("Đã bỏ khoản hoàn."))
