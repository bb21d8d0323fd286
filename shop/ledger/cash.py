"""The verbs of cash: collected, handed over to the hub, given back to the buyer, in other hands than noted.

Each appends entries (CashEntry) inside a transaction with the order locked. What a producer or its
carrier holds is charged to the producer's account in the ledger by the same sum: what it owes is then
commission and what else of the sum is not its own. What a carrier of the hub's or a sales point holds
stays the producer's claim, paid out once it has reached the hub (shop.ledger.payouts).
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from shop.core import locking
from shop.core.actors import Actor
from shop.ledger import posting
from shop.ledger.cash_entries import MAX_NAME, begin, enter, in_words, kind_in_words, log
from shop.ledger.models import CashEntry, CashHolding, Holder
from shop.ledger.models.cash import OWING
from shop.order.models import Parcel
from shop.partner.carriage import CarriedBy
from shop.payment.models import Payment, Receipt, Refund
from shop.payment.providers.base import RefundAnswer
from shop.payment.refunds import refunding

K = CashEntry.Kind
UNDONE = "-undone"  # ends the reference of an entry that takes another back
OF_A_LINE = re.compile(
    r"(?:remit|difference)-line-(\d+)"
)  # booked and undone with a line of a carrier's list
HOLDERS = {
    CarriedBy.OWN: Holder.PRODUCER,
    CarriedBy.PRODUCER: Holder.PRODUCER_CARRIER,
    CarriedBy.HUB: Holder.HUB_CARRIER,
}
CONTRACTS = {holder: contract for contract, holder in HOLDERS.items()}


@dataclass(frozen=True)
class Giver:
    """Who has a parcel's cash, and may have given a refund out of it; `name` of carrier or sales point."""

    holder: Holder
    name: str

    def __str__(self) -> str:
        return f"{self.holder.label} {self.name}".strip()

    @property
    def key(self) -> str:
        """Return what a form sends: it is another one once the cash is in other hands."""
        return f"{self.holder}:{self.name}"


class NoCash(Exception):
    """There is no cash of this parcel to do that with; the message is for people."""


def holder_of(parcel: Parcel) -> tuple[Holder, str]:
    """Return who takes the cash when a parcel is handed over, and the name of carrier or sales point."""
    if parcel.kind == Parcel.Kind.PICKUP_POINT:
        return Holder.SALES_POINT, parcel.sales_point.name if parcel.sales_point else ""
    if parcel.kind != Parcel.Kind.DELIVERY:
        return Holder.PRODUCER, ""
    holder = HOLDERS[parcel.carrier_contract]
    return holder, "" if holder == Holder.PRODUCER else parcel.carrier


def collect(receipt: Receipt, parcel: Parcel, *, by: Actor) -> CashHolding:
    """Book the cash of a parcel that was handed over, and who has it now."""
    posting.collected(receipt, parcel)
    holder, name = holder_of(parcel)
    return begin(receipt, parcel, holder, name, by)


def move(*, parcel_id: int, holder: Holder, name: str = "", reason: str, by: Actor) -> CashHolding:
    """Correct who has the cash of a parcel; what was handed over already stays. One transaction.

    Between carriers of producer and hub the parcel's shipping changes its owner, too. Cash of
    releases that knew no holders is the hub's until it is corrected.

    Raises:
        NoCash: none was collected, or nothing of it is left with its holder.
    """
    with transaction.atomic():
        holding, parcel = _locked(parcel_id, by)
        left = holding.in_hand
        if (holding.holder, holding.name) == (holder, name):
            return holding
        if left <= 0:
            raise NoCash(_("Tiền mặt của kiện này đã nộp hết."))
        event = f"move-{holding.pk}-{holding.entries.filter(kind=K.MOVED).count()}"
        enter(holding, K.MOVED, -left, reference=f"{event}.from", by=by, note=reason)
        holding.holder, holding.name = holder, name[:MAX_NAME]
        holding.save(update_fields=["holder", "name"])
        enter(holding, K.MOVED, left, reference=f"{event}.to", by=by, note=reason)
        _follow(holding, parcel)
        log(holding, by, reference="holder", amount=left, note=f"{in_words(holding)}: {reason}")
    return holding


