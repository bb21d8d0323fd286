"""The next steps of a parcel as forms, and doing one: the same on staff's and producers' pages."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from wagtail.admin import messages

from shop.order import parcels
from shop.order.audit import staff
from shop.order.desk.forms import Wrong, as_typed, step_form
from shop.order.models import OrderLog, Parcel
from shop.order.transitions import WORDS, next_verbs

V = OrderLog.Verb
VERBS: dict[OrderLog.Verb, Callable[..., Parcel]] = {
    V.ACCEPT: parcels.accept,
    V.PACK: parcels.pack,
    V.SHIP: parcels.ship,
    V.DELIVER: parcels.deliver,
    V.LEAVE_OUT: parcels.leave_out,
    V.CANCEL: parcels.cancel,
    V.RETURN: parcels.return_,
}


def named(verb: str) -> OrderLog.Verb:
    """Return the step that an address names; 404 for any other word."""
    if verb not in {known.value for known in VERBS}:
        raise Http404
    return V(verb)


def rows(parcel: Parcel, *, address: Callable[[OrderLog.Verb], str], wrong: Wrong) -> list[dict[str, Any]]:
    """Return what may be done with a parcel now, for the page.

    Args:
        parcel: with its order.
        address: where the form of a step goes.
        wrong: forms that came back with errors.
    """
    return [
        {
            "verb": verb,
            "title": WORDS[verb],
            "url": address(verb),
            "form": as_typed(step_form(verb, parcel), wrong),
            "folded": verb is V.LEAVE_OUT,
            "main": verb not in {V.CANCEL, V.LEAVE_OUT, V.RETURN},
        }
        for verb in next_verbs(parcel)
    ]


def do(request: HttpRequest, parcel: Parcel, step: OrderLog.Verb) -> forms.Form | None:
    """Do one step as the request says and tell how it went; return the form if it has errors."""
    form = step_form(step, parcel, request.POST)
    if not form.is_valid():
        return form
    try:
        VERBS[step](parcel_id=parcel.pk, by=staff(request.user), **form.cleaned_data)
    except parcels.NotNow as not_now:
        messages.error(request, str(not_now))
    else:
        messages.success(request, _("Đã ghi: %s.") % WORDS[step])
    return None
