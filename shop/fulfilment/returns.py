"""The verbs of a return: the buyer asks, the producer or staff decide, staff may overrule a refusal.

Each is one transaction on the locked order. A request names units; acceptance takes those back
(shop.fulfilment.unit_returns), which gives the money back and marks the request. Several requests may
follow one another, never about more units than the buyer has.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.claim_periods import is_short
from shop.core import locking
from shop.core.actors import Actor
from shop.fulfilment import parcels, unit_returns
from shop.fulfilment.money import LockedOrder
from shop.fulfilment.parcels import STALE, InvalidTransition
from shop.fulfilment.unit_returns import ANSWER_FIRST
from shop.order import audit, mails, producer_mails
from shop.order.models import OrderLog, OrderMail, Parcel, ReturnLine, ReturnPhoto, ReturnRequest
from shop.order.transitions import MAY_OVERRULE, PLACED_ORDER, RETURN_TRANSITIONS

S = ReturnRequest.State
V = OrderLog.Verb
NOTHING_TO_DECIDE = gettext_lazy("Không có yêu cầu trả hàng nào chờ quyết định.")


def may_ask(parcel: Parcel) -> bool:
    """Return whether the buyer may ask now: within RETURN_WINDOW_DAYS of delivery, one request at a time."""
    if parcel.status != Parcel.Status.DELIVERED or parcel.delivered_at is None:
        return False
    if parcel.order.status not in PLACED_ORDER or not any(askable(parcel).values()):
        return False
    return timezone.now() < parcel.delivered_at + timedelta(days=settings.RETURN_WINDOW_DAYS)


def askable(parcel: Parcel) -> dict[int, int]:
    """Return how many units of each line the buyer may still ask for: kept, and neither waiting nor refused."""
    requests = list(parcel.return_requests.all())
    late = _late_lines(parcel)
    left = {line.pk: 0 if line.pk in late else line.kept for line in parcel.lines.all()}
    for request in requests:
        if request.state == S.REQUESTED or not request.units:  # one without lines is about the whole parcel
            return dict.fromkeys(left, 0)
        refused = request.refused_units
        left = {pk: max(0, count - refused.get(pk, 0)) for pk, count in left.items()}
    return left


def still_kept(request: ReturnRequest, parcel: Parcel) -> dict[int, int]:
    """Return how many units of each line a request asks for and the buyer has: some may have come back otherwise."""
    kept = {line.pk: line.kept for line in parcel.lines.all() if line.kept}
    return {pk: min(count, kept[pk]) for pk, count in (request.units or kept).items() if pk in kept}


def _late_lines(parcel: Parcel) -> set[int]:
    """The lines of fresh and chilled goods that came more than CLAIM_FRESH_WITHIN_H ago; no query before that."""
    came = parcel.delivered_at
    if came is None or timezone.now() < came + timedelta(hours=settings.CLAIM_FRESH_WITHIN_H):
        return set()
    lines = parcel.lines.model.objects.filter(parcel=parcel.pk, product__isnull=False)
    return {line.pk for line in lines.select_related("product__parent") if is_short(line.product)}


def ask(
    *,
    parcel_id: int,
    by: Actor,
    reason: str,
    pictures: Sequence[bytes] = (),
    units: Mapping[int, int] | None = None,
) -> ReturnRequest:
    """Note that the buyer wants to send units of a parcel back; its producer gets a mail.

    Args:
        parcel_id: which.
        by: the buyer.
        reason: at most 300 characters.
        pictures: JPEGs from shop.fulfilment.return_pictures.
        units: how many, by the key of their order line; all that may be asked for without a word.

    Raises:
        InvalidTransition: it was not delivered, too long ago, waits for an answer, or not so many are there.
    """
    with transaction.atomic():
        parcel = _locked(parcel_id)
        if not may_ask(parcel):
            raise InvalidTransition(_("Kiện này không xin trả được nữa."))
        left = askable(parcel)
        wanted = {pk: count for pk, count in (left if units is None else units).items() if count}
        if not wanted or any(not 0 < count <= left.get(pk, 0) for pk, count in wanted.items()):
            raise InvalidTransition(STALE)
        request = ReturnRequest.objects.create(parcel=parcel, reason=reason)
        ReturnLine.objects.bulk_create(
            ReturnLine(request=request, line_id=pk, quantity=count) for pk, count in wanted.items()
        )
        ReturnPhoto.objects.bulk_create(ReturnPhoto(request=request, data=data) for data in pictures)
        audit.write(parcel.order, V.ASK_RETURN, by=by, parcel=parcel, note=reason)
        producer_mails.return_asked(request)
    return request


def accept(
    *,
    request_id: int,
    by: Actor,
    note: str,
    units: Mapping[int, int] | None = None,
    rest_note: str = "",
    restock: Mapping[int, int] | None = None,
    overrule: bool = False,
) -> ReturnRequest:
    """Take units back as the buyer asked, or fewer: their money goes back, the buyer gets a mail.

    What is not taken counts as refused; units of a refused request that came back otherwise since are no part of it.

    Args:
        request_id: which request, as the page showed it.
        by: who decides.
        note: for the buyer and the log.
        units: how many, by the key of their order line; all that were asked for without a word.
        rest_note: why the rest is not taken, for the buyer and the log.
        restock: how many of these can be sold again, by the key of their order line.
        overrule: staff may accept it after it was refused.

    Raises:
        InvalidTransition: it is decided, the goods came back meanwhile, the parcel is not delivered, a
            refused one shall be accepted while another waits, or nothing or more than asked for is taken.
    """
    with transaction.atomic():
        locked, parcel = parcels.lock_parcel(_parcel_of(request_id), by)
        request = _request(request_id, V.RETURN, overrule=overrule)
        if request.state in MAY_OVERRULE:
            if parcel.return_requests.filter(state=S.REQUESTED).exists():
                raise InvalidTransition(ANSWER_FIRST)
            request.state = S.REQUESTED
            request.save(update_fields=["state"])
        named, asked = request.units, still_kept(request, parcel)
        wanted = asked if units is None else {pk: count for pk, count in units.items() if count}
        if not any(wanted.values()) or any(not 0 < n <= asked.get(pk, 0) for pk, n in wanted.items()):
            raise InvalidTransition(STALE)
        taken = {pk: wanted.get(pk, 0) for pk in asked}
        if taken != asked or (named and named != asked):
            _note_rest(locked, parcel, request, asked=asked, taken=taken, why=rest_note)
        unit_returns.take_back(locked, parcel, units=taken, restock=restock or {}, reason=note)
        request.refresh_from_db()
    return request


def _note_rest(
    locked: LockedOrder,
    parcel: Parcel,
    request: ReturnRequest,
    *,
    asked: Mapping[int, int],
    taken: Mapping[int, int],
    why: str,
) -> None:
    """Note what of a request is not taken back, and why; what came back otherwise is no part of it any more."""
    request.rest_note = why
    request.save(update_fields=["rest_note"])
    request.lines.exclude(line__in=asked).delete()
    for line in parcel.lines.all():
        if line.pk not in asked:
            continue
        counts = {"quantity": asked[line.pk], "accepted": taken[line.pk]}
        ReturnLine.objects.update_or_create(request=request, line=line, defaults=counts)
        if rest := asked[line.pk] - taken[line.pk]:
            note = f"{rest} × {line.title}: {why}"
            audit.write(locked.order, V.REFUSE, by=locked.by, parcel=parcel, note=note)


def refuse(*, request_id: int, by: Actor, note: str) -> ReturnRequest:
    """Refuse a return; the buyer gets a mail with the note. Raises InvalidTransition: it is decided."""
    with transaction.atomic():
        parcel = _locked(_parcel_of(request_id))
        request = _request(request_id, V.REFUSE)
        request.state, request.note = RETURN_TRANSITIONS[V.REFUSE].after, note
        request.decided_at = timezone.now()
        request.decided_by, request.decided_by_name = by.user, by.name
        request.save(update_fields=["state", "note", "decided_at", "decided_by", "decided_by_name"])
        audit.write(parcel.order, V.REFUSE, by=by, parcel=parcel, note=note)
        mails.write(parcel.order, OrderMail.Kind.RETURN_NO, parcel=parcel, reference=str(request.pk))
    return request


def _locked(parcel_id: int) -> Parcel:
    """Lock the parcel's order, which every verb of the order locks first; return the parcel as it is now."""
    order = locking.order(Parcel.objects.values_list("order_id", flat=True).get(pk=parcel_id))
    locking.payments(order)
    return next(row for row in locking.parcels(order) if row.pk == parcel_id)


def _parcel_of(request_id: int) -> int:
    found: int | None = (
        ReturnRequest.objects.values_list("parcel_id", flat=True).filter(pk=request_id).first()
    )
    if found is None:
        raise InvalidTransition(NOTHING_TO_DECIDE)
    return found


def _request(request_id: int, verb: OrderLog.Verb, *, overrule: bool = False) -> ReturnRequest:
    """Return the request as it is now, its order locked. Raises InvalidTransition: not for `verb` any more."""
    states = RETURN_TRANSITIONS[verb].before | (MAY_OVERRULE if overrule else frozenset())
    request: ReturnRequest = ReturnRequest.objects.get(pk=request_id)
    if request.state not in states:
        raise InvalidTransition(NOTHING_TO_DECIDE)
    return request
