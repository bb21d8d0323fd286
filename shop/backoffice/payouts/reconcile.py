"""Reconciling the hub's accounts: a month by day, ours beside the bank's or Stripe's, and what nobody explained."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.viewsets.base import ViewSet

from shop.backoffice.forms import UndoForm
from shop.backoffice.menu import shown_by
from shop.backoffice.payouts import subjects
from shop.backoffice.payouts.months import MONTH
from shop.backoffice.payouts.views import LedgerPage
from shop.core.actors import staff
from shop.core.fields import LineField
from shop.ledger import accounts, joining, openings, reconciling, undoing
from shop.ledger.models import AccountEntry, OpeningBalance
from shop.ledger.tax_months import next_month
from shop.payment.models import BankAccount, BankLine

STRIPE = "stripe"
MONTHS_SHOWN = 12
LINES_SHOWN = 200
LOG_SHOWN = 20


class ExplainForm(forms.Form):
    """What a line of the bank was: something our books know of, or one of the kinds that they do not."""

    kind = forms.ChoiceField(label=gettext_lazy("Đây là"))
    reason = LineField(label=gettext_lazy("Lý do"), max_length=300)

    def __init__(self, *args: Any, line: BankLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = accounts.EXPLAINED_IN if line.is_in else accounts.EXPLAINED_OUT
        known = [(one.key, one.words) for one in joining.candidates(line)]
        kind: Any = self.fields["kind"]
        kind.choices = [("", "---"), *known, *((one.value, one.label) for one in kinds)]


class OpeningForm(forms.ModelForm):
    """From which day an account is reconciled, and what was on it."""

    class Meta:
        model = OpeningBalance
        fields = ["day", "amount"]
        widgets = {"day": forms.DateInput({"type": "date"}, "%Y-%m-%d")}


class ReconcilePage(LedgerPage):
    """A page about the hub's accounts."""

    start = ("shop_reconcile:index", gettext_lazy("Đối soát ngân hàng"))
    header_icon = "table"


class ReconcileView(ReconcilePage):
    """One account and month; without more the first account and the month of today."""

    template_name = "shop/backoffice/reconcile.html"
    title = gettext_lazy("Đối soát ngân hàng")
    steps: list[dict[str, str]] = []

    def get(
        self,
        _request: HttpRequest,
        which: str = "",
        month: date | None = None,
        form: OpeningForm | None = None,
    ) -> HttpResponse:
        banks = list(BankAccount.objects.all())
        which = which or (str(banks[0].pk) if banks else STRIPE)
        account = _account(which)
        today = timezone.localdate()
        first = month or today.replace(day=1)
        last = next_month(first) - timedelta(days=1)
        since, amount = reconciling.begin(account)
        opening = OpeningBalance.objects.filter(account=account).first() if account else None
        alone = reconciling.unexplained(account, first, last)
        if account and form is None and self.user_has_permission("change"):
            form = OpeningForm(instance=opening)
        return self.show(
            which=which,
            account=account,
            accounts=[(str(bank.pk), str(bank)) for bank in banks] + [(STRIPE, "Stripe")],
            month=first,
            months=_months(today, since, first),
            since=since,
            opening=opening,
            opening_log=account.opening_log.order_by("-pk")[:LOG_SHOWN] if account else (),
            amount=amount,
            days=reconciling.days(account, first, last),
            unexplained=_with_subjects(alone[:LINES_SHOWN]),
            hidden=max(0, len(alone) - LINES_SHOWN),
            may_act=self.user_has_permission("change"),
            form=form,
            status=422 if form and form.errors else 200,
        )


