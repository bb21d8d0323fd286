"""Money events as entries of the ledger.

Each function runs inside the transaction of its event, with the order locked, and may be called
again: an event is posted once, by its reference. The entries of an event add up to the money that
came in or went out by it, so all entries together are always the money kept (shop.ledger.checking).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from shop.core.actors import SYSTEM, Actor
from shop.core.shares import shares
from shop.ledger.balances import (
    GOODS,
    HUB_SHIPPING,
    SHIPPING,
    TAXES,
    ParcelBalance,
    Part,
    held,
    parcel_balances,
)
from shop.ledger.models import LedgerEntry
from shop.ledger.rates import commission, hub_discount
from shop.ledger.withholding import due as taxes_due
from shop.order.models import Order, Parcel
from shop.partner.models import Partner
from shop.payment.models import Payment, Receipt, Refund

K = LedgerEntry.Kind
ZERO = Decimal(0)
MAX_NOTE = 300


class NoReason(ValueError):
    """An adjustment without a reason, or of nothing."""


@dataclass(frozen=True)
class Posting:
    """An entry to be written: a kind and a signed sum, a producer's when it names a parcel and not the hub."""

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
        balances = parcel_balances(payment)
        postings, rest = _take_from_all_parcels(gone, balances)
        postings.append(Posting(K.HELD, gone - rest))
        _write(f"{event}-less", _with_dues(postings, balances), payment=payment)


def collected(receipt: Receipt, parcel: Parcel) -> None:
    """The cash for one parcel came in."""
    received(receipt)
    _share_out(f"cash-{receipt.pk}", receipt.payment, [parcel])


def handed_over_free(payment: Payment, parcel: Parcel) -> None:
    """A parcel of an order for cash that costs its buyer nothing was handed over: the hub pays its offers."""
    _share_out(f"free-{parcel.pk}", payment, [parcel])


def assign_shipping(payment: Payment, parcel: Parcel) -> None:
    """Let the shipping of a paid parcel be the hub's or its producer's, whoever's contract carries it."""
    balances = parcel_balances(payment)
    balance = balances.get(parcel.pk)
    if balance is None:
        return
    own, other = (HUB_SHIPPING, SHIPPING) if parcel.is_carried_for_hub else (SHIPPING, HUB_SHIPPING)
    amount = balance.parts[other]
    moves = LedgerEntry.objects.filter(parcel=parcel, reference__startswith=f"carriage-{parcel.pk}-").count()
    postings = [
        Posting(other.kind, -amount, parcel, hub=other.hub),
        Posting(own.kind, amount, parcel, hub=own.hub),
    ]
    for posting in postings:
        _apply(balances, posting)
    _write(f"carriage-{parcel.pk}-{moves}", _with_dues(postings, balances), payment=payment)


def refunded(refund: Refund) -> None:
    """A refund is done: it is taken from its producers; the commission is on what they keep.

    A refund of a parcel takes from that parcel first; one without a parcel (a surplus, or made
    in the provider's dashboard) from what is held for the payment, then from all its parcels in
    proportion. What nobody has, the hub bears.
    """
    event = f"refund-{refund.pk}"
    if _is_posted(event):
        return
    balances = parcel_balances(refund.payment)
    postings, rest = _take_from_parcel(refund, balances)
    from_held = min(rest, max(ZERO, held(refund.payment)))
    postings.append(Posting(K.HELD, -from_held))
    from_all, rest = _take_from_all_parcels(rest - from_held, balances)
    postings += [*from_all, Posting(K.REFUND, -rest)]
    _write(event, _with_dues(postings, balances), payment=refund.payment, refund=refund)


def refund_reversed(refund: Refund) -> None:
    """A refund failed after it was done: everybody gets their part back."""
    event = f"refund-{refund.pk}-undone"
    if _is_posted(event):
        return
    entries = (
        LedgerEntry.objects.filter(refund=refund)
        .exclude(kind__in=[K.COMMISSION, K.DISCOUNT, *TAXES])
        .select_related("parcel")
    )
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
    balances = parcel_balances(refund.payment)
    for posting in postings:
        _apply(balances, posting)
    _write(event, _with_dues(postings, balances), payment=refund.payment, refund=refund)


