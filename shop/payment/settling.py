"""The one path on which money enters: browser return, notification, timer and staff all end here.

`fetch_and_settle` asks the provider, outside every transaction; `settle` books what it said, in one. Both may be
called any number of times, in any order, by several processes at once: a receipt is booked once, by
its reference, and everything else follows from the receipts.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from shop.core import locking
from shop.core.actors import Actor, in_shop_language
from shop.order import audit, mails, producer_mails, reopening
from shop.order.models import Order, OrderLog, OrderMail, Parcel
from shop.payment import balances, closing, doubting, signals
from shop.payment.models import Doubt, Payment, Receipt, Refund
from shop.payment.models.doubt import words
from shop.payment.providers import provider
from shop.payment.providers.base import Incoming, PaymentReport
from shop.payment.refunds import answers, limits, refunding

logger = logging.getLogger(__name__)
S = Payment.State
UNSENT = frozenset({Order.Status.PLACED, Order.Status.PROCESSING})
CLOSED = frozenset({Order.Status.CANCELLED, Order.Status.COMPLETE})


@dataclass
class LockedPayment:
    """A payment locked together with its order, the order's other payments and its parcels."""

    order: Order
    payment: Payment
    payments: Sequence[Payment]
    parcels: Sequence[Parcel]
    by: Actor

    def log(
        self, verb: OrderLog.Verb, *, reference: str = "", note: str = "", amount: Decimal | None = None
    ) -> None:
        """Write a line of the audit log."""
        audit.write(self.order, verb, by=self.by, reference=reference, note=note, amount=amount)


@in_shop_language
def fetch_and_settle(*, payment_id: int, by: Actor) -> Payment:
    """Ask the provider what it knows of a payment, and settle that.

    Uses the network: call it outside transactions.

    Raises:
        PaymentUnavailable: the provider does not answer; nothing is changed.
    """
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    method = provider(payment.method)
    if method is None:
        logger.error("Payment %s was made by the unknown method %r", payment.pk, payment.method)
        return payment
    if method.collects_on_delivery:  # booked where it is handed over (shop.fulfilment.money), never here
        return payment
    return settle(payment_id=payment_id, report=method.fetch_report(payment), by=by)


@in_shop_language
def settle(*, payment_id: int, report: PaymentReport, by: Actor) -> Payment:
    """Book what is known of a payment and let its order follow. One transaction, no network.

    Money that fits places the order; too little waits; money for an expired order takes the stock
    again; whatever fits nowhere waits for a person (REVIEW) with a refund already asked for.
    """
    with transaction.atomic():
        locked = lock_payment(payment_id, by)
        payment = locked.payment
        new = [receipt for incoming in report.incoming if (receipt := _record_receipt(locked, incoming))]
        refunds = answers.record(payment, report.outgoing, order=locked.order, by=by)
        payment.received = balances.received(payment)
        doubted = bool(report.doubt) and _send_to_review(locked, report.doubt, is_new=bool(new))
        _update_order(locked, report, new)
        if refunds.external and not doubted:
            _refunded_externally(locked, refunds.external)
        if refunds.external and balances.kept(payment) < 0:
            _send_to_review(locked, Doubt.TOO_MUCH_BACK.of())
        if refunds.reversed:
            _refund_reversed(locked)
        payment.save(update_fields=["state", "received", "doubt", "changed_at"])
    return payment


def _update_order(locked: LockedPayment, report: PaymentReport, new: Sequence[Receipt]) -> None:
    """Change payment and order as the booked money says; doubtful money changes nothing by itself."""
    payment = locked.payment
    if payment.state == S.PAID:
        _received_after_paid(locked, new)
    elif report.doubt:
        return
    elif balances.is_funded(payment, _amount_due(locked)):
        if payment.state != S.REVIEW or new:
            complete(locked)
    elif new and balances.kept(payment) > 0:
        _underpaid(locked)
    elif report.failed and payment.is_live and not payment.received:
        payment.move_to(S.FAILED)
        locked.log(OrderLog.Verb.PAY, reference=payment.method, note=_("không thành"))


def lock_payment(payment_id: int, by: Actor) -> LockedPayment:
    """Lock a payment with its order, the other payments and the parcels, in the caller's transaction."""
    order = locking.order(Payment.objects.values_list("order_id", flat=True).get(pk=payment_id))
    payments = locking.payments(order)
    parcels = locking.parcels(order)
    payment = next(row for row in payments if row.pk == payment_id)
    return LockedPayment(order, payment, payments, parcels, by)


def _record_receipt(locked: LockedPayment, incoming: Incoming) -> Receipt | None:
    """Append a receipt; None when it is already there."""
    receipt, created = Receipt.objects.get_or_create(
        source=incoming.source,
        reference=incoming.reference,
        defaults={"payment": locked.payment, "amount": incoming.amount},
    )
    if created:
        signals.money_received.send(Receipt, receipt=receipt)
        locked.log(OrderLog.Verb.PAY, reference=incoming.reference, amount=incoming.amount)
        return receipt
    if (receipt.payment_id, receipt.amount) != (locked.payment.pk, incoming.amount):
        why = Doubt.OTHER_RECEIPT.of(reference=incoming.reference)
        _send_to_review(locked, why, is_new=False)
    return None


def complete(locked: LockedPayment) -> None:
    """All the money is there: it pays the order, or is refunded."""
    order = locked.order
    if any(other.state == S.PAID for other in locked.payments if other is not locked.payment):
        _refund_all(locked, Doubt.PAID_OTHERWISE.of())
    elif order.status == Order.Status.PENDING_PAYMENT:
        _place(locked)
    elif order.status == Order.Status.EXPIRED:
        _place_late(locked)
    elif order.status not in UNSENT:
        _refund_all(locked, Doubt.ORDER_CLOSED.of())
    elif any(_has_money(other) for other in locked.payments if other is not locked.payment):
        _refund_all(locked, Doubt.BEING_PAID.of())
    else:
        _replace_cash(locked)


