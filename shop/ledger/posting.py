"""Money events as lines of the ledger.

Each function runs inside the transaction of its event, with the order locked, and may be called
again: an event is posted once, by its reference. The lines of an event add up to the money that
came in or went out by it, so all lines together are always the money kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shop.ledger.models import LedgerEntry
from shop.ledger.rates import commission
from shop.ledger.standing import Left, held, left_of
from shop.order.audit import SYSTEM, Actor
from shop.order.models import Order, Parcel
from shop.order.shares import shares
from shop.payment.models import Payment, Receipt, Refund

K = LedgerEntry.Kind
NOTHING = Decimal(0)
MAX_NOTE = 300


class NoReason(ValueError):  # noqa: N818 - what the staff left out
    """An adjustment without a word why, or of nothing."""


@dataclass(frozen=True)
class Posting:
    """One line to be: a kind and a signed sum, a producer's when it names a parcel and not the hub."""

    kind: LedgerEntry.Kind
    amount: Decimal
    parcel: Parcel | None = None
    hub: bool = False
    line: int | None = None  # a refund's: whose goods went back

    @property
    def partner_id(self) -> int | None:
        """Return whose account; None is the hub's."""
        return None if self.hub or self.parcel is None else self.parcel.partner_id


def received(receipt: Receipt) -> None:
    """A sum came in; until its payment is complete it is nobody's."""
    _write(f"receipt-{receipt.pk}", [Posting(K.HELD, receipt.amount)], payment=receipt.payment)


def paid(payment: Payment, parcels: Iterable[Parcel]) -> None:
    """A payment is complete: what was held for it becomes the producers' and the hub's.

    Args:
        payment: complete.
        parcels: those it pays; what is cancelled is not among them.
    """
    event = f"paid-{payment.pk}"
    _share_out(event, payment, [parcel for parcel in parcels if parcel.is_wanted])
    gone = -held(payment)  # refunds made elsewhere before the payment was complete
    if gone > 0:
        left = left_of(payment)
        postings, rest = _take_from_all(gone, left)
        postings.append(Posting(K.HELD, gone - rest))
        _write(f"{event}-less", _with_commission(postings, left), payment=payment)


def collected(receipt: Receipt, parcel: Parcel) -> None:
    """The cash for one parcel came in."""
    received(receipt)
    _share_out(f"cash-{receipt.pk}", receipt.payment, [parcel])


def refunded(refund: Refund) -> None:
    """A refund is done: its producers give their part back, the commission is on what they keep.

    A refund of a parcel takes from that parcel first; one without a parcel (a surplus, or made at
    the provider's own desk) from what is held for the payment, then from all its parcels in
    proportion. What nobody has, the hub bears.
    """
    event = f"refund-{refund.pk}"
    if _is_posted(event):
        return
    left = left_of(refund.payment)
    postings, rest = _take_from_parcel(refund, left)
    from_held = min(rest, max(NOTHING, held(refund.payment)))
    postings.append(Posting(K.HELD, -from_held))
    from_all, rest = _take_from_all(rest - from_held, left)
    postings += [*from_all, Posting(K.REFUND, -rest)]
    _write(event, _with_commission(postings, left), payment=refund.payment, refund=refund)


def undone(refund: Refund) -> None:
    """A refund that was done came back: everybody gets their part again."""
    event = f"refund-{refund.pk}-undone"
    if _is_posted(event):
        return
    entries = LedgerEntry.objects.filter(refund=refund).exclude(kind=K.COMMISSION).select_related("parcel")
    postings = [
        Posting(
            K(entry.kind),
            -entry.amount,
            parcel=entry.parcel,
            hub=entry.partner_id is None,
            line=entry.line_id,
        )
        for entry in entries
    ]
    left = left_of(refund.payment)
    for posting in postings:
        _note(left, posting)
    _write(event, _with_commission(postings, left), payment=refund.payment, refund=refund)


def adjust(
    *,
    partner: Any,
    amount: Decimal,
    reason: str,
    key: str,
    by: Actor,
    order: Order | None = None,
    kind: LedgerEntry.Kind = K.ADJUSTMENT,
) -> None:
    """Move `amount` from the hub to a producer, below zero from the producer to the hub.

    Args:
        partner: whose account.
        amount: whole đồng, not zero.
        reason: why; kept on both lines.
        key: what makes this adjustment one: the same key books nothing twice.
        by: who decides.
        order: which order it is about, if any.
        kind: ADJUSTMENT or FEE.

    Raises:
        NoReason: no reason, or nothing to move.
    """
    if not reason.strip() or not amount or amount != amount.to_integral_value():
        raise NoReason
    event = f"adjust-{key}"
    if _is_posted(event):
        return
    facts = {"kind": kind, "order": order, "note": reason[:MAX_NOTE], "actor_name": by.name}
    LedgerEntry.objects.create(partner=partner, amount=amount, reference=f"{event}.producer", **facts)
    LedgerEntry.objects.create(partner=None, amount=-amount, reference=f"{event}.hub", **facts)


