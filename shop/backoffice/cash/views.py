"""Cash for the staff: who has how much, one parcel's cash and what can be done with it."""

from abc import ABC, abstractmethod
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from shop.backoffice.cash.forms import DifferenceForm, MoveForm, RemitForm
from shop.backoffice.forms import UndoForm
from shop.backoffice.payouts.views import LedgerPage
from shop.core.actors import staff
from shop.ledger import cash, cash_lists
from shop.ledger.models import CashEntry, CashHolding, Holder
from shop.ledger.models.cash import OWING
from shop.order.models import Parcel
from shop.payment.models import Receipt

PER_PAGE = 50
LISTS = {
    "owed": (gettext_lazy("Chờ nộp về sàn"), cash_lists.owed),
    "producers": (gettext_lazy("Ở cơ sở"), cash_lists.with_producers),
    "unknown": (gettext_lazy("Chưa ghi ai giữ"), cash_lists.without_holder),
}


class CashPage(LedgerPage):
    """A page about cash."""

    start = ("shop_cash:index", gettext_lazy("Tiền mặt"))
    header_icon = "decimal"


class CashIndexView(CashPage):
    """Who has how much; by parcel what is to be handed over, what producers have, what nobody noted."""

    template_name = "shop/backoffice/cash.html"
    title = gettext_lazy("Tiền mặt")
    steps = []

    def get(self, request: HttpRequest) -> HttpResponse:
        which = request.GET.get("xem", "")
        which = which if which in LISTS else "owed"
        rows: QuerySet[Any] = LISTS[which][1]()
        filtered = _filtered(request) if which == "owed" else None
        if filtered:
            rows = cash_lists.of_holder(rows, *filtered)
        return self.show(
            holders=cash_lists.in_hands(),
            which=which,
            filtered=_in_words(filtered) if filtered else "",
            kinds=[(kind.value, kind.label) for kind in OWING],
            keep=_keep(request),
            lists=[(key, label) for key, (label, _rows) in LISTS.items()],
            page=Paginator(rows, PER_PAGE).get_page(request.GET.get("p")),
        )