def _amount_due(locked: LockedPayment) -> Decimal:
    """Return what pays: the payment's sum, or less once parcels or units of an order for cash are called off."""
    if locked.order.status not in UNSENT:
        return locked.payment.amount
    return min(locked.payment.amount, _wanted_total(locked))


def _wanted_total(locked: LockedPayment) -> Decimal:
    return sum((parcel.charged for parcel in locked.parcels if parcel.is_wanted), Decimal(0))


def _has_money(payment: Payment) -> bool:
    """Return whether money was booked on it, be it cash that was not collected yet after all."""
    return bool(payment.receipts.exists())


def _place(locked: LockedPayment) -> None:
    """The order is paid: producers may begin."""
    _pay(locked, due=locked.payment.amount)
    locked.order.mark_placed()
    producer_mails.new_parcels(locked.parcels)
    mails.write(locked.order, OrderMail.Kind.PAID)


def _place_late(locked: LockedPayment) -> None:
    """The money came after the stock was released: take the stock again, or refund."""
    try:
        reopening.reopen(locked.order, locked.parcels)
    except reopening.CannotReopen as gone:
        _refund_all(locked, Doubt(f"late_{gone.code}").of(**gone.values))
    else:
        _place(locked)


def _replace_cash(locked: LockedPayment) -> None:
    """A transfer came for an order that was to be paid at the door: then it is paid now."""
    _pay(locked, due=_wanted_total(locked))
    mails.write(locked.order, OrderMail.Kind.PAID)


def _pay(locked: LockedPayment, *, due: Decimal) -> None:
    locked.payment.move_to(S.PAID)
    locked.payment.doubt = ""
    locked.payment.save(update_fields=["state", "doubt", "changed_at"])
    signals.payment_completed.send(Payment, payment=locked.payment, parcels=locked.parcels)
    closing.close_others(locked.payments, paid=locked.payment, by=locked.by)
    _refund_overpayment(locked, balances.kept(locked.payment) - due)


def _received_after_paid(locked: LockedPayment, new: Sequence[Receipt]) -> None:
    """More money for a payment that is paid already: all of it is refunded, whatever was refunded before."""
    more = sum((receipt.amount for receipt in new), Decimal(0))
    if more and locked.order.status in CLOSED:
        _send_to_review(locked, Doubt.ORDER_CLOSED.of())
    _refund_overpayment(locked, min(more, balances.kept(locked.payment)))


def _underpaid(locked: LockedPayment) -> None:
    """New money that does not complete the payment: the buyer gets a mail, or it is refunded."""
    payment = locked.payment
    if locked.order.status == Order.Status.PENDING_PAYMENT and payment.is_live:
        mails.write(locked.order, OrderMail.Kind.SHORT, reference=f"{payment.pk}-{payment.received:.0f}")
    else:
        _refund_all(locked, Doubt.TOO_LITTLE.of())


def _refunded_externally(locked: LockedPayment, refunds: Sequence[Refund]) -> None:
    """Refunded at the provider, by nobody here: a person looks before the goods leave."""
    if any(parcel.is_wanted and not parcel.shipped_at for parcel in locked.parcels):
        amount = sum((refund.amount for refund in refunds), Decimal(0))
        _send_to_review(locked, Doubt.GIVEN_BACK_THERE.of(amount=amount))


def _refund_reversed(locked: LockedPayment) -> None:
    """A refund failed after it was done, or a dispute was won: what was called off or returned meanwhile is owed."""
    sent = sum((limits.to_keep(parcel) for parcel in locked.parcels if parcel.is_wanted), Decimal(0))
    if (over := balances.kept(locked.payment) - sent) > 0:
        _send_to_review(locked, Doubt.CAME_BACK.of(amount=over))


def _refund_overpayment(locked: LockedPayment, over: Decimal) -> None:
    """Request a refund of what is beyond the amount due."""
    if over > 0:
        count = locked.payment.receipts.count()
        refunding.request(
            payment=locked.payment,
            amount=over,
            key=f"over-{locked.payment.pk}-{count}",
            by=locked.by,
            reason=_("Chuyển thừa."),
        )


def _refund_all(locked: LockedPayment, why: str) -> None:
    """Money without an order to pay: a person looks, and all of it is refunded."""
    _send_to_review(locked, why)
    left = balances.kept(locked.payment)
    if left > 0:
        # Cancelled and failed refunds count, too: after one of them, this is another refund.
        count = f"{locked.payment.receipts.count()}-{locked.payment.refunds.count()}"
        refunding.request(
            payment=locked.payment,
            amount=left,
            key=f"all-{locked.payment.pk}-{count}",
            by=locked.by,
            reason=words(why),
        )


def _send_to_review(locked: LockedPayment, why: str, *, is_new: bool = True) -> bool:
    """Let a person look, and return whether there is something to look at; a paid payment stays paid.

    Args:
        locked: whose payment.
        why: Doubt.….of(…), or a provider's own words.
        is_new: whether there is something new behind the same words; if not, staff who have seen them are not asked again.
    """
    payment = locked.payment
    if not is_new and payment.has_seen(why):
        return False
    if doubting.note(payment, why, by=locked.by) and payment.may_become(S.REVIEW):
        payment.move_to(S.REVIEW)
        payment.save(update_fields=["state", "changed_at"])
    return True
