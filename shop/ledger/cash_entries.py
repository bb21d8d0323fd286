"""How cash is written down: an entry of a holder's, what the ledger says of it, and a line of the order's log."""

from decimal import Decimal

from django.utils.translation import gettext as _

from shop.core.actors import Actor, in_shop_language
from shop.ledger.models import CashEntry, CashHolding, Holder, LedgerEntry
from shop.ledger.models.cash import CHARGED
from shop.order import audit
from shop.order.models import OrderLog, Parcel
from shop.payment.models import Receipt, Refund

MAX_NAME = 120
MAX_NOTE = 300


def begin(receipt: Receipt, parcel: Parcel, holder: Holder, name: str, by: Actor) -> CashHolding:
    """Note who has the cash of a parcel, and that it was collected; the order is locked."""
    holding: CashHolding = CashHolding.objects.create(
        receipt=receipt, parcel=parcel, holder=holder, name=name[:MAX_NAME], since=receipt.at
    )
    enter(holding, CashEntry.Kind.COLLECTED, receipt.amount, reference=f"receipt-{receipt.pk}", by=by)
    return holding


def enter(
    holding: CashHolding,
    kind: CashEntry.Kind,
    amount: Decimal,
    *,
    reference: str,
    by: Actor,
    note: str = "",
    refund: Refund | None = None,
) -> None:
    """Append an entry for who has the cash now, and to the ledger what follows from it; the order is locked."""
    entry = CashEntry.objects.create(
        holding=holding,
        holder=holding.holder,
        name=holding.name,
        kind=kind,
        amount=amount,
        refund=refund,
        reference=reference,
        actor=by.user,
        actor_name=by.name,
        note=note[:MAX_NOTE],
    )
    if entry.holder in CHARGED:
        _post(entry, LedgerEntry.Kind.CASH, -amount, partner_id=holding.parcel.partner_id)
    elif kind == CashEntry.Kind.DIFFERENCE:
        _post(entry, LedgerEntry.Kind.DIFFERENCE, amount)


def _post(
    entry: CashEntry, kind: LedgerEntry.Kind, amount: Decimal, *, partner_id: int | None = None
) -> None:
    payment = entry.holding.receipt.payment
    LedgerEntry.objects.create(
        partner_id=partner_id,
        order_id=payment.order_id,
        parcel_id=entry.holding.parcel_id,
        payment=payment,
        kind=kind,
        amount=amount,
        reference=f"cash-{entry.reference}.{kind}",
        actor_name=entry.actor_name,
        note=entry.note,
    )


def log(holding: CashHolding, by: Actor, *, reference: str, amount: Decimal, note: str) -> None:
    """Write a line of the order's log."""
    parcel = holding.parcel
    audit.write(
        parcel.order,
        OrderLog.Verb.NOTE,
        by=by,
        parcel=parcel,
        reference=f"cash-{reference}",
        amount=amount,
        note=note,
    )


@in_shop_language
def in_words(holding: CashHolding) -> str:
    """Return who has it, for the log."""
    return f"{holding.get_holder_display()} {holding.name}".strip()


@in_shop_language
def kind_in_words(entry: CashEntry) -> str:
    """Return what was taken back, for the log."""
    return _("bỏ “%(kind)s”") % {"kind": entry.get_kind_display()}
