"""One line of a carrier's list: locked, judged by the books as they are, booked, taken back, closed."""

from decimal import Decimal
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from shop.core import locking
from shop.core.actors import Actor
from shop.ledger import cash
from shop.ledger.models import CashHolding, LedgerEntry, Remittance, RemittanceLine
from shop.ledger.remittances import judging
from shop.order.models import Parcel

S = RemittanceLine.State
MAX_NOTE = 300


class CannotBook(Exception):
    """The row does not fit, or was decided meanwhile; the message is for people."""


def locked(line_id: int) -> RemittanceLine:
    """Lock a line, before any order; its list comes without the texts of the file."""
    line: RemittanceLine = locking.remittance_line(line_id)
    line.remittance = Remittance.objects.defer("rows", "tables").get(pk=line.remittance_id)
    return line


def judge_now(line: RemittanceLine) -> RemittanceLine.Reason | Literal[""]:
    """Lock the order of a line's parcel; return why the line waits, by the books as they are now, empty where it fits."""
    if line.parcel:
        order = locking.order(line.parcel.order_id)
        line.parcel = Parcel.objects.select_related("order", "partner").get(pk=line.parcel.pk, order=order)
    books = judging.look_up([line.parcel])
    return judging.judge(line, line.parcel, carrier=line.remittance.carrier, books=books) or ""


def book(line: RemittanceLine, by: Actor) -> RemittanceLine:
    """Book a locked line if it fits, else let it wait."""
    line.reason = judge_now(line)
    if line.reason:
        line.move_to(S.WAITING)
        line.save(update_fields=["state", "reason", "parcel"])
        return line
    remit(line, judging.brings(line), by=by, note="")
    return close(line, S.BOOKED, by=by, note="")


def remit(line: RemittanceLine, collected: Decimal, *, by: Actor, note: str) -> None:
    """Book what a line brings of its parcel's cash, and the fee; the order is locked."""
    words = f"{line.remittance} {note}".strip()
    if line.parcel is None:
        raise CannotBook(_("Không có kiện nào mang mã này."))
    if collected:
        cash.remit(parcel_id=line.parcel.pk, amount=collected, key=line.key, by=by, note=words)
    _enter_fee(line.parcel, -line.fee, event=f"remittance-{line.key}.fee", by=by, note=words)


def take_back(line: RemittanceLine, *, by: Actor, reason: str) -> RemittanceLine:
    """Take back what was booked of a locked line: its carrier has the cash again, its fee is no cost; it waits.

    Raises:
        CannotBook: nothing is booked of it, or the cash has another holder meanwhile.
    """
    if line.state != S.BOOKED or line.parcel is None:
        raise CannotBook(_("Dòng này chưa ghi gì."))
    locking.order(line.parcel.order_id)
    words = f"{line.remittance} {reason}".strip()
    if CashHolding.objects.filter(parcel=line.parcel).exists():
        try:
            cash.undo_by_key(parcel_id=line.parcel.pk, key=line.key, by=by, reason=words)
        except cash.NoCash as refused:
            raise CannotBook(str(refused)) from refused
    undone = f"remittance-{line.key}.fee{cash.UNDONE}"
    _enter_fee(line.parcel, line.fee, event=undone, by=by, note=words)
    line.times_taken_back += 1
    line.reason = RemittanceLine.Reason.TAKEN_BACK
    return close(line, S.WAITING, by=by, note=reason)


def close(line: RemittanceLine, state: RemittanceLine.State, *, by: Actor, note: str) -> RemittanceLine:
    """Note what became of a locked line, who decided so and why."""
    line.move_to(state)
    line.note = note[:MAX_NOTE]
    line.decided_at, line.decided_by_name = timezone.now(), by.name
    line.save(
        update_fields=[
            "state", "reason", "parcel", "times_taken_back", "note", "decided_at", "decided_by_name",
        ]
    )  # fmt: skip
    return line


def _enter_fee(parcel: Parcel, amount: Decimal, *, event: str, by: Actor, note: str) -> None:
    if amount:
        LedgerEntry.objects.create(
            order_id=parcel.order_id,
            parcel=parcel,
            kind=LedgerEntry.Kind.CARRIER_FEE,
            amount=amount,
            reference=event,
            actor_name=by.name,
            note=note[:MAX_NOTE],
        )
