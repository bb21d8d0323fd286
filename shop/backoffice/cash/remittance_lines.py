"""Lines of carriers' lists for the staff: those that a person must look at, one of them, and what is decided."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages

from shop.backoffice.cash.forms import AcceptForm, RetryForm, SetAsideForm, TakeBackForm
from shop.backoffice.cash.remittances import LINES_SHOWN, lists
from shop.backoffice.cash.views import CashPage
from shop.core.actors import staff
from shop.ledger.models import RemittanceLine
from shop.ledger.remittances import deciding, judging, lines

S = RemittanceLine.State


class WaitingView(CashPage):
    """All lines that a person must look at."""

    template_name = "shop/backoffice/remittance_waiting.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        self.steps = [lists(), {"url": "", "label": _("Dòng chờ người xem")}]
        waiting = RemittanceLine.objects.filter(state=S.WAITING).select_related("parcel__order", "remittance")
        waiting = waiting.defer("remittance__rows", "remittance__tables")
        return self.show(page=Paginator(waiting, LINES_SHOWN).get_page(request.GET.get("p")))


class LineView(CashPage):
    """One line of a list, and what can be done with it."""

    template_name = "shop/backoffice/remittance_line.html"

    def get(self, _request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(pk)

    def page(self, pk: int, *, wrong: forms.Form | None = None) -> HttpResponse:
        """Render line `pk`, with a form that came back with errors."""
        line = get_object_or_404(RemittanceLine.objects.select_related("remittance", "parcel__order"), pk=pk)
        self.steps = [lists(), {"url": "", "label": str(line)}]
        may_act = self.user_has_permission("change")
        found = _line_forms(line) if may_act else {}
        found |= {str(wrong.prefix): wrong} if wrong else {}
        holding = getattr(line.parcel, "cash_holding", None)
        warning = _charge_warning(line) if may_act and line.state == S.WAITING else ""
        status = 422 if wrong else 200
        return self.show(line=line, holding=holding, forms=found, warning=warning, status=status)


class DecideView(LineView):
    """Judge a line anew, take it as it is, or put it aside."""

    permission_required = "change"
    http_method_names = ["post"]
    FORMS: dict[str, Any] = {
        "retry": (RetryForm, deciding.retry),
        "accept": (AcceptForm, deciding.accept),
        "aside": (SetAsideForm, deciding.set_aside),
        "take_back": (TakeBackForm, deciding.take_back),
    }

    def post(self, request: HttpRequest, pk: int, what: str) -> HttpResponse:
        line = get_object_or_404(RemittanceLine, pk=pk)
        kind, act = self.FORMS[what]
        form = kind(request.POST)
        if not form.is_valid():
            return self.page(pk, wrong=form)
        try:
            done = act(line_id=line.pk, by=staff(request.user), **form.cleaned_data)
        except lines.CannotBook as refused:
            form.add_error(None, str(refused))
            return self.page(pk, wrong=form)
        words = f"{done.get_state_display()} {done.get_reason_display() if done.state == S.WAITING else ''}"
        messages.success(request, words.strip())
        return redirect("shop_cash:remittance_line", pk)


def _charge_warning(line: RemittanceLine) -> str:
    """Return what is wrong with a line's fee, beside why it waits; empty for nothing more."""
    if line.parcel is None:
        return ""
    reason = judging.judge_charge(line, line.parcel, judging.look_up([line.parcel]))
    return str(reason.label) if reason and reason != line.reason else ""


def _line_forms(line: RemittanceLine) -> dict[str, forms.Form]:
    """Return the forms that fit a line, by name."""
    if line.state == S.BOOKED:
        return {"take_back": TakeBackForm()}
    if line.state != S.WAITING:
        return {}
    if line.remittance.taken_back_at:
        return {"aside": SetAsideForm()}
    found: dict[str, forms.Form] = {"retry": RetryForm(), "aside": SetAsideForm()}
    return found | ({"accept": AcceptForm()} if line.reason in deciding.MAY_ACCEPT else {})
