"""Withheld tax for the staff: a month by producer, the files for the declaration, what was paid to the tax office."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.viewsets.model import ModelViewSet

from shop.backoffice.forms import UndoForm
from shop.backoffice.menu import shown_by
from shop.backoffice.payouts.months import MONTH
from shop.backoffice.payouts.views import LedgerPage
from shop.core.actors import staff
from shop.core.csv_cells import csv_file
from shop.core.fields import LineField
from shop.core.xlsx import xlsx_file
from shop.ledger import tax_months, withholding
from shop.ledger.models import TaxPayment, WithholdingRate

FILES = {"csv": csv_file, "xlsx": xlsx_file}
PAYMENTS_SHOWN = 20


class TaxPaymentForm(forms.Form):
    """What was paid to the tax office, and the number it went under."""

    amount = forms.DecimalField(
        label=gettext_lazy("Số tiền đã nộp, đồng"), min_value=1, max_digits=12, decimal_places=0
    )
    reference = LineField(label=gettext_lazy("Mã giao dịch hoặc số giấy nộp tiền"), max_length=120)


class TaxPage(LedgerPage):
    """A page about withheld tax."""

    start = ("shop_tax:index", gettext_lazy("Thuế khấu trừ"))
    header_icon = "table"


class TaxMonthView(TaxPage):
    """One month by producer; without one the month of today."""

    template_name = "shop/backoffice/tax_month.html"
    title = gettext_lazy("Thuế khấu trừ")
    steps: list[dict[str, str]] = []

    def get(self, _request: HttpRequest, month: date | None = None) -> HttpResponse:
        return self.page(month)

    def page(
        self,
        month: date | None,
        *,
        form: TaxPaymentForm | None = None,
        undo: UndoForm | None = None,
        undone: int = 0,
    ) -> HttpResponse:
        """Render a month, with a form that came back with errors; `undone`: the payment that `undo` is about."""
        today = timezone.localdate()
        first = month or today.replace(day=1)
        found = tax_months.of_month(first)
        form = form or TaxPaymentForm(initial={"amount": found.left if found.left > 0 else None})
        return self.show(
            month=found,
            months=sorted({*tax_months.months(), today.replace(day=1), first}, reverse=True),
            since=settings.WITHHOLD_TAX_FROM,
            without_rate=withholding.without_rate(today) if withholding.is_on(today) else [],
            payments=[
                (one, undo if undo and one.pk == undone else UndoForm(auto_id=f"undo_{one.pk}_%s"))
                for one in TaxPayment.objects.filter(month=first)[:PAYMENTS_SHOWN]
            ],
            form=form if self.user_has_permission("change") else None,
            status=422 if form.errors or undo else 200,
        )


class TaxPayView(TaxMonthView):
    """Note what was paid to the tax office."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, month: date) -> HttpResponse:
        form = TaxPaymentForm(request.POST)
        if not form.is_valid():
            return self.page(month, form=form)
        try:
            tax_months.pay(month=month, by=staff(request.user), **form.cleaned_data)
        except tax_months.TaxPaymentKnown as known:
            form.add_error("reference", str(known))
            return self.page(month, form=form)
        messages.success(request, _("Đã ghi khoản thuế đã nộp."))
        return redirect("shop_tax:month", month)


class UndoTaxPayView(TaxMonthView):
    """Take back a payment to the tax office that was noted wrongly."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, month: date, pk: int) -> HttpResponse:
        payment = get_object_or_404(TaxPayment, pk=pk, month=month)
        form = UndoForm(request.POST)
        if not form.is_valid():
            return self.page(month, undo=form, undone=payment.pk)
        try:
            tax_months.undo(payment_id=pk, reason=form.cleaned_data["reason"], by=staff(request.user))
        except tax_months.TaxPaymentUndone as undone:
            messages.error(request, str(undone))
        else:
            messages.success(request, _("Đã bỏ khoản thuế đã nộp."))
        return redirect("shop_tax:month", month)


class TaxFileView(TaxPage):
    """A month as a table for the declaration."""

    def get(self, _request: HttpRequest, month: date, kind: str) -> HttpResponse:
        rows = tax_months.rows(tax_months.of_month(month))
        return FILES[kind](rows, f"thue-khau-tru-{month:%Y-%m}.{kind}")


class TaxViewSet(ViewSet):
    """Tax withheld from household and individual sellers."""

    name = "shop_tax"
    url_prefix = "thue-khau-tru"
    icon = "table"
    menu_label = gettext_lazy("Thuế khấu trừ")
    menu_item_class = shown_by(TaxMonthView.permission_policy)

    def get_urlpatterns(self) -> list[URLPattern]:
        """A month, its files, what was paid of it."""
        return [
            path("", TaxMonthView.as_view(), name="index"),
            path(f"{MONTH}/", TaxMonthView.as_view(), name="month"),
            path(f"{MONTH}/da-nop/", TaxPayView.as_view(), name="pay"),
            path(f"{MONTH}/da-nop/<int:pk>/bo/", UndoTaxPayView.as_view(), name="undo_pay"),
            *(path(f"{MONTH}.{kind}", TaxFileView.as_view(), {"kind": kind}, name=kind) for kind in FILES),
        ]


class WithholdingRateViewSet(ModelViewSet):
    """Rates of withheld tax by kind of sale."""

    model = WithholdingRate
    name = "shop_withholding_rates"
    url_prefix = "ty-le-khau-tru-thue"
    icon = "tag"
    menu_label = gettext_lazy("Tỷ lệ khấu trừ thuế")
    copy_view_enabled = False
    form_fields: list[Any] = ["kind", "vat_percent", "pit_percent", "valid_from", "valid_until", "basis"]
    list_display: list[Any] = [
        "__str__",
        "vat_percent",
        "pit_percent",
        "valid_from",
        "valid_until",
        "basis",
    ]
