"""A buyer's wish to send a parcel back, on staff's and on producers' pages: the picture, the decision."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from wagtail.admin import messages

from shop.order import returns
from shop.order.audit import staff
from shop.order.desk.forms import DecisionForm, Wrong, as_typed
from shop.order.models import Parcel, ReturnPhoto, ReturnRequest
from shop.order.parcels import NotNow

PHOTOS = Prefetch("return_request__photos", queryset=ReturnPhoto.objects.defer("data"))
S = ReturnRequest.State


def row(parcel: Parcel, *, may_overrule: bool, wrong: Wrong) -> dict[str, Any] | None:
    """Return the parcel's request and the form to decide it, for the page; None where there is none."""
    request = getattr(parcel, "return_request", None)
    if request is None:
        return None
    is_open = request.state == S.REQUESTED
    decided = not is_open and not (may_overrule and request.state == S.REFUSED)
    form = None if decided else as_typed(DecisionForm(prefix=f"decide-{parcel.pk}"), wrong)
    return {"request": request, "form": form, "may_refuse": is_open}


def decide(request: HttpRequest, parcel: Parcel, *, may_overrule: bool) -> DecisionForm | None:
    """Accept or refuse as the buttons say and tell how it went; return the form if it has errors."""
    form = DecisionForm(request.POST, prefix=f"decide-{parcel.pk}")
    if not form.is_valid():
        return form
    note, by = form.cleaned_data["note"], staff(request.user)
    try:
        if "refuse" in request.POST:
            returns.refuse(parcel_id=parcel.pk, by=by, note=note)
        else:
            restock = form.cleaned_data["restock"]
            returns.accept(parcel_id=parcel.pk, by=by, note=note, restock=restock, overrule=may_overrule)
    except NotNow as not_now:
        messages.error(request, str(not_now))
    else:
        messages.success(request, _("Đã ghi quyết định, người mua được báo qua thư."))
    return None


def picture(parcel: Parcel, photo: int) -> HttpResponse:
    """Return one picture of a parcel's request; 404 for any other."""
    found = get_object_or_404(ReturnPhoto, pk=photo, request__parcel=parcel)
    return HttpResponse(
        bytes(found.data),
        content_type="image/jpeg",
        headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
    )