def _share_out(event: str, payment: Payment, parcels: Sequence[Parcel]) -> None:
    if _is_posted(event):
        return
    postings = []
    for parcel in parcels:
        goods = parcel.charged_goods
        cut = commission(parcel, goods, {line.pk: line.charged for line in parcel.lines.all()})
        postings += [
            Posting(K.GOODS, goods, parcel),
            Posting(K.SHIPPING, parcel.shipping, parcel),
            Posting(K.SURCHARGE, parcel.surcharge, parcel, hub=True),
            Posting(K.COMMISSION, -cut, parcel),
            Posting(K.COMMISSION, cut, parcel, hub=True),
        ]
    total = sum((parcel.charged for parcel in parcels), NOTHING)
    _write(event, [Posting(K.HELD, -total), *postings], payment=payment)


def _take_from_parcel(refund: Refund, left: dict[int, Left]) -> tuple[list[Posting], Decimal]:
    """Take a refund from its parcel, goods as it says and of the line it names.

    Returns the lines of the ledger and what is left to take.
    """
    own = left.get(refund.parcel_id or 0)
    if own is None:
        return [], refund.amount
    goods = own.take(refund.goods, first=K.GOODS, only=True)
    if refund.line_id in own.lines:
        own.lines[refund.line_id] -= _sum(goods)
    other = own.take(refund.amount - _sum(goods), first=K.SHIPPING)
    return _postings(own, goods, line=refund.line_id) + _postings(own, other), refund.amount - _sum(
        goods
    ) - _sum(other)


def _take_from_all(amount: Decimal, left: dict[int, Left]) -> tuple[list[Posting], Decimal]:
    """Take `amount` from all parcels in proportion to what is left of each."""
    owns = list(left.values())
    weights = [own.total for own in owns]
    amount, rest = min(amount, sum(weights, NOTHING)), amount - min(amount, sum(weights, NOTHING))
    postings: list[Posting] = []
    for own, share in zip(owns, shares(amount, weights), strict=True):
        postings += _postings(own, own.take(share, first=K.GOODS))
    return postings, rest


Taken = list[tuple[LedgerEntry.Kind, Decimal]]


def _sum(taken: Taken) -> Decimal:
    return sum((amount for _kind, amount in taken), NOTHING)


def _postings(own: Left, taken: Taken, *, line: int | None = None) -> list[Posting]:
    return [Posting(kind, -amount, own.parcel, hub=kind == K.SURCHARGE, line=line) for kind, amount in taken]


def _note(left: dict[int, Left], posting: Posting) -> None:
    own = left.get(posting.parcel.pk) if posting.parcel else None
    if own and posting.kind in own.parts:
        own.note(posting.kind, posting.amount, posting.line)


def _with_commission(postings: list[Posting], left: dict[int, Left]) -> list[Posting]:
    """Add what brings each touched parcel's commission to that on the goods it keeps."""
    touched = {posting.parcel.pk for posting in postings if posting.parcel and posting.amount}
    corrections = []
    for own in (left[pk] for pk in touched if pk in left):
        more = own.commission_due - own.commission
        corrections += [
            Posting(K.COMMISSION, -more, own.parcel),
            Posting(K.COMMISSION, more, own.parcel, hub=True),
        ]
    return [*postings, *corrections]


def _is_posted(event: str) -> bool:
    return LedgerEntry.objects.filter(reference__startswith=f"{event}.").exists()


def _note_of(refund: Refund) -> str:
    return f"{refund.line.title}: {refund.reason}"[:MAX_NOTE] if refund.line else refund.reason


def _write(
    event: str, postings: Iterable[Posting], *, payment: Payment, refund: Refund | None = None
) -> None:
    """Append an event's lines, equal ones as one, none of nothing; nothing when it is posted already."""
    if _is_posted(event):
        return
    sums: dict[tuple[str, int | None, int | None, int | None], Decimal] = {}
    for posting in postings:
        parcel = posting.parcel.pk if posting.parcel else None
        key = (posting.kind.value, posting.partner_id, parcel, posting.line)
        sums[key] = sums.get(key, NOTHING) + posting.amount
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            partner_id=partner,
            order_id=payment.order_id,
            parcel_id=parcel,
            line_id=line,
            payment=payment,
            refund=refund,
            kind=kind,
            amount=amount,
            reference=".".join(
                [event, kind, *(str(pk) for pk in (parcel, line) if pk), *([] if partner else ["hub"])]
            ),
            actor_name=SYSTEM.name,
            note=_note_of(refund) if refund else "",
        )
        for (kind, partner, parcel, line), amount in sums.items()
        if amount
    )
