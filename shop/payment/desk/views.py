"""Money in the bank for the staff: lines that fit no order, statements to read in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from shop.order.audit import staff
from shop.payment.desk.forms import AssignForm, ColumnsForm, NotOursForm, StatementForm
from shop.payment.desk.lines import state_of
from shop.payment.desk.policies import MoneyPolicy
from shop.payment.models import BankStatement, Inbox
from shop.payment.providers.vietqr import by_hand, importing, statement
from shop.payment.providers.vietqr.lines import BankLine

INDEX = "shop_bank_lines:index"


class MoneyView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """What all these pages share."""

    model = Inbox
    permission_policy = MoneyPolicy(Inbox, actions={"view", "change"})
    permission_required = "view"
    header_icon = "history"
    page_title = ""
    status = 200

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(INDEX), "label": _("Tiền về ngân hàng")},
            {"url": "", "label": self.get_page_title()},
        ]

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """Render the page, kept by nobody."""
        response: HttpResponse = self.render_to_response(self.get_context_data(**context), status=status)
        response["Cache-Control"] = "private, no-store"
        return response


class LineView(MoneyView):
    """One line of the bank, and what can be done with it."""

    template_name = "shop/desk/bank_line.html"

    def get_page_title(self) -> str:
        return _("Khoản %(key)s") % {"key": self.row.key}

    def get(self, _request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(pk)

    def page(self, pk: int, *, status: int = 200, **forms: Any) -> HttpResponse:
        """Render line `pk` with its forms, as typed where they are wrong."""
        self.row = _line(pk)
        may_act = self.user_has_permission("change") and self.row.payment_id is None
        return self.show(
            status=status,
            row=self.row,
            line=BankLine.from_body(self.row.body),
            state=state_of(self.row),
            may_act=may_act,
            assign=forms.get("assign") or AssignForm(),
            not_ours=forms.get("not_ours") or NotOursForm(),
        )


class AssignView(LineView):
    """Give a line to an order."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = AssignForm(request.POST)
        if not form.is_valid():
            return self.page(pk, status=422, assign=form)
        number, revise = form.cleaned_data["number"], "revise" in request.POST
        try:
            payment = by_hand.assign(
                line_id=_line(pk).pk, number=number, by=staff(request.user), revise=revise
            )
        except by_hand.NotNow as not_now:
            messages.error(request, str(not_now))
            return redirect("shop_bank_lines:line", pk)
        messages.success(request, _("Đã ghi vào đơn %(code)s.") % {"code": number})
        return redirect("shop_orders:detail", payment.order_id)


class NotOursView(LineView):
    """Put a line aside."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = NotOursForm(request.POST)
        if not form.is_valid():
            return self.page(pk, status=422, not_ours=form)
        try:
            by_hand.not_ours(line_id=_line(pk).pk, reason=form.cleaned_data["reason"], by=staff(request.user))
        except by_hand.NotNow as not_now:
            messages.error(request, str(not_now))
            return redirect("shop_bank_lines:line", pk)
        messages.success(request, _("Đã để riêng."))
        return redirect(INDEX)


class UploadView(MoneyView):
    """Hand in a statement."""

    permission_required = "change"
    template_name = "shop/desk/bank_upload.html"

    def get_page_title(self) -> str:
        return _("Nhập sao kê")

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self.show(form=StatementForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = StatementForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form=form, status=422)
        sheet = importing.hand_in(
            account=form.cleaned_data["account"],
            name=form.cleaned_data["file"].name,
            text=form.text,
            rows=form.rows,
            by=request.user,
        )
        return redirect("shop_bank_lines:statement", sheet.pk)


class StatementView(MoneyView):
    """What is read from a statement: choose columns, look, confirm."""

    permission_required = "change"
    template_name = "shop/desk/bank_statement.html"

    def get_page_title(self) -> str:
        return _("Sao kê %(name)s") % {"name": self.sheet.name}

    def get(self, _request: HttpRequest, pk: int) -> HttpResponse:
        self.sheet = _sheet(pk)
        rows = statement.table(self.sheet.text)
        return self._show(None if self.sheet.confirmed_at else ColumnsForm(rows=rows, sheet=self.sheet))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.sheet = _sheet(pk)
        if self.sheet.confirmed_at:
            messages.warning(request, _("Sao kê này đã được nhập."))
        elif "confirm" in request.POST:
            messages.success(request, importing.confirm(sheet_id=pk, by=request.user).result)
        else:
            rows = statement.table(self.sheet.text)
            form = ColumnsForm(request.POST, rows=rows, sheet=self.sheet)
            if not form.is_valid():
                return self._show(form, status=422)
            BankStatement.objects.filter(pk=pk, confirmed_at=None).update(columns=form.cleaned_data)
        return redirect("shop_bank_lines:statement", pk)

    def _show(self, form: ColumnsForm | None, *, status: int = 200) -> HttpResponse:
        verdicts = [] if self.sheet.confirmed_at else importing.preview(self.sheet)
        return self.show(
            status=status,
            sheet=self.sheet,
            form=form,
            verdicts=verdicts,
            new=sum(verdict.line is not None for verdict in verdicts),
        )


def _line(pk: int) -> Inbox:
    return get_object_or_404(Inbox.objects.select_related("payment__order"), pk=pk, kind=Inbox.Kind.BANK)


def _sheet(pk: int) -> BankStatement:
    return get_object_or_404(BankStatement.objects.select_related("account"), pk=pk)
