"""The next steps of a parcel as forms, and doing one: the same on staff's and producers' pages."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from wagtail.admin import messages

from shop.backoffice.orders.forms import InvalidForms, as_typed, step_form
from shop.core.actors import staff
from shop.fulfilment import parcels
from shop.fulfilment.undelivering import undeliver
from shop.fulfilment.unit_returns import return_units
from shop.order.models import OrderLog, Parcel
from shop.order.transitions import WORDS, next_verbs

V = OrderLog.Verb


def _take_back(*, parcel_id: int, units: dict[int, int] | None = None, **data: Any) -> Parcel:
    """Take units of a delivered parcel back; one that was refused on its way is taken back whole."""
    if units is None:
        return parcels.return_(parcel_id=parcel_id, **data)
    return return_units(parcel_id=parcel_id, units=units, **data)


VERBS: dict[OrderLog.Verb, Callable[..., Parcel]] = {
    V.ACCEPT: parcels.accept,
    V.PACK: parcels.pack,
    V.SHIP: parcels.ship,
    V.DELIVER: parcels.deliver,
    V.CANCEL_UNITS: parcels.cancel_units,
    V.CANCEL: parcels.cancel,
    V.RETURN: _take_back,
    V.UNDELIVER: undeliver,
}
FOLDED = {V.CANCEL_UNITS, V.UNDELIVER}
# A producer that holds the cash of a parcel has something to gain from calling it not delivered.
STAFF_ONLY = {V.UNDELIVER}


def named(verb: str, *, by_staff: bool) -> OrderLog.Verb:
    """Return the step that an address names; 404 for any other word, and for producers for what is staff's."""
    known = {step.value for step in VERBS if by_staff or step not in STAFF_ONLY}
    if verb not in known:
        raise Http404
    return V(verb)


def rows(
    parcel: Parcel, *, address: Callable[[OrderLog.Verb], str], wrong: InvalidForms, by_staff: bool
) -> list[dict[str, Any]]:
    """Return what may be done with a parcel now, for the page.

    Args:
        parcel: with its order.
        address: where the form of a step goes.
        wrong: forms that came back with errors.
        by_staff: for the hub's staff, not for the parcel's producer.
    """
    return [
        {
            "verb": verb,
            "title": WORDS[verb],
            "url": address(verb),
            "form": as_typed(step_form(verb, parcel), wrong),
            "folded": verb in FOLDED,
            "main": verb not in {V.CANCEL, V.RETURN, *FOLDED},
        }
        for verb in next_verbs(parcel)
        if by_staff or verb not in STAFF_ONLY
    ]


def do(request: HttpRequest, parcel: Parcel, step: OrderLog.Verb) -> forms.Form | None:
    """Do one step as the request says and show how it went; return the form if it has errors."""
    form = step_form(step, parcel, request.POST)
    if not form.is_valid():
        return form
    try:
        VERBS[step](parcel_id=parcel.pk, by=staff(request.user), **form.cleaned_data)
    except parcels.InvalidTransition as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã ghi: %s.") % WORDS[step])
    return None