class ParcelCashView(CashPage):
    """The cash of one parcel: where it is, how it came there, and the forms to change that."""

    template_name = "shop/backoffice/parcel_cash.html"

    def get(self, _request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(pk)

    def page(self, pk: int, *, wrong: forms.Form | None = None, undone: int = 0) -> HttpResponse:
        """Render the cash of parcel `pk`, with a form that came back with errors; `undone`: to which entry it belongs."""
        parcel = get_object_or_404(Parcel.objects.select_related("order", "partner"), pk=pk)
        receipt = get_object_or_404(Receipt, source=Receipt.Source.CASH, reference=f"parcel-{parcel.pk}")
        holding = CashHolding.objects.filter(parcel=parcel).first()
        self.steps = [{"url": "", "label": str(parcel)}]
        may_act = self.user_has_permission("change")
        return self.show(
            parcel=parcel,
            receipt=receipt,
            holding=holding,
            entries=_entries(holding, may_act=may_act, wrong=wrong, undone=undone) if holding else [],
            forms=_forms(holding, wrong) if may_act else {},
            status=422 if wrong else 200,
        )


class ParcelCashFormView(ParcelCashView, ABC):
    """One of the page's forms, as it was posted; with errors the page comes back."""

    permission_required = "change"
    http_method_names = ["post"]

    @abstractmethod
    def form(self, pk: int) -> forms.Form:
        """Return the form as it was posted."""

    @abstractmethod
    def act(self, pk: int, data: dict[str, Any]) -> None:
        """Do what the form says. Raises NoCash: there is none to do that with."""

    def post(self, _request: HttpRequest, pk: int) -> HttpResponse:
        form = self.form(pk)
        if not form.is_valid():
            return self.page(pk, wrong=form)
        try:
            self.act(pk, form.cleaned_data)
        except cash.NoCash as refused:
            form.add_error(None, str(refused))
            return self.page(pk, wrong=form)
        messages.success(self.request, _("Đã ghi."))
        return redirect("shop_cash:parcel", pk)


class RemitView(ParcelCashFormView):
    """Note what a carrier or a sales point handed over."""

    def form(self, pk: int) -> forms.Form:
        return RemitForm(self.request.POST, left=get_object_or_404(CashHolding, parcel=pk).in_hand)

    def act(self, pk: int, data: dict[str, Any]) -> None:
        key, by = str(data["key"]), staff(self.request.user)
        cash.remit(parcel_id=pk, amount=data["amount"], key=key, note=data["note"], by=by)


class MoveView(ParcelCashFormView):
    """Correct who has the money."""

    def form(self, pk: int) -> forms.Form:
        get_object_or_404(Parcel, pk=pk)
        return MoveForm(self.request.POST)

    def act(self, pk: int, data: dict[str, Any]) -> None:
        data["holder"] = Holder(data["holder"])
        cash.move(parcel_id=pk, by=staff(self.request.user), **data)


class DifferenceView(ParcelCashFormView):
    """Let the hub bear what will never come."""

    def form(self, pk: int) -> forms.Form:
        get_object_or_404(CashHolding, parcel=pk)
        return DifferenceForm(self.request.POST)

    def act(self, pk: int, data: dict[str, Any]) -> None:
        by = staff(self.request.user)
        cash.settle_difference(parcel_id=pk, key=str(data["key"]), reason=data["reason"], by=by)


class UndoView(ParcelCashView):
    """Take back what was noted wrongly as handed over or written off."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, entry: int) -> HttpResponse:
        found = get_object_or_404(CashEntry, pk=entry, holding__parcel=pk)
        form = UndoForm(request.POST)
        if form.is_valid():
            try:
                cash.undo(entry_id=found.pk, by=staff(request.user), reason=form.cleaned_data["reason"])
            except cash.NoCash as refused:
                form.add_error(None, str(refused))
        if form.errors and (
            cash.line_of(found) or not cash.may_undo(found)
        ):  # undone already: it has no form
            messages.error(request, _("Dòng này không bỏ được."))
            return redirect("shop_cash:parcel", pk)
        if form.errors:
            return self.page(pk, wrong=form, undone=found.pk)
        messages.success(request, _("Đã bỏ; người giữ lại còn tiền."))
        return redirect("shop_cash:parcel", pk)


def _entries(
    holding: CashHolding, *, may_act: bool, wrong: forms.Form | None, undone: int
) -> list[tuple[CashEntry, forms.Form | None, int | None]]:
    """Return each entry, with the form that takes it back and the line of a carrier's list that it came from."""
    found: list[tuple[CashEntry, forms.Form | None, int | None]] = []
    for entry in holding.entries.all():
        line, may_undo = cash.line_of(entry), may_act and cash.may_undo(entry)
        form = (
            (wrong if entry.pk == undone and wrong else UndoForm(auto_id=f"undo_{entry.pk}_%s"))
            if may_undo and not line
            else None
        )
        found.append((entry, form, line if may_undo else None))
    return found


def _filtered(request: HttpRequest) -> tuple[str, str | None] | None:
    """Return kind and name of the holder that the address asks for; no name: all of the kind; None: everything."""
    kind, name = request.GET.get("ai", ""), request.GET.get("ten")
    kind = kind if kind in OWING else ""
    return (kind, name) if kind or name is not None else None


def _in_words(filtered: tuple[str, str | None]) -> str:
    kind, name = filtered
    label = str(Holder(kind).label) if kind else ""
    if name is None:
        return label
    nameless = _("(chưa ghi tên)")
    return f"{label} {name or nameless}".strip()


def _keep(request: HttpRequest) -> str:
    """Return what the address says besides the page, for the links to other pages."""
    said = {key: request.GET[key] for key in ("xem", "ai", "ten") if key in request.GET}
    return f"{urlencode(said)}&" if said else ""


def _forms(holding: CashHolding | None, wrong: forms.Form | None) -> dict[str, forms.Form]:
    """Return the forms that fit the holder, by name; the one with errors as it was typed."""
    found: dict[str, forms.Form] = {"move": MoveForm(initial=_now(holding))}
    if holding and holding.holder in OWING and (left := holding.in_hand) > 0:
        found |= {"remit": RemitForm(left=left), "difference": DifferenceForm()}
    return found | ({str(wrong.prefix): wrong} if wrong and wrong.prefix != UndoForm.prefix else {})


def _now(holding: CashHolding | None) -> dict[str, str]:
    return {"holder": holding.holder, "name": holding.name} if holding else {"holder": Holder.HUB}
