"""Carriers' lists of cash for the staff: hand one in, look at it, confirm it, take it back."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin import messages

from shop.backoffice.cash.forms import ListForm, TableForm
from shop.backoffice.cash.views import CashPage
from shop.backoffice.forms import UndoForm
from shop.core.actors import staff
from shop.ledger.carriers import is_same
from shop.ledger.models import Remittance, RemittanceLine
from shop.ledger.remittances import booking, handing_in, judging, taking_back
from shop.ledger.remittances.reading import Row
from shop.ledger.remittances.totals import at_bank, totals
from shop.order.models import Parcel
from shop.payment.bank.statement import Unreadable

SHOWN = 30
PREVIEWED = 500
LINES_SHOWN = 100
S = RemittanceLine.State


@dataclass(frozen=True)
class Preview:
    """A row of a list with what will become of it."""

    row: Row
    parcel: Parcel | None
    reason: str


class RemittancesView(CashPage):
    """The lists, the way to hand one in, and how many lines wait."""

    template_name = "shop/backoffice/remittances.html"

    def get(self, request: HttpRequest, form: ListForm | None = None) -> HttpResponse:
        self.steps = [{"url": "", "label": _("Bảng kê của hãng vận chuyển")}]
        handed_in = Remittance.objects.defer("rows", "tables")
        return self.show(
            page=Paginator(handed_in, SHOWN).get_page(request.GET.get("p")),
            waiting=RemittanceLine.objects.filter(state=S.WAITING).count(),
            form=(form or ListForm()) if self.user_has_permission("change") else None,
            status=422 if form else 200,
        )


class UploadView(RemittancesView):
    """Hand a list in."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ListForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.get(request, form)
        file, carrier = form.cleaned_data["file"], form.cleaned_data["carrier"]
        data = file.read()
        if known := handing_in.known(data):
            _say_known(request, known, carrier)
            return redirect("shop_cash:remittance", known.pk)
        try:
            found = handing_in.upload(carrier=carrier, name=file.name, data=data, by=staff(request.user))
        except Unreadable as unreadable:
            form.add_error("file", str(unreadable))
            return self.get(request, form)
        return redirect("shop_cash:remittance", found.pk)


class RemittanceView(CashPage):
    """One list: before it is confirmed what will become of each row, and the columns; after that its lines."""

    template_name = "shop/backoffice/remittance.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(request, pk)

    def page(
        self,
        request: HttpRequest,
        pk: int,
        *,
        tables: list[TableForm] | None = None,
        undo: UndoForm | None = None,
    ) -> HttpResponse:
        """Render list `pk`, with forms that came back with errors."""
        found = get_object_or_404(Remittance, pk=pk)
        self.steps = [lists(), {"url": "", "label": str(found)}]
        may_act = self.user_has_permission("change")
        rows = handing_in.rows_of(found)
        sums = totals(rows)
        facts: dict[str, Any] = {
            "remittance": found,
            "sums": sums,
            "at_bank": at_bank(sums, timezone.localdate(found.uploaded_at)),
            "undo": (undo or UndoForm()) if may_act and found.confirmed_at else None,
            "status": 422 if tables or undo else 200,
        }
        if found.confirmed_at:
            return self.show(**facts, **_confirmed(found, request.GET.get("p")))
        page = Paginator(rows, PREVIEWED).get_page(request.GET.get("p"))
        return self.show(
            **facts,
            page=page,
            rows=_previews(list(page), found.carrier),
            tables=(tables or _table_forms(found)) if may_act else [],
            readable=handing_in.is_readable(found),
        )


class ConfirmView(RemittanceView):
    """Read the list by other columns, or book what fits."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = get_object_or_404(Remittance, pk=pk)
        if "confirm" in request.POST:
            counts = booking.confirm(remittance_id=pk, by=staff(request.user))
            words = {"booked": counts[S.BOOKED], "waiting": counts[S.WAITING], "left": counts[S.NEW]}
            said = _("Đã ghi %(booked)d dòng; %(waiting)d dòng chờ người xem.") % words
            more = _("%(left)d dòng còn lại được ghi tiếp tự động.") % words if words["left"] else ""
            messages.success(request, f"{said} {more}".strip())
            return redirect("shop_cash:remittance", pk)
        tables = _table_forms(found, request.POST)
        if not all([form.is_valid() for form in tables]):  # noqa: C419 - each shows its own errors
            return self.page(request, pk, tables=tables)
        handing_in.choose(remittance_id=pk, tables=[form.chosen() for form in tables])
        return redirect("shop_cash:remittance", pk)


class TakeBackView(RemittanceView):
    """Take a whole list back."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = UndoForm(request.POST)
        if not form.is_valid():
            return self.page(request, pk, undo=form)
        get_object_or_404(Remittance, pk=pk)
        reason = form.cleaned_data["reason"]
        left = taking_back.take_back(remittance_id=pk, by=staff(request.user), reason=reason)
        if left:
            words = _("Đang bỏ bảng kê: còn %(left)d dòng.") % {"left": left}
            messages.warning(request, words)
        else:
            messages.success(request, _("Đã bỏ cả bảng kê. Tệp này nhập lại được."))
        return redirect("shop_cash:remittance", pk)


def lists() -> dict[str, str]:
    """Return the step of the breadcrumbs that leads to the lists."""
    return {"url": reverse("shop_cash:remittances"), "label": _("Bảng kê của hãng vận chuyển")}


def _confirmed(found: Remittance, number: str | None) -> dict[str, Any]:
    """Return the lines of a confirmed list, and whether some are still to be booked, or to be undone."""
    page = Paginator(found.lines.select_related("parcel__order"), LINES_SHOWN).get_page(number)
    gone = found.taken_back_at is not None
    unfinished = taking_back.left(found) if gone else found.lines.filter(state=S.NEW)
    return {"page": page, "unfinished": unfinished.exists()}


def _say_known(request: HttpRequest, known: Remittance, carrier: str) -> None:
    """Say that a file was handed in before; while nothing is confirmed, it becomes the carrier's named now."""
    words = {"first": known.carrier, "carrier": carrier}
    if is_same(known.carrier, carrier):
        messages.warning(request, _("Tệp này đã nhập trước đó. Đây là bảng kê đó."))
    elif handing_in.rename_carrier(known, carrier):
        messages.warning(
            request, _("Tệp này đã nhập cho hãng %(first)s. Nay ghi là của %(carrier)s.") % words
        )
    else:
        messages.error(
            request,
            _("Tệp này đã nhập và xác nhận cho hãng %(first)s; không nhập lại cho %(carrier)s.") % words,
        )


def _previews(rows: list[Row], carrier: str) -> list[Preview]:
    parcels = judging.parcels_of(rows)
    books = judging.look_up(parcels.values())
    found = []
    for row in rows:
        parcel = parcels.get(row.number)
        reason = judging.judge(row, parcel, carrier=carrier, books=books)
        found.append(Preview(row, parcel, str(reason.label) if reason else ""))
    return found


def _table_forms(remittance: Remittance, data: Any = None) -> list[TableForm]:
    tables = handing_in.tables_of(remittance)
    alone = len(tables) == 1
    return [TableForm(data, rows=remittance.rows, table=table, alone=alone) for table in tables]
