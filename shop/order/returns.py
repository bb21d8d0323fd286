"""The verbs of a return: the buyer asks, the producer or staff decide, staff may overrule a refusal.

Each is one transaction on the locked order; acceptance is the parcel's own verb `return_`, which
gives the money back and marks the request.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.order import audit, locking, mails, parcels, stall_mails
from shop.order.audit import Actor
from shop.order.models import OrderLog, OrderMail, Parcel, ReturnPhoto, ReturnRequest
from shop.order.parcels import NotNow
from shop.order.transitions import PLACED_ORDER

S = ReturnRequest.State


def may_ask(parcel: Parcel) -> bool:
    """Return whether the buyer may ask now: RETURN_WINDOW_DAYS from delivery, once."""
    if parcel.status != Parcel.Status.DELIVERED or parcel.delivered_at is None:
        return False
    if parcel.order.status not in PLACED_ORDER or hasattr(parcel, "return_request"):
        return False
    return timezone.now() < parcel.delivered_at + timedelta(days=settings.RETURN_WINDOW_DAYS)


def ask(*, parcel_id: int, by: Actor, reason: str, pictures: Sequence[bytes] = ()) -> ReturnRequest:
    """Note that the buyer wants to send a parcel back; its producer gets a mail.

    Args:
        parcel_id: which.
        by: the buyer.
        reason: at most 300 characters.
        pictures: JPEGs from shop.order.return_pictures.

    Raises:
        NotNow: it was not delivered, too long ago, or has been asked for.
    """
    with transaction.atomic():
        parcel = _locked(parcel_id)
        if not may_ask(parcel):
            raise NotNow(_("Kiện này không xin trả được nữa."))
        request = ReturnRequest.objects.create(parcel=parcel, reason=reason)
        ReturnPhoto.objects.bulk_create(ReturnPhoto(request=request, data=data) for data in pictures)
        audit.write(parcel.order, OrderLog.Verb.ASK_RETURN, by=by, parcel=parcel, note=reason)
        stall_mails.return_asked(parcel)
    return request


def accept(
    *, parcel_id: int, by: Actor, note: str, restock: bool = False, overrule: bool = False
) -> ReturnRequest:
    """Take a parcel back as its buyer asked: the money goes back, the buyer gets a mail.

    Args:
        parcel_id: which.
        by: who decides.
        note: for the buyer and the log.
        restock: its units can be sold again.
        overrule: staff may accept what was refused.

    Raises:
        NotNow: nothing to decide, or the parcel is not in a state to come back.
    """
    with transaction.atomic():
        request = _request(_locked(parcel_id), S.REQUESTED, *([S.REFUSED] if overrule else []))
        if request.state == S.REFUSED:
            request.state = S.REQUESTED
            request.save(update_fields=["state"])
        parcels.return_(parcel_id=parcel_id, by=by, reason=note, restock=restock)
        request.refresh_from_db()
    return request


def refuse(*, parcel_id: int, by: Actor, note: str) -> ReturnRequest:
    """Refuse a return; the buyer gets a mail with the note. Raises NotNow: nothing to decide."""
    with transaction.atomic():
        parcel = _locked(parcel_id)
        request = _request(parcel, S.REQUESTED)
        request.state, request.note, request.decided_at = S.REFUSED, note, timezone.now()
        request.decided_by, request.decided_by_name = by.user, by.name
        request.save(update_fields=["state", "note", "decided_at", "decided_by", "decided_by_name"])
        audit.write(parcel.order, OrderLog.Verb.REFUSE, by=by, parcel=parcel, note=note)
        mails.write(parcel.order, OrderMail.Kind.RETURN_NO, parcel=parcel)
    return request


def _locked(parcel_id: int) -> Parcel:
    """Lock the parcel's order, which every verb of the order locks first; return the parcel as it is now."""
    order = locking.order(Parcel.objects.values_list("order_id", flat=True).get(pk=parcel_id))
    locking.payments(order)
    return next(row for row in locking.parcels(order) if row.pk == parcel_id)


def _request(parcel: Parcel, *states: ReturnRequest.State) -> ReturnRequest:
    request = ReturnRequest.objects.filter(parcel=parcel, state__in=states).first()
    if request is None:
        raise NotNow(_("Không có yêu cầu trả hàng nào chờ quyết định."))
    return request