def remit(*, parcel_id: int, amount: Decimal, key: str, by: Actor, note: str = "") -> CashHolding:
    """Note that a carrier of the hub's or a sales point handed over `amount` of a parcel. One transaction.

    The same key books nothing twice; a part leaves the rest with its holder.

    Raises:
        NoCash: its holder does not owe so much to the hub.
    """
    with transaction.atomic():
        holding, _parcel = _locked(parcel_id, by)
        if CashEntry.objects.filter(reference=f"remit-{key}").exists():
            return holding
        if holding.holder not in OWING or not 0 < amount <= holding.in_hand:
            raise NoCash(_("Người giữ chỉ còn cầm %(left)s đồng của kiện này.") % {"left": _owed(holding)})
        enter(holding, K.REMITTED, -amount, reference=f"remit-{key}", by=by, note=note)
        log(holding, by, reference="remitted", amount=amount, note=f"{holding.name} {note}".strip())
    return holding


def settle_difference(*, parcel_id: int, key: str, by: Actor, reason: str) -> CashHolding:
    """Let the hub bear what a carrier or sales point will never hand over of a parcel. One transaction.

    Raises:
        NoCash: its holder owes nothing.
    """
    with transaction.atomic():
        holding, _parcel = _locked(parcel_id, by)
        if CashEntry.objects.filter(reference=f"difference-{key}").exists():
            return holding
        if not (left := _owed(holding)):
            raise NoCash(_("Người giữ không còn cầm tiền của kiện này."))
        enter(holding, K.DIFFERENCE, -left, reference=f"difference-{key}", by=by, note=reason)
        log(holding, by, reference="difference", amount=left, note=reason)
    return holding


def add_surplus(holding: CashHolding, amount: Decimal, *, key: str, by: Actor, reason: str) -> None:
    """Count what a holder hands over beyond what the parcel cost; the hub keeps it. The order is locked."""
    enter(holding, K.DIFFERENCE, amount, reference=f"difference-{key}", by=by, note=reason)


def giver(refund: Refund) -> Giver | None:
    """Return who but the hub may have given this refund out of the parcel's cash; None for nobody."""
    holding = CashHolding.objects.filter(parcel=refund.parcel_id).first() if refund.parcel_id else None
    if holding is None or holding.holder == Holder.HUB or refund.way != Refund.Way.CASH:
        return None
    if holding.receipt.payment_id != refund.payment_id or holding.in_hand < refund.amount:
        return None
    return Giver(Holder(holding.holder), holding.name)


def note_refund(*, refund_id: int, reference: str, given_by: str, by: Actor) -> Refund:
    """Note that a refund was made by hand, and who gave the money. One transaction.

    Args:
        refund_id: which.
        reference: the bank's or the receipt's number.
        given_by: the key of the Giver that staff chose: who had the parcel's cash then; "" for the hub.
        by: who notes it.

    Raises:
        NoCash: the cash is in other hands meanwhile, or not enough of it.
        refunding.Closed: the refund is over already, and not made under this reference.
    """
    with transaction.atomic():
        order = locking.order(Payment.objects.filter(refunds=refund_id).values_list("order", flat=True).get())
        locking.payments(order)
        refund = Refund.objects.get(pk=refund_id)
        was_open = refund.state == Refund.State.REQUESTED
        holder = giver(refund) if was_open and given_by else None
        if was_open and given_by and (holder is None or holder.key != given_by):
            raise NoCash(_("Tiền của kiện này đã sang tay người khác, hoặc không còn đủ: xem lại ai trả."))
        refund = refunding.finish(refund_id=refund_id, answer=RefundAnswer(reference, done=True), by=by)
        if holder:
            _take_out(CashHolding.objects.get(parcel=refund.parcel_id), K.RETURNED, refund, by)
    return refund


def uncollect(refund: Refund, *, by: Actor) -> None:
    """Take the cash of a parcel that was not handed over after all out of its holder's hands."""
    if holding := CashHolding.objects.filter(parcel=refund.parcel_id).first():
        _take_out(holding, K.UNCOLLECTED, refund, by)


def may_be_none(parcel: Parcel) -> bool:
    """Return whether the cash of a parcel may never have been collected: the hub has not seen any of it.

    Cash without a holder was booked before holders were known; it is the hub's until that is corrected.
    """
    holding = CashHolding.objects.select_related("receipt").filter(parcel=parcel).first()
    if holding is None or holding.holder == Holder.HUB:
        return False
    return holding.in_hand == holding.receipt.amount


