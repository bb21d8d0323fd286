"""Payouts for the staff: what is due, the list, one payout, the files."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from shop.ledger import handing_over, payouts, posting
from shop.ledger.csv_cells import csv_file
from shop.ledger.desk.forms import AdjustForm, PaidForm
from shop.ledger.models import Payout, PayoutLog, TransferFile
from shop.ledger.statements import rows, statement, transfers
from shop.order.audit import staff
from shop.payment.desk.policies import MoneyPolicy

FILES_SHOWN = 30
LINES_SHOWN = 100
POLICY = MoneyPolicy(Payout, actions={"change", "view"})


class _Page(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """A page about money: for holders of the permission, never kept by a cache."""

    model = Payout
    permission_policy = POLICY
    permission_required = "view"
    header_icon = "download"
    title: Any = ""
    steps: list[dict[str, str]] = []

    def get_page_title(self) -> str:
        return str(self.title or self.steps[-1]["label"])

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        start = {"url": reverse("shop_payouts:index"), "label": _("Chi trả")}
        return [*self.breadcrumbs_items, start, *self.steps]

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """Render the page with `context`."""
        response: HttpResponse = self.render_to_response(self.get_context_data(**context), status=status)
        response["Cache-Control"] = "private, no-store"
        return response


class RunView(_Page):
    """What is due to whom, and the button that makes the payouts."""

    permission_required = "change"
    template_name = "shop/desk/payout_run.html"

    def get(self, _request: HttpRequest) -> HttpResponse:
        self.steps = [{"url": "", "label": _("Lập bảng chi trả")}]
        return self.show(due=payouts.due())

    def post(self, request: HttpRequest) -> HttpResponse:
        done = payouts.run(by=staff(request.user))
        messages.success(request, _("Đã lập %(count)d khoản chi trả.") % {"count": len(done.made)})
        for partner in done.no_account:
            messages.warning(request, _("%(name)s chưa có tài khoản ngân hàng.") % {"name": partner.name})
        return redirect("shop_payouts:index")


class AdjustView(_Page):
    """Move money between the hub and a producer, with a reason."""

    permission_required = "change"
    template_name = "shop/desk/adjust.html"

    def get(self, _request: HttpRequest, form: AdjustForm | None = None) -> HttpResponse:
        self.steps = [{"url": "", "label": _("Điều chỉnh")}]
        return self.show(form=form or AdjustForm(), status=422 if form else 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AdjustForm(request.POST)
        if not form.is_valid():
            return self.get(request, form)
        posting.adjust(by=staff(request.user), **{**form.cleaned_data, "key": str(form.cleaned_data["key"])})
        messages.success(request, _("Đã ghi điều chỉnh."))
        return redirect("shop_payouts:run")


class PayoutView(_Page):
    """One payout: statement, the transfer to note, the way to drop it."""

    template_name = "shop/desk/payout.html"

    def get(self, _request: HttpRequest, pk: int, form: PaidForm | None = None) -> HttpResponse:
        payout = get_object_or_404(Payout.objects.select_related("partner", "paid_by", "file"), pk=pk)
        self.steps = [{"url": "", "label": str(payout)}]
        return self.show(
            payout=payout,
            statement=statement(payout),
            log=PayoutLog.objects.filter(number=payout.pk).order_by("pk"),
            form=form or PaidForm(),
            may_act=self.user_has_permission("change") and not payout.is_paid,
            status=422 if form else 200,
        )


class PayView(PayoutView):
    """Note a transfer."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = PaidForm(request.POST)
        if not form.is_valid():
            return self.get(request, pk, form)
        try:
            payouts.pay(payout_id=pk, by=staff(request.user), **form.cleaned_data)
        except payouts.ReferenceUsed as used:
            form.add_error("reference", str(used))
            return self.get(request, pk, form)
        except payouts.NotOpen as not_open:
            messages.error(request, str(not_open))
        else:
            messages.success(request, _("Đã ghi: đã chuyển."))
        return redirect("shop_payouts:index")


class DiscardView(_Page):
    """Drop an open payout."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            payouts.discard(payout_id=pk, by=staff(request.user))
        except payouts.NotOpen as not_open:
            messages.error(request, str(not_open))
        else:
            messages.success(request, _("Đã bỏ; các khoản chờ kỳ sau."))
        return redirect("shop_payouts:index")


class FilesView(_Page):
    """The files that went to the bank, and the button that makes one of what is in none yet."""

    permission_required = "change"
    template_name = "shop/desk/transfer_files.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        self.steps = [{"url": "", "label": _("Tệp chuyển khoản")}]
        page = Paginator(TransferFile.objects.all(), FILES_SHOWN).get_page(request.GET.get("p"))
        waiting = handing_over.waiting()
        return self.show(files=page, waiting=waiting, total=sum(payout.total for payout in waiting))

    def post(self, request: HttpRequest) -> HttpResponse:
        if file := handing_over.hand_over(by=staff(request.user)):
            messages.success(request, _("Đã lập tệp gồm %(count)d khoản.") % {"count": file.count})
        else:
            messages.warning(request, _("Mọi khoản chờ chuyển đã ở trong một tệp."))
        return redirect("shop_payouts:files")


class FileView(_Page):
    """One file for the bank, the same whenever it is saved."""

    permission_required = "change"

    def get(self, _request: HttpRequest, pk: int) -> HttpResponse:
        file = get_object_or_404(TransferFile, pk=pk)
        day = timezone.localtime(file.made_at)
        return csv_file(transfers(file.payouts.order_by("pk")), f"chi-tra-{day:%Y-%m-%d}-{file.pk}.csv")


class LogView(_Page):
    """Who did what to which payout, the newest first; discarded ones, too."""

    template_name = "shop/desk/payout_log.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        self.steps = [{"url": "", "label": _("Nhật ký chi trả")}]
        lines = PayoutLog.objects.select_related("partner")
        return self.show(log=Paginator(lines, LINES_SHOWN).get_page(request.GET.get("p")))


class StatementView(_Page):
    """The statement on paper."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return print_statement(request, get_object_or_404(Payout.objects.select_related("partner"), pk=pk))


class LinesView(_Page):
    """The statement as a table."""

    def get(self, _request: HttpRequest, pk: int) -> HttpResponse:
        return save_lines(get_object_or_404(Payout, pk=pk))


def print_statement(request: HttpRequest, payout: Payout) -> HttpResponse:
    """Return a statement that prints on A4."""
    response = TemplateResponse(request, "shop/desk/statement.html", {"statement": statement(payout)})
    response["Cache-Control"] = "private, no-store"
    return response


def save_lines(payout: Payout) -> HttpResponse:
    """Return a statement as CSV."""
    return csv_file(rows(statement(payout)), f"sao-ke-{payout.run:%Y-%m-%d}-{payout.pk}.csv")
