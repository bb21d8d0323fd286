"""What a parcel's fate means for the money of its order; runs inside the verbs of shop.order.parcels.

Prepaid: what was paid for a parcel that does not arrive goes back. Cash: each parcel is booked as it
is handed over, and the payment is complete when no parcel is on its way any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shop.ledger import posting
from shop.order import audit
from shop.order.audit import Actor
from shop.order.models import Line, Order, OrderLog, Parcel
from shop.order.transitions import DONE
from shop.payment import books, closing, limits, refunding
from shop.payment.models import Payment, Receipt
from shop.payment.providers import provider

S = Payment.State


@dataclass
class Case:
    """An order with its payments and parcels, all locked, and who acts."""

    order: Order
    payments: Sequence[Payment]
    parcels: Sequence[Parcel]
    by: Actor


def collect(case: Case, parcel: Parcel) -> None:
    """Book the cash for a parcel that was handed over, once; prepaid orders owe nothing."""
    payment = _cash(case)
    if payment is None or not parcel.charged:
        return
    receipt, created = Receipt.objects.get_or_create(
        source=Receipt.Source.CASH,
        reference=f"parcel-{parcel.pk}",
        defaults={"payment": payment, "amount": parcel.charged},
    )
    if created:
        posting.collected(receipt, parcel)
        audit.write(
            case.order, OrderLog.Verb.PAY, by=case.by, parcel=parcel, reference="cod", amount=receipt.amount
        )
    payment.received = books.received(payment)
    payment.save(update_fields=["received", "changed_at"])


def give_back(case: Case, parcel: Parcel, *, reason: str) -> None:
    """Ask for what was paid for `parcel` and not given back yet; nothing where nothing was paid."""
    payment = _paid_for(case, parcel)
    if payment is None:
        return
    amount = min(limits.of_parcel(parcel, payment=payment), books.kept(payment))
    if amount <= 0:
        return
    refunding.request(
        payment=payment,
        amount=amount,
        goods=min(amount, limits.goods_of(parcel, payment=payment)),
        parcel=parcel,
        key=f"parcel-{parcel.pk}-{parcel.status}",
        by=case.by,
        reason=reason,
    )


def is_taken_back(case: Case) -> bool:
    """Return whether the provider gave all the money of a paid order back, by itself or in a dispute."""
    for payment in case.payments:
        if payment.state == S.PAID and payment.refunds.standing().filter(external=True).exists():
            return books.kept(payment) <= 0
    return False


def leave_out(case: Case, parcel: Parcel, line: Line, quantity: int, *, key: str, reason: str) -> Decimal:
    """Give back what was paid for units that are called off, or note that nobody pays them; return their price."""
    worth = line.price_of(line.called_off + quantity) - line.called_off_amount
    payment = _paid_for(case, parcel)
    if payment is None:
        line.uncharged += worth
        return worth
    amount = min(worth, limits.of_line(line), books.kept(payment))
    if amount > 0:
        refunding.request(
            payment=payment,
            amount=amount,
            parcel=parcel,
            line=line,
            quantity=quantity,
            called_off=True,
            key=key,
            by=case.by,
            reason=reason,
        )
    return worth


def close(case: Case) -> None:
    """Finish the payments of an order when nothing more can come: no parcel is on its way."""
    if not all(parcel.status in DONE for parcel in case.parcels):
        return
    for payment in case.payments:
        if payment.is_live and _is_cash(payment) and payment.received:
            payment.state = S.PAID
            payment.save(update_fields=["state", "changed_at"])
            note = payment.get_state_display()
            audit.write(case.order, OrderLog.Verb.PAY, by=case.by, reference=payment.method, note=note)
        elif payment.is_live:
            closing.close(payment, state=S.CANCELLED, by=case.by)


def _cash(case: Case) -> Payment | None:
    """Return the payment that is collected at the door, if that is how this order is paid."""
    for payment in case.payments:
        method = provider(payment.method)
        if method and method.collects_on_delivery and payment.is_live:
            return payment
    return None


def _paid_for(case: Case, parcel: Parcel) -> Payment | None:
    """Return the payment that holds the money of `parcel`."""
    for payment in case.payments:
        if payment.receipts.filter(source=Receipt.Source.CASH, reference=f"parcel-{parcel.pk}").exists():
            return payment
    return next(
        (payment for payment in case.payments if payment.state == S.PAID and not _is_cash(payment)), None
    )


def _is_cash(payment: Payment) -> bool:
    method = provider(payment.method)
    return bool(method and method.collects_on_delivery)
