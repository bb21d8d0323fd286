"""Statements for the staff: upload, look at what is read, confirm, watch it being taken."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from catalogue.ids import is_number
from shop.backoffice.money.base import MoneyView
from shop.backoffice.money.forms import ColumnsForm, StatementForm
from shop.core.actors import staff
from shop.payment.bank import importing, manual_matching
from shop.payment.bank.statement import Unreadable
from shop.payment.models import BankStatement

SHOWN = 200  # lines that may have been told before, on one page


class UploadView(MoneyView):
    """Upload a statement."""

    permission_required = "change"
    template_name = "shop/backoffice/bank_upload.html"

    def get_page_title(self) -> str:
        return _("Nhập sao kê")

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self.show(form=StatementForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = StatementForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form=form, status=422)
        sheet = importing.upload(
            account=form.cleaned_data["account"],
            name=form.name,
            rows=form.rows,
            by=staff(request.user),
        )
        return redirect("shop_bank_lines:statement", sheet.pk)


class StatementView(MoneyView):
    """What is read from a statement: choose columns, look, confirm; then how far it is taken."""

    permission_required = "change"
    template_name = "shop/backoffice/bank_statement.html"

    def get_page_title(self) -> str:
        return _("Sao kê %(name)s") % {"name": self.sheet.name}

    def get(self, _request: HttpRequest, pk: int) -> HttpResponse:
        self.sheet = _sheet(pk)
        if self.sheet.queued_at or self.sheet.confirmed_at:
            told_before = manual_matching.told_before(self.sheet)
            return self.show(sheet=self.sheet, told_before=told_before[:SHOWN], count=told_before.count())
        return self._show(self._form())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.sheet = _sheet(pk)
        if "told_before" in request.POST:
            keys = [int(key) for key in request.POST.getlist("line") if is_number(key)]
            count = manual_matching.confirm_duplicates(statement_id=pk, keys=keys, by=staff(request.user))
            words = ngettext("Đã ghi %(count)d khoản là trùng.", "Đã ghi %(count)d khoản là trùng.", count)
            messages.success(request, words % {"count": count})
        elif self.sheet.confirmed_at:
            messages.warning(request, _("Sao kê này đã được nhập."))
        elif "confirm" in request.POST:
            sheet = importing.confirm(sheet_id=pk, by=staff(request.user))
            if sheet.confirmed_at:
                say = messages.warning if (sheet.counts or {}).get("unread") else messages.success
                say(request, sheet.outcome)
        elif self.sheet.queued_at is None:
            form = self._form(request)
            if not form.is_valid():
                return self._show(form, status=422)
            importing.choose_columns(self.sheet, form.rows, form.chosen)
        return redirect("shop_bank_lines:statement", pk)

    def _form(self, request: HttpRequest | None = None) -> ColumnsForm:
        try:
            rows = importing.rows_of(self.sheet)
        except Unreadable:  # said by the preview
            rows = []
        columns = importing.columns_of(self.sheet, rows)
        return ColumnsForm(request.POST if request else None, rows=rows, columns=columns)

    def _show(self, form: ColumnsForm, *, status: int = 200) -> HttpResponse:
        return self.show(status=status, sheet=self.sheet, form=form, preview=importing.preview(self.sheet))


def _sheet(pk: int) -> BankStatement:
    return get_object_or_404(BankStatement.objects.select_related("account"), pk=pk)
