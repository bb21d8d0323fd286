"""Payouts for the staff: what is due, the list, one payout, the files."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from shop.backoffice.pages import StaffPage
from shop.backoffice.payouts.forms import AdjustForm, PaidForm
from shop.backoffice.policies import MoneyPolicy
from shop.core.actors import staff
from shop.core.csv_cells import csv_file
from shop.core.second_person import NotConfirmed
from shop.ledger import doubts, payouts, posting, transfer_files
from shop.ledger.models import Payout, PayoutLog, TransferFile
from shop.ledger.statements import rows, statement, transfers
from shop.partner import payout_accounts
from shop.partner.account_change import AccountChange

FILES_SHOWN = 30
LINES_SHOWN = 100
POLICY = MoneyPolicy(Payout, actions={"change", "view"})


class LedgerPage(StaffPage):
    """A page about money: for holders of the permission, never kept by a cache."""

    model = Payout
    permission_policy = POLICY
    header_icon = "download"
    start = ("shop_payouts:index", gettext_lazy("Chi trả"))


class RunView(LedgerPage):
    """What is due to whom, and the button that makes the payouts."""

    permission_required = "change"
    template_name = "shop/backoffice/payout_run.html"

    def get(self, _request: HttpRequest) -> HttpResponse:
        self.steps = [{"url": "", "label": _("Lập bảng chi trả")}]
        return self.show(due=payouts.due())

    def post(self, request: HttpRequest) -> HttpResponse:
        done = payouts.run(by=staff(request.user))
        messages.success(request, _("Đã lập %(count)d khoản chi trả.") % {"count": len(done.made)})
        for partner in done.no_account:
            messages.warning(request, _("%(name)s chưa có tài khoản ngân hàng.") % {"name": partner.name})
        for one in done.new_account:
            words = _("%(name)s chờ: tài khoản nhận tiền mới đổi.")
            messages.warning(request, words % {"name": one.partner.name})
        return redirect("shop_payouts:index")


class ConfirmAccountView(LedgerPage):
    """A second person's word that a producer's new bank account is right."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        get_object_or_404(AccountChange, pk=pk)
        try:
            payout_accounts.confirm(pk, by=staff(request.user))
        except payout_accounts.NotConfirmed as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Đã xác nhận tài khoản."))
        return redirect("shop_payouts:run")


class AdjustView(LedgerPage):
    """Move money between the hub and a producer, with a reason."""

    permission_required = "change"
    template_name = "shop/backoffice/adjust.html"

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


class PayoutView(LedgerPage):
    """One payout: statement, the transfer to note, the way to drop it."""

    template_name = "shop/backoffice/payout.html"

    def get(self, _request: HttpRequest, pk: int, form: PaidForm | None = None) -> HttpResponse:
        payout = get_object_or_404(
            Payout.objects.select_related("partner", "paid_by", "file", "approval"), pk=pk
        )
        self.steps = [{"url": "", "label": str(payout)}]
        doubtful = doubts.doubtful_orders(payout)
        if form and not doubtful:
            form.fields.pop("despite_doubts", None)
        return self.show(
            payout=payout,
            doubtful=doubtful,
            statement=statement(payout),
            log=PayoutLog.objects.filter(number=payout.pk).order_by("pk"),
            form=form or PaidForm(in_doubt=bool(doubtful)),
            may_act=self.user_has_permission("change") and not payout.is_paid,
            status=422 if form else 200,
        )


class PayView(PayoutView):
    """Note a transfer."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = PaidForm(request.POST, in_doubt=True)
        if not form.is_valid():
            return self.get(request, pk, form)
        try:
            payouts.pay(payout_id=pk, by=staff(request.user), **form.cleaned_data)
        except payouts.InDoubt as doubt:
            form.add_error("despite_doubts", str(doubt))
            return self.get(request, pk, form)
        except payouts.ReferenceUsed as used:
            form.add_error("reference", str(used))
            return self.get(request, pk, form)
        except (payouts.NotOpen, NotConfirmed) as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Đã ghi: đã chuyển."))
        return redirect("shop_payouts:index")


class ConfirmView(LedgerPage):
    """A second person's word that a large payout is right."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            payouts.confirm(payout_id=pk, by=staff(request.user))
        except payouts.NotOpen as not_open:
            messages.error(request, str(not_open))
            return redirect("shop_payouts:index")
        except NotConfirmed as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Đã xác nhận khoản chi trả."))
        return redirect("shop_payouts:detail", pk)


class DiscardView(LedgerPage):
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


class FilesView(LedgerPage):
    """The files that went to the bank, and the button that makes one of what is in none yet."""

    permission_required = "change"
    template_name = "shop/backoffice/transfer_files.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        self.steps = [{"url": "", "label": _("Tệp chuyển khoản")}]
        page = Paginator(TransferFile.objects.all(), FILES_SHOWN).get_page(request.GET.get("p"))
        waiting = transfer_files.waiting()
        return self.show(files=page, waiting=waiting, total=sum(payout.total for payout in waiting))

    def post(self, request: HttpRequest) -> HttpResponse:
        if file := transfer_files.make_file(by=staff(request.user)):
            messages.success(request, _("Đã lập tệp gồm %(count)d khoản.") % {"count": file.count})
        else:
            messages.warning(request, _("Mọi khoản chờ chuyển đã ở trong một tệp."))
        for payout in transfer_files.left_out():
            words = _("%(payout)s không vào tệp: tiền của một đơn đang có vướng mắc.")
            messages.warning(request, words % {"payout": payout})
        for payout in transfer_files.unapproved():
            words = _("%(payout)s không vào tệp: chờ người thứ hai xác nhận.")
            messages.warning(request, words % {"payout": payout})
        return redirect("shop_payouts:files")


class FileView(LedgerPage):
    """One file for the bank, the same whenever it is saved."""

    permission_required = "change"

    def get(self, _request: HttpRequest, pk: int) -> HttpResponse:
        file = get_object_or_404(TransferFile, pk=pk)
        day = timezone.localtime(file.made_at)
        return csv_file(transfers(file.payouts.order_by("pk")), f"chi-tra-{day:%Y-%m-%d}-{file.pk}.csv")


class LogView(LedgerPage):
    """Who did what to which payout, the newest first; discarded ones, too."""

    template_name = "shop/backoffice/payout_log.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        self.steps = [{"url": "", "label": _("Nhật ký chi trả")}]
        lines = PayoutLog.objects.select_related("partner")
        return self.show(log=Paginator(lines, LINES_SHOWN).get_page(request.GET.get("p")))


class StatementView(LedgerPage):
    """The statement on paper."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return print_statement(request, get_object_or_404(Payout.objects.select_related("partner"), pk=pk))


class EntriesView(LedgerPage):
    """The statement as a table."""

    def get(self, _request: HttpRequest, pk: int) -> HttpResponse:
        return save_entries(get_object_or_404(Payout, pk=pk))


def print_statement(request: HttpRequest, payout: Payout) -> HttpResponse:
    """Return a statement that prints on A4."""
    response = TemplateResponse(request, "shop/backoffice/statement.html", {"statement": statement(payout)})
    response["Cache-Control"] = "private, no-store"
    return response


def save_entries(payout: Payout) -> HttpResponse:
    """Return a statement as CSV."""
    return csv_file(rows(statement(payout)), f"sao-ke-{payout.run:%Y-%m-%d}-{payout.pk}.csv")
