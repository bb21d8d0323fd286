"""What a parcel's fate means for the money of its order; runs inside the verbs of shop.fulfilment.parcels.

Prepaid: what was paid for a parcel that does not arrive goes back. Cash: each parcel is booked as it
is handed over, with who has the money now, and the payment is complete when no parcel is on its way
any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from shop.core.actors import Actor
from shop.ledger import cash, posting
from shop.order import audit
from shop.order.models import Line, Order, OrderLog, Parcel
from shop.order.transitions import DONE
from shop.payment import balances, closing
from shop.payment.models import Payment, Receipt
from shop.payment.providers import provider
from shop.payment.refunds import limits, refunding, uncollected

S = Payment.State


class MovedOn(Exception):
    """Money has gone on since it was booked; the message is for people."""


@dataclass
class LockedOrder:
    """An order with its payments and parcels, all locked, and who acts."""

    order: Order
    payments: Sequence[Payment]
    parcels: Sequence[Parcel]
    by: Actor


def note_carriage(locked: LockedOrder, parcel: Parcel, carried_by: str) -> None:
    """Note who carries a parcel that leaves; its shipping is then the hub's or its producer's."""
    parcel.carried_by = carried_by or parcel.partner.carried_by
    for payment in locked.payments:
        posting.assign_shipping(payment, parcel)


def record_cash(locked: LockedOrder, parcel: Parcel) -> None:
    """Book the cash for a parcel that was handed over, once; prepaid orders owe nothing.

    For one that costs nothing only what the hub pays for its offers is booked: it stays booked when "delivered"
    is taken back, as that of a prepaid parcel does.
    """
    payment = _cash(locked)
    if payment is None:
        return
    if not parcel.charged:
        posting.handed_over_free(payment, parcel)
        return
    receipt, created = Receipt.objects.get_or_create(
        source=Receipt.Source.CASH,
        reference=f"parcel-{parcel.pk}",
        defaults={"payment": payment, "amount": parcel.charged},
    )
    if created:
        cash.collect(receipt, parcel, by=locked.by)
    if created or uncollected.collected_after_all(payment, parcel):
        audit.write(
            locked.order,
            OrderLog.Verb.PAY,
            by=locked.by,
            parcel=parcel,
            reference="cod",
            amount=receipt.amount,
        )
    payment.received = balances.received(payment)
    payment.save(update_fields=["received", "changed_at"])


def uncollect(locked: LockedOrder, parcel: Parcel, *, reason: str) -> None:
    """Book the cash of a parcel out that was not handed over after all; what was paid in advance stays paid.

    Raises:
        MovedOn: some of it, or of the order's money, went back to the buyer, or it is at the hub.
    """
    receipt = _cash_receipt(locked, parcel)
    if receipt is None:
        return
    back = receipt.payment.refunds.effective().given()
    if back.filter(Q(parcel=parcel) | Q(parcel=None)).exists():
        raise MovedOn(_("Tiền của kiện này đã hoàn, hoặc đang hoàn."))
    if not cash.may_be_none(parcel):
        raise MovedOn(_("Tiền mặt của kiện này đã nộp về sàn."))
    uncollected.write(receipt, parcel, reason=reason)
    payment = next(row for row in locked.payments if row.pk == receipt.payment_id)
    if payment.state == S.PAID:
        payment.move_to(S.PENDING)
    payment.received = balances.received(payment)
    payment.save(update_fields=["state", "received", "changed_at"])
    audit.write(
        locked.order,
        OrderLog.Verb.PAY,
        by=locked.by,
        parcel=parcel,
        reference=payment.method,
        amount=-receipt.amount,
        note=payment.get_state_display(),
    )


def refund_parcel(locked: LockedOrder, parcel: Parcel, *, reason: str) -> None:
    """Ask for what was paid for `parcel` and not given back yet; nothing where nothing was paid."""
    payment = _paid_for(locked, parcel)
    amount = min(limits.of_parcel(parcel, payment=payment), balances.kept(payment)) if payment else Decimal(0)
    if payment is None or amount <= 0:
        _free_units_gone(locked, parcel, key=f"parcel-{parcel.pk}-{parcel.status}")
        return
    refunding.request(
        payment=payment,
        amount=amount,
        goods=min(amount, limits.goods_of(parcel, payment=payment)),
        parcel=parcel,
        key=f"parcel-{parcel.pk}-{parcel.status}",
        by=locked.by,
        reason=reason,
    )


def why_stopped(locked: LockedOrder) -> str:
    """Return why nothing of a paid order may leave, "" when it may: a dispute, or all its money went back.

    A dispute stops whatever its sum, which differs from the price by a little when currencies move, until
    it is won, or lost and staff have decided that the goods go all the same.
    """
    for payment in locked.payments:
        if payment.state != S.PAID:
            continue
        if payment.refunds.stopping().exists():
            return _("Chủ thẻ khiếu nại khoản trả của đơn này. Hãy hỏi chợ trước khi chuẩn bị hàng.")
        if payment.refunds.effective().filter(external=True).exists() and balances.kept(payment) <= 0:
            return _("Tiền của đơn đã về lại người mua. Hãy hỏi chợ trước khi chuẩn bị hàng.")
    return ""


def refund_units(
    locked: LockedOrder, parcel: Parcel, line: Line, quantity: int, *, key: str, reason: str
) -> Decimal:
    """Refund what was paid for units that are cancelled, or note that nobody pays them; return their price."""
    worth = line.price_of(line.called_off + quantity) - line.cancelled_amount
    payment = _paid_for(locked, parcel)
    if payment is None:
        line.uncharged += worth
        return worth
    amount = min(worth, limits.of_line(line), balances.kept(payment))
    if amount > 0:
        refunding.request(
            payment=payment,
            amount=amount,
            parcel=parcel,
            line=line,
            quantity=quantity,
            called_off=True,
            key=key,
            by=locked.by,
            reason=reason,
        )
    return worth


def refund_returned(
    locked: LockedOrder, parcel: Parcel, line: Line, quantity: int, *, key: str, reason: str
) -> Decimal:
    """Refund what was paid for units that come back and was not given back before; return the sum.

    A unit that was paid back while the buyer kept it is taken to be the next that comes.
    """
    payment = _paid_for(locked, parcel)
    count = min(quantity, limits.unpaid_units(line, returned=line.returned + quantity))
    if payment is None or not count:
        return Decimal(0)
    amount = min(limits.worth(line, count), balances.kept(payment))
    if amount <= 0:
        return Decimal(0)
    refunding.request(
        payment=payment,
        amount=amount,
        parcel=parcel,
        line=line,
        quantity=count,
        key=key,
        by=locked.by,
        reason=reason,
    )
    return amount


def follow_free_units(locked: LockedOrder, parcel: Parcel, line: Line, *, key: str) -> None:
    """Let what the hub pays for its offers follow the units of a line that cost nothing, when some are gone."""
    if line.hub_discount and not line.line_price_incl_tax:
        _free_units_gone(locked, parcel, key=key)


def close_payments(locked: LockedOrder) -> None:
    """Finish the payments of an order when nothing more can come: no parcel is on its way."""
    if not all(parcel.status in DONE for parcel in locked.parcels):
        return
    for payment in locked.payments:
        if payment.is_live and _is_cash(payment) and payment.received:
            payment.move_to(S.PAID)
            payment.save(update_fields=["state", "changed_at"])
            note = payment.get_state_display()
            audit.write(locked.order, OrderLog.Verb.PAY, by=locked.by, reference=payment.method, note=note)
        elif payment.is_live:
            closing.close(payment, state=S.CANCELLED, by=locked.by)


def _cash(locked: LockedOrder) -> Payment | None:
    """Return the payment that is collected at the door, if that is how this order is paid."""
    for payment in locked.payments:
        method = provider(payment.method)
        if method and method.collects_on_delivery and payment.is_live:
            return payment
    return None


def _paid_for(locked: LockedOrder, parcel: Parcel) -> Payment | None:
    """Return the payment that holds the money of `parcel`."""
    for payment in locked.payments:
        if payment.receipts.filter(source=Receipt.Source.CASH, reference=f"parcel-{parcel.pk}").exists():
            return payment
    return next(
        (payment for payment in locked.payments if payment.state == S.PAID and not _is_cash(payment)), None
    )


def _free_units_gone(locked: LockedOrder, parcel: Parcel, *, key: str) -> None:
    """Bring what the hub pays for free units to those that are kept; a parcel for cash without a price has no receipt."""
    payment = _paid_for(locked, parcel)
    payments = [payment] if payment else []
    if payment is None and not parcel.charged:
        payments = [row for row in locked.payments if _is_cash(row)]
    for row in payments:
        posting.free_units_gone(row, parcel, key=key)


def _cash_receipt(locked: LockedOrder, parcel: Parcel) -> Receipt | None:
    """Return the receipt of the cash for a parcel, if it was paid at the door."""
    found = Receipt.objects.filter(source=Receipt.Source.CASH, reference=f"parcel-{parcel.pk}")
    return found.filter(payment__in=locked.payments).select_related("payment").first()


def _is_cash(payment: Payment) -> bool:
    method = provider(payment.method)
    return bool(method and method.collects_on_delivery)
