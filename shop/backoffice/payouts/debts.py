"""What producers owe the hub: the list, a bill for each, and what they paid."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from shop.backoffice.forms import UndoForm
from shop.backoffice.payouts.forms import PayInForm
from shop.backoffice.payouts.views import LedgerPage
from shop.core.actors import staff
from shop.core.csv_cells import csv_file
from shop.ledger import debts
from shop.ledger.models import ProducerPayment
from shop.ledger.statements import bill_rows
from shop.partner.models import Partner

PAYMENTS_SHOWN = 20


class DebtsView(LedgerPage):
    """Producers that owe the hub."""

    template_name = "shop/backoffice/debts.html"

    def get(self, _request: HttpRequest) -> HttpResponse:
        self.steps = [{"url": "", "label": _("Công nợ của cơ sở")}]
        return self.show(owing=debts.owing())


class DebtView(LedgerPage):
    """What one producer owes, by entry, and the form that notes what it paid."""

    template_name = "shop/backoffice/debt.html"

    def get(self, _request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(pk)

    def page(
        self, pk: int, *, form: PayInForm | None = None, undo: UndoForm | None = None, undone: int = 0
    ) -> HttpResponse:
        """Render what producer `pk` owes, with a form that came back with errors; `undone`: whose it is."""
        partner = get_object_or_404(Partner, pk=pk)
        bill = debts.bill(partner)
        list_of_debts = {"url": reverse("shop_payouts:debts"), "label": _("Công nợ của cơ sở")}
        self.steps = [list_of_debts, {"url": "", "label": partner.name}]
        may_act = self.user_has_permission("change")
        payments = ProducerPayment.objects.filter(partner=partner)[:PAYMENTS_SHOWN]
        return self.show(
            bill=bill,
            in_hand=debts.in_hand(partner),
            payments=[
                (one, (undo if one.pk == undone and undo else UndoForm(auto_id=f"undo_{one.pk}_%s")))
                for one in payments
            ],
            form=(form or PayInForm(initial={"amount": bill.owed or None})) if may_act else None,
            status=422 if form or undo else 200,
        )


class PayInView(DebtView):
    """Note what a producer paid."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        partner = get_object_or_404(Partner, pk=pk)
        form = PayInForm(request.POST)
        if not form.is_valid():
            return self.page(pk, form=form)
        try:
            debts.pay_in(partner_id=partner.pk, by=staff(request.user), **form.cleaned_data)
        except debts.PaymentKnown as known:
            form.add_error("reference", str(known))
            return self.page(pk, form=form)
        messages.success(request, _("Đã ghi khoản cơ sở nộp."))
        return redirect("shop_payouts:debt", pk)


class UndoPayInView(DebtView):
    """Take back a payment that was noted wrongly."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, payment: int) -> HttpResponse:
        found = get_object_or_404(ProducerPayment, pk=payment, partner=pk)
        form = UndoForm(request.POST)
        if not form.is_valid():
            return self.page(pk, undo=form, undone=found.pk)
        try:
            debts.undo_pay_in(payment_id=found.pk, by=staff(request.user), reason=form.cleaned_data["reason"])
        except debts.NotNoted as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Đã bỏ khoản cơ sở nộp."))
        return redirect("shop_payouts:debt", pk)


class PrintBillView(LedgerPage):
    """The bill on paper."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return print_bill(request, get_object_or_404(Partner, pk=pk))


class SaveBillView(LedgerPage):
    """The bill as a table."""

    def get(self, _request: HttpRequest, pk: int) -> HttpResponse:
        return save_bill(get_object_or_404(Partner, pk=pk))


def print_bill(request: HttpRequest, partner: Partner) -> HttpResponse:
    """Return what a producer owes today, for A4."""
    response = TemplateResponse(request, "shop/backoffice/bill.html", {"bill": debts.bill(partner)})
    response["Cache-Control"] = "private, no-store"
    return response


def save_bill(partner: Partner) -> HttpResponse:
    """Return what a producer owes today as CSV."""
    bill = debts.bill(partner)
    return csv_file(bill_rows(bill), f"cong-no-{bill.number}.csv")
