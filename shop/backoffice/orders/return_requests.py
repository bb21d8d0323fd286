"""A buyer's return request, on staff's and on producers' pages: the picture, the decision."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from wagtail.admin import messages

from shop.backoffice.orders.forms import DecisionForm, InvalidForms, as_typed
from shop.backoffice.orders.told import with_news
from shop.core.actors import staff
from shop.fulfilment import returns
from shop.fulfilment.parcels import InvalidTransition
from shop.order.models import Line, Parcel, ReturnPhoto, ReturnRequest

REQUESTS = (  # what `rows` reads of parcels, beside their lines
    "return_requests__lines",
    Prefetch("return_requests__photos", queryset=ReturnPhoto.objects.defer("data")),
)
S = ReturnRequest.State


def rows(parcel: Parcel, *, may_overrule: bool, wrong: InvalidForms) -> list[dict[str, Any]]:
    """Return the parcel's requests, oldest first, each with its units and the form to decide it where one may."""
    requests = list(parcel.return_requests.all())
    to_decide = _to_decide(requests, may_overrule=may_overrule)
    found = []
    for request in requests:
        units, rest = _units(parcel, request), request.refused_units
        form = None
        may_decide = parcel.status == Parcel.Status.DELIVERED and any(line.kept for line in units)
        if request is to_decide and may_decide:
            form = as_typed(DecisionForm(prefix=_prefix(request), units=_left(parcel, request, units)), wrong)
        is_open = request.state == S.REQUESTED
        words = [
            (line, count, rest.get(line.pk, 0) * (request.state == S.ACCEPTED))
            for line, count in units.items()
        ]
        found.append({"request": request, "units": words, "form": form, "may_refuse": is_open})
    return found


def _to_decide(requests: Sequence[ReturnRequest], *, may_overrule: bool) -> ReturnRequest | None:
    """Return which request the page asks about: the open one; staff may overrule the last refusal."""
    states = (S.REQUESTED, S.REFUSED) if may_overrule else (S.REQUESTED,)
    found = [request for request in requests if request.state in states]
    return max(found, key=lambda request: (request.state == S.REQUESTED, request.pk), default=None)


def _prefix(request: ReturnRequest) -> str:
    return f"decide-{request.pk}"


def _units(parcel: Parcel, request: ReturnRequest) -> dict[Line, int]:
    """Return what a request is about; all that the buyer keeps for one that names no lines."""
    named = request.units
    lines = parcel.lines.all()
    if not named:
        return {line: line.kept for line in lines if line.kept}
    return {line: named[line.pk] for line in lines if line.pk in named}


def _left(parcel: Parcel, request: ReturnRequest, units: dict[Line, int]) -> dict[Line, int]:
    """Return what may still be taken back of a refused request: units may have come back otherwise since."""
    if request.state != S.REFUSED:
        return units
    kept = returns.still_kept(request, parcel)
    return {line: kept[line.pk] for line in units if line.pk in kept} or units


def decide(request: HttpRequest, parcel: Parcel, pk: int, *, may_overrule: bool) -> DecisionForm | None:
    """Accept or refuse one request of the parcel's as the buttons say; return the form if it has errors.

    How it went is shown on the next page; 404 for a request of another parcel.
    """
    asked = next((row for row in parcel.return_requests.all() if row.pk == pk), None)
    if asked is None:
        raise Http404
    refuses, units = "refuse" in request.POST, _left(parcel, asked, _units(parcel, asked))
    form = DecisionForm(request.POST, prefix=_prefix(asked), units=units, refuses=refuses)
    if not form.is_valid():
        return form
    note, by = form.cleaned_data["note"], staff(request.user)
    try:
        if refuses:
            returns.refuse(request_id=pk, by=by, note=note)
        else:
            returns.accept(
                request_id=pk,
                by=by,
                note=note,
                units=form.taken(),
                rest_note=form.cleaned_data["rest_note"],
                restock=form.units("restock"),
                overrule=may_overrule,
            )
    except InvalidTransition as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, with_news(_("Đã ghi quyết định."), parcel.order))
    return None


def picture(parcel: Parcel, photo: int) -> HttpResponse:
    """Return one picture of a parcel's request; 404 for any other."""
    found = get_object_or_404(ReturnPhoto, pk=photo, request__parcel=parcel)
    return HttpResponse(
        bytes(found.data),
        content_type="image/jpeg",
        headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
    )
