"""Some units of a delivered parcel come back: their money goes back, what can be sold again is for sale again.

The parcel stays delivered as long as its buyer keeps something; with the last units it is returned
(shop.fulfilment.parcels), its shipping with it.
"""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.core.actors import Actor
from shop.fulfilment import money, parcels
from shop.fulfilment.money import LockedOrder
from shop.fulfilment.parcels import STALE, InvalidTransition
from shop.order import allocation, audit
from shop.order.models import Line, OrderLog, OrderMail, Parcel, ReturnRequest

V = OrderLog.Verb
ANSWER_FIRST = gettext_lazy("Người mua đang xin trả hàng: trả lời yêu cầu đó trước.")


def return_units(
    *,
    parcel_id: int,
    units: Mapping[int, int],
    restock: Mapping[int, int],
    by: Actor,
    reason: str,
    seen: Mapping[int, int] | None = None,
) -> Parcel:
    """Take units of a delivered parcel back without a request of the buyer's, or all that is left of it.

    Args:
        parcel_id: which.
        units: how many came back, by the key of their order line.
        restock: how many of these can be sold again.
        by: who takes them.
        reason: for the log.
        seen: how many the buyer kept of each line when the person looked: a second press finds fewer.

    Raises:
        InvalidTransition: not delivered, a request waits for its answer, or other numbers than seen.
    """
    with transaction.atomic():
        locked, parcel = parcels.lock_parcel(parcel_id, by)
        if seen is not None and seen != {line.pk: line.kept for line in parcel.lines.all()}:
            raise InvalidTransition(STALE)
        waiting = parcel.return_requests.filter(state=ReturnRequest.State.REQUESTED)
        if not _are_all(parcel, units) and waiting.exists():
            raise InvalidTransition(ANSWER_FIRST)
        return take_back(locked, parcel, units=units, restock=restock, reason=reason)


def take_back(
    locked: LockedOrder, parcel: Parcel, *, units: Mapping[int, int], restock: Mapping[int, int], reason: str
) -> Parcel:
    """Take units back in the caller's transaction; an open request of the buyer's is accepted with it.

    Raises:
        InvalidTransition: not delivered, more than the buyer kept, or more to be sold again than came back.
    """
    if _are_all(parcel, units):
        return parcels.return_(parcel_id=parcel.pk, by=locked.by, reason=reason, restock=restock)
    if parcel.status != Parcel.Status.DELIVERED:
        raise parcels.invalid(parcel)
    lines = {line.pk: line for line in parcel.lines.all()}
    back = {lines[pk]: count for pk, count in units.items() if pk in lines and count}
    for_sale = {line: restock.get(line.pk, 0) for line in back}
    if not back or any(not _fits(line, count, for_sale[line]) for line, count in back.items()):
        raise InvalidTransition(STALE)
    allocation.restock(for_sale)
    for line, count in back.items():
        _take_line(locked, parcel, line, count, for_sale[line], reason=reason)
    parcels.accept_request(locked, parcel, note=reason, restocked=for_sale, kind=OrderMail.Kind.RETURN_PART)
    return parcel


def _take_line(
    locked: LockedOrder, parcel: Parcel, line: Line, count: int, restocked: int, *, reason: str
) -> None:
    key = f"returned-{line.pk}-{line.returned + count}"
    worth = money.refund_returned(locked, parcel, line, count, key=key, reason=reason)
    line.returned += count
    line.save(update_fields=["returned"])
    money.follow_free_units(locked, parcel, line, key=key)
    words = _("%(count)s × %(title)s, bán lại được %(restocked)s") % {
        "count": count,
        "title": line.title,
        "restocked": restocked,
    }
    audit.write(
        locked.order,
        V.RETURN_UNITS,
        by=locked.by,
        parcel=parcel,
        reference=key,
        note=f"{words}: {reason}",
        amount=worth or None,
    )


def _fits(line: Line, count: int, restocked: int) -> bool:
    return 0 < count <= line.kept and 0 <= restocked <= count


def _are_all(parcel: Parcel, units: Mapping[int, int]) -> bool:
    """Return whether these are all units that did not come back yet."""
    return {pk: count for pk, count in units.items() if count} == {
        line.pk: line.kept for line in parcel.lines.all() if line.kept
    }