class OpeningView(ReconcileView):
    """Note what was on an account when its reconciling begins."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, which: str, month: date) -> HttpResponse:
        account = _account(which)
        if account is None:
            raise Http404
        form = OpeningForm(request.POST, instance=OpeningBalance.objects.filter(account=account).first())
        if not form.is_valid():
            return self.get(request, which, month, form)
        openings.note(account=account, by=staff(request.user), **form.cleaned_data)
        messages.success(request, _("Đã ghi số dư đầu."))
        return redirect("shop_reconcile:month", which, month)


class ExplainView(ReconcilePage):
    """Say what a line of the bank was, and read who said what of it before."""

    permission_required = "change"
    template_name = "shop/backoffice/reconcile_line.html"

    def get(
        self, _request: HttpRequest, pk: int, form: ExplainForm | None = None, undo: UndoForm | None = None
    ) -> HttpResponse:
        line = get_object_or_404(BankLine.objects.select_related("account"), pk=pk, account__isnull=False)
        self.steps = [{"url": "", "label": _("Giải thích một khoản")}]
        may_undo = undoing.may_undo(line)
        log = list(line.log.order_by("pk"))
        said = subjects.named(row.what for row in log)
        return self.show(
            line=line,
            log=[(row, said.get(row.what)) for row in log],
            form=None if may_undo and not form else form or ExplainForm(line=line),
            undo=undo or (UndoForm() if may_undo else None),
            status=422 if form or undo else 200,
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        line = get_object_or_404(BankLine, pk=pk, account__isnull=False)
        form = ExplainForm(request.POST, line=line)
        if not form.is_valid():
            return self.get(request, pk, form)
        kind, reason, by = form.cleaned_data["kind"], form.cleaned_data["reason"], staff(request.user)
        try:
            if kind in AccountEntry.Kind:
                accounts.explain(line_id=pk, kind=AccountEntry.Kind(kind), reason=reason, by=by)
            else:
                joining.join(line_id=pk, key=kind, reason=reason, by=by)
        except accounts.CannotExplain as cannot:
            form.add_error(None, str(cannot))
            return self.get(request, pk, form)
        messages.success(request, _("Đã ghi khoản này là gì."))
        day = line.booked_on or timezone.localdate(line.received_at)
        return redirect("shop_reconcile:month", str(line.account_id), day.replace(day=1))


class UndoExplanationView(ExplainView):
    """Take back what was said wrongly of a line of the bank."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        get_object_or_404(BankLine, pk=pk, account__isnull=False)
        form = UndoForm(request.POST)
        if not form.is_valid():
            return self.get(request, pk, undo=form)
        try:
            undoing.undo(line_id=pk, reason=form.cleaned_data["reason"], by=staff(request.user))
        except accounts.CannotExplain as cannot:
            form.add_error(None, str(cannot))
            return self.get(request, pk, undo=form)
        messages.success(request, _("Đã bỏ lời giải thích; hãy giải thích lại khoản này."))
        return redirect("shop_reconcile:explain", pk)


class ReconcileViewSet(ViewSet):
    """The hub's accounts beside their statements."""

    name = "shop_reconcile"
    url_prefix = "doi-soat"
    icon = "table"
    menu_label = gettext_lazy("Đối soát ngân hàng")
    menu_item_class = shown_by(ReconcileView.permission_policy)

    def get_urlpatterns(self) -> list[URLPattern]:
        """A month of an account, its first balance, a line to explain."""
        return [
            path("", ReconcileView.as_view(), name="index"),
            path("khoan/<int:pk>/", ExplainView.as_view(), name="explain"),
            path("khoan/<int:pk>/bo/", UndoExplanationView.as_view(), name="undo"),
            path(f"<slug:which>/{MONTH}/", ReconcileView.as_view(), name="month"),
            path(f"<slug:which>/{MONTH}/so-du-dau/", OpeningView.as_view(), name="opening"),
        ]


def _account(which: str) -> BankAccount | None:
    """Return the account that an address names; None is Stripe's balance. Raises Http404."""
    if which == STRIPE:
        return None
    if not which.isdecimal():
        raise Http404
    return get_object_or_404(BankAccount, pk=which)


def _with_subjects(
    rows: list[reconciling.Unexplained],
) -> list[tuple[reconciling.Unexplained, subjects.Subject | None]]:
    """Return each with what its key means; None: nothing of ours."""
    known = subjects.named(row.key for row in rows)
    return [(row, known.get(row.key)) for row in rows]


def _months(today: date, since: date | None, shown: date) -> list[date]:
    """Return the months to choose from, the newest first: the last year's, back to where reconciling began."""
    month, found = today.replace(day=1), {shown}
    while len(found) <= MONTHS_SHOWN and month >= (since or today).replace(day=1):
        found.add(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return sorted(found, reverse=True)