def adjust(
    *,
    partner: Partner,
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
        reason: why; kept on both entries.
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


def free_units_gone(payment: Payment, parcel: Parcel, *, key: str) -> None:
    """Units that cost their buyer nothing were cancelled or came back: the hub pays its offers on what is kept.

    Args:
        payment: that paid the parcel; its money stays as it is.
        parcel: as it is now, with its lines.
        key: what makes this change one.
    """
    if balance := parcel_balances(payment).get(parcel.pk):
        balance.parcel = parcel
        _write(f"units-{key}", _corrections(balance), payment=payment)


def _share_out(event: str, payment: Payment, parcels: Sequence[Parcel]) -> None:
    if _is_posted(event):
        return
    postings = []
    for parcel in parcels:
        goods, lines = parcel.charged_goods, {line.pk: line.charged for line in parcel.lines.all()}
        cut, discount = commission(parcel, goods, lines), hub_discount(parcel, goods, lines)
        shipping = ZERO if parcel.is_carried_for_hub else parcel.shipping
        taxes = taxes_due(parcel, goods=goods, shipping=shipping, lines=lines)
        postings += [
            Posting(K.GOODS, goods, parcel),
            Posting(K.SHIPPING, parcel.shipping, parcel, hub=parcel.is_carried_for_hub),
            Posting(K.SURCHARGE, parcel.surcharge, parcel, hub=True),
            *_between(parcel, {K.DISCOUNT: -discount, K.COMMISSION: cut, **taxes}),
        ]
    total = sum((parcel.charged for parcel in parcels), ZERO)
    _write(event, [Posting(K.HELD, -total), *postings], payment=payment)


def _between(parcel: Parcel, dues: dict[LedgerEntry.Kind, Decimal]) -> list[Posting]:
    """Return what a parcel's producer gives by kind, and the hub gets; taxes it gets for the tax office."""
    giving = [Posting(kind, -amount, parcel) for kind, amount in dues.items()]
    return giving + [Posting(kind, amount, parcel, hub=True) for kind, amount in dues.items()]


def _take_from_parcel(refund: Refund, balances: dict[int, ParcelBalance]) -> tuple[list[Posting], Decimal]:
    """Take a refund from its parcel, goods as it says and of the order line it names.

    Returns the postings and what is left to take.
    """
    balance = balances.get(refund.parcel_id or 0)
    if balance is None:
        return [], refund.amount
    goods = balance.take(refund.goods, first=GOODS, only=True)
    if refund.line_id in balance.lines:
        balance.lines[refund.line_id] -= _sum(goods)
    other = balance.take(refund.amount - _sum(goods), first=SHIPPING)
    return _postings(balance, goods, line=refund.line_id) + _postings(balance, other), refund.amount - _sum(
        goods
    ) - _sum(other)


def _take_from_all_parcels(
    amount: Decimal, balances: dict[int, ParcelBalance]
) -> tuple[list[Posting], Decimal]:
    """Take `amount` from all parcels in proportion to what is left of each."""
    each_balance = list(balances.values())
    weights = [balance.total for balance in each_balance]
    amount, rest = min(amount, sum(weights, ZERO)), amount - min(amount, sum(weights, ZERO))
    postings: list[Posting] = []
    for balance, share in zip(each_balance, shares(amount, weights), strict=True):
        postings += _postings(balance, balance.take(share, first=GOODS))
    return postings, rest


Portions = list[tuple[Part, Decimal]]


def _sum(portions: Portions) -> Decimal:
    return sum((amount for _part, amount in portions), ZERO)


def _postings(balance: ParcelBalance, portions: Portions, *, line: int | None = None) -> list[Posting]:
    return [Posting(part.kind, -amount, balance.parcel, hub=part.hub, line=line) for part, amount in portions]


def _apply(balances: dict[int, ParcelBalance], posting: Posting) -> None:
    balance = balances.get(posting.parcel.pk) if posting.parcel else None
    part = Part(posting.kind, hub=posting.partner_id is None)
    if balance and part in balance.parts:
        balance.apply(part, posting.amount, posting.line)


def _with_dues(postings: list[Posting], balances: dict[int, ParcelBalance]) -> list[Posting]:
    """Add what brings each touched parcel's commission, the hub's discount and taxes to those on what it keeps."""
    touched = {posting.parcel.pk for posting in postings if posting.parcel and posting.amount}
    corrections = [_corrections(balances[pk]) for pk in touched if pk in balances]
    return [*postings, *chain.from_iterable(corrections)]


def _corrections(balance: ParcelBalance) -> list[Posting]:
    cut, discount = balance.commission_due - balance.commission, balance.discount_due - balance.discount
    taxes = {kind: due - balance.taxes.get(kind, ZERO) for kind, due in balance.taxes_due.items()}
    return _between(balance.parcel, {K.DISCOUNT: -discount, K.COMMISSION: cut, **taxes})


def _is_posted(event: str) -> bool:
    return LedgerEntry.objects.filter(reference__startswith=f"{event}.").exists()


def _note_of(refund: Refund) -> str:
    return f"{refund.line.title}: {refund.reason}"[:MAX_NOTE] if refund.line else refund.reason


def _write(
    event: str, postings: Iterable[Posting], *, payment: Payment, refund: Refund | None = None
) -> None:
    """Append an event's entries, equal ones as one, none of nothing; nothing when it is posted already."""
    if _is_posted(event):
        return
    sums: dict[tuple[str, int | None, int | None, int | None], Decimal] = {}
    for posting in postings:
        parcel = posting.parcel.pk if posting.parcel else None
        key = (posting.kind.value, posting.partner_id, parcel, posting.line)
        sums[key] = sums.get(key, ZERO) + posting.amount
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
