"""One line of the bank for the staff: what it is, which order it may pay, and what they decide."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages

from shop.backoffice.money.bank_lines import amount_of, orders_of, why_of
from shop.backoffice.money.base import INDEX, MoneyView
from shop.backoffice.money.forms import SHARES, AssignForm, NotOursForm, SplitForm
from shop.core.actors import staff
from shop.ledger.accounts import explanation
from shop.ledger.bank_lines import payout_of
from shop.payment.bank import manual_matching
from shop.payment.bank.deciding import orders_named, transfer_of
from shop.payment.bank.suggestions import suggest
from shop.payment.models import BankLine

S = BankLine.State


class LineView(MoneyView):
    """One bank line, and what can be done with it."""

    template_name = "shop/backoffice/bank_line.html"

    def get_page_title(self) -> str:
        return _("Khoản %(key)s") % {"key": self.line.key}

    def get(self, _request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(pk)

    def page(self, pk: int, *, status: int = 200, **forms: Any) -> HttpResponse:
        """Render line `pk` with its forms, as typed where they are wrong."""
        line = self.line = _line(pk)
        open_states = {S.WAITING, S.SET_ASIDE, S.DUPLICATE}
        may_act = self.user_has_permission("change") and line.state in open_states
        takes_order = may_act and line.is_in
        return self.show(
            status=status,
            line=line,
            amount=amount_of(line),
            why=why_of(line),
            payout=payout_of(line),
            explained=explanation(line),
            orders=orders_of(line),
            may_act=may_act,
            takes_order=takes_order,
            waits=line.state == S.WAITING,
            suggestions=suggest(line) if takes_order else [],
            assign=forms.get("assign") or AssignForm(),
            split=forms.get("split") or SplitForm(initial=_shares(line) if takes_order else {}),
            not_ours=forms.get("not_ours") or NotOursForm(),
        )

    def decide(self, pk: int, act: Callable[[], str], **forms: Any) -> HttpResponse:
        """Do what staff decided, say so, and go on; what cannot be done is said on the line's page, as typed."""
        try:
            said = act()
        except manual_matching.CannotMatch as refused:
            messages.error(self.request, str(refused))
            return self.page(pk, status=HTTPStatus.CONFLICT, **forms)
        messages.success(self.request, said)
        return redirect(INDEX)


class AssignView(LineView):
    """Book a bank line on an order."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = AssignForm(request.POST)
        if not form.is_valid():
            return self.page(pk, status=422, assign=form)
        number, revise = form.cleaned_data["number"], "revise" in request.POST
        try:
            payment = manual_matching.assign(
                line_id=_line(pk).pk, number=number, by=staff(request.user), revise=revise
            )
        except manual_matching.CannotMatch as refused:
            messages.error(request, str(refused))
            return self.page(pk, status=HTTPStatus.CONFLICT, assign=form)
        messages.success(request, _("Đã ghi vào đơn %(code)s.") % {"code": number})
        return redirect("shop_orders:detail", payment.order_id)


class SplitView(LineView):
    """Book a bank line on several orders."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = SplitForm(request.POST)
        if not form.is_valid():
            return self.page(pk, status=422, split=form)

        def act() -> str:
            manual_matching.split(
                line_id=_line(pk).pk, sums=form.sums, by=staff(request.user), revise="revise" in request.POST
            )
            return _("Đã chia cho các đơn %(codes)s.") % {"codes": ", ".join(form.sums)}

        return self.decide(pk, act, split=form)


class DuplicateView(LineView):
    """Say that a line is one that was told before."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        def act() -> str:
            manual_matching.confirm_duplicate(line_id=_line(pk).pk, by=staff(request.user))
            return _("Đã ghi là trùng.")

        return self.decide(pk, act)


class NotOursView(LineView):
    """Put a bank line aside."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = NotOursForm(request.POST)
        if not form.is_valid():
            return self.page(pk, status=422, not_ours=form)

        def act() -> str:
            reason = form.cleaned_data["reason"]
            manual_matching.set_aside(line_id=_line(pk).pk, reason=reason, by=staff(request.user))
            return _("Đã để riêng.")

        return self.decide(pk, act, not_ours=form)


def _shares(line: BankLine) -> dict[str, str]:
    """Return what the form for splitting begins with: the orders named and what each still misses."""
    found: dict[str, str] = {}
    for place, order in enumerate(orders_named(line)[:SHARES], start=1):
        payment = transfer_of(order)
        found[f"number_{place}"] = order.number
        found[f"amount_{place}"] = f"{payment.missing if payment else order.total_incl_tax:.0f}"
    return found


def _line(pk: int) -> BankLine:
    rows = BankLine.objects.select_related("payment__order", "refund__payment__order", "same_as", "statement")
    return get_object_or_404(rows.prefetch_related("parts__payment__order"), pk=pk)