def take_back(refund: Refund, *, by: Actor) -> None:
    """A refund out of a holder's cash was none: the holder has its money again."""
    for entry in refund.cash_entries.filter(amount__lt=0):
        reference = f"{entry.reference}{UNDONE}"
        if not CashEntry.objects.filter(reference=reference).exists():
            enter(
                entry.holding,
                K(entry.kind),
                -entry.amount,
                reference=reference,
                by=by,
                note=refund.reason,
                refund=refund,
            )


def undo(*, entry_id: int, by: Actor, reason: str) -> CashHolding:
    """Take back what was noted wrongly as handed over or written off; its holder has the money again. One transaction.

    The same entry is undone once. A payout that was drawn up since is in doubt (shop.ledger.doubts).

    Raises:
        NoCash: the entry is of another kind or of a carrier's list, is undone already, the money has another holder
            meanwhile, or a surplus is no longer there.
    """
    with transaction.atomic():
        entry = CashEntry.objects.select_related("holding").get(pk=entry_id)
        holding, _parcel = _locked(entry.holding.parcel_id, by)
        if not may_undo(entry) or line_of(entry):
            raise NoCash(_("Dòng này không bỏ được."))
        _take_back(holding, entry, by=by, reason=reason)
    return holding


def undo_by_key(*, parcel_id: int, key: str, by: Actor, reason: str) -> None:
    """Take back what was booked under a key of `remit` and `add_surplus`, what was handed over first.

    Raises:
        NoCash: the money has another holder meanwhile.
    """
    references = [f"remit-{key}", f"difference-{key}"]
    with transaction.atomic():
        holding, _parcel = _locked(parcel_id, by)
        for entry in holding.entries.filter(reference__in=references).order_by("amount"):
            if may_undo(entry):
                _take_back(holding, entry, by=by, reason=reason)


def may_undo(entry: CashEntry) -> bool:
    """Return whether an entry is one that may have been noted wrongly and is not taken back."""
    if entry.kind not in {K.REMITTED, K.DIFFERENCE} or entry.reference.endswith(UNDONE):
        return False
    return not CashEntry.objects.filter(reference=f"{entry.reference}{UNDONE}").exists()


def line_of(entry: CashEntry) -> int | None:
    """Return the key of the line of a carrier's list by which an entry was booked; None for no such."""
    found = OF_A_LINE.match(entry.reference)
    return int(found[1]) if found else None


def _take_back(holding: CashHolding, entry: CashEntry, *, by: Actor, reason: str) -> None:
    if (holding.holder, holding.name) != (entry.holder, entry.name):
        raise NoCash(_("Tiền đã đổi người giữ; hãy sửa người giữ lại trước."))
    if holding.in_hand < entry.amount:
        raise NoCash(_("Người giữ không còn cầm phần thừa này."))
    enter(holding, K(entry.kind), -entry.amount, reference=f"{entry.reference}{UNDONE}", by=by, note=reason)
    log(holding, by, reference="undone", amount=-abs(entry.amount), note=f"{kind_in_words(entry)}: {reason}")


def _owed(holding: CashHolding) -> Decimal:
    return holding.in_hand if holding.holder in OWING else Decimal(0)


def _locked(parcel_id: int, by: Actor) -> tuple[CashHolding, Parcel]:
    """Lock the parcel's order and return its cash. Raises NoCash: none was collected."""
    order = locking.order(Parcel.objects.values_list("order_id", flat=True).get(pk=parcel_id))
    locking.payments(order)
    parcel = next(row for row in locking.parcels(order) if row.pk == parcel_id)
    holding = CashHolding.objects.select_related("receipt__payment").filter(parcel=parcel).first()
    if holding:
        return holding, parcel
    receipt = Receipt.objects.filter(source=Receipt.Source.CASH, reference=f"parcel-{parcel.pk}").first()
    if receipt is None:
        raise NoCash(_("Kiện này chưa thu tiền mặt."))
    return begin(receipt, parcel, Holder.HUB, "", by), parcel


def _take_out(holding: CashHolding, kind: CashEntry.Kind, refund: Refund, by: Actor) -> None:
    reference = f"refund-{refund.pk}"
    enter(holding, kind, -refund.amount, reference=reference, by=by, note=refund.reason, refund=refund)


def _follow(holding: CashHolding, parcel: Parcel) -> None:
    """Let the parcel's contract and the owner of its shipping follow who had its cash."""
    contract = CONTRACTS.get(Holder(holding.holder))
    if contract is None or parcel.kind != Parcel.Kind.DELIVERY:
        return
    parcel.carried_by = contract
    parcel.save(update_fields=["carried_by"])
    posting.assign_shipping(holding.receipt.payment, parcel)
