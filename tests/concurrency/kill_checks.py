"""What must hold whenever somebody looks, and how a buyer's business ended."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Sum
from post_office.models import Email

from shop.ledger.checking import prove
from shop.order.models import Order
from shop.partner.models import StockRecord
from shop.payment.models import BankLine, Payment, Receipt, Refund
from tests.concurrency.buyers import Buyer
from tests.stripe import things

HOLDING = ("Pending payment", "Placed", "Processing")


class End(NamedTuple):
    """How it ended for one buyer: our rows, Stripe's, and the mails. The default is that there is no order."""

    status: str = ""
    payments: tuple[str, ...] = ()
    units: int = 0
    receipts: int = 0
    charges: int = 0
    given_back: tuple[str, ...] = ()
    refunds: int = 0
    pages: int = 0
    mails: tuple[str, ...] = ()


def off() -> list[str]:
    """Return what is wrong in the shop: stock or money without an order, books that do not add up."""
    return [*_stock(), *_strays(), *_ledger(), *_payments()]


def _stock() -> Iterator[str]:
    """Units are promised to orders that wait for money or for their parcels, and to nothing else."""
    lines = Order.objects.filter(status__in=HOLDING).order_by()
    due: Counter[int] = Counter()
    for record, units in lines.values_list("lines__stockrecord").annotate(sum=Sum("lines__quantity")):
        due[record] += units
    for pk, units in StockRecord.objects.values_list("pk", "num_allocated"):
        if over := (units or 0) - due[pk]:
            yield f"stock {pk}: {over:+} units promised without an order"


def _strays() -> Iterator[str]:
    """Every page at Stripe on which one can pay, or has paid, is of a payment that the shop knows."""
    known = set(Payment.objects.values_list("token", flat=True))
    for page in things("checkout.session"):
        if page["client_reference_id"] not in known:
            yield f"page {page['id']} without an order"


def _ledger() -> Iterator[str]:
    proof = prove()
    for number, amount in proof.orders.items():
        yield f"ledger of {number} off by {amount}"
    if proof.ledger - proof.kept != sum(proof.orders.values()) or proof.payouts:
        yield f"ledger off: {proof}"


def _payments() -> Iterator[str]:
    """At most one payment of an order is paid, what it notes is what came, and came at Stripe."""
    charges = {charge["id"]: charge["amount_received"] for charge in things("payment_intent")}
    for receipt in Receipt.objects.filter(source=Receipt.Source.CARD):
        if charges.get(receipt.reference) != receipt.amount:
            yield f"receipt {receipt.reference} is not what Stripe took"
    for payment in Payment.objects.annotate(came=Sum("receipts__amount")):
        if payment.received != (payment.came or 0):
            yield f"payment {payment.pk} notes {payment.received}, {payment.came} came"
        if payment.state == "paid" and (payment.came or 0) < payment.amount:
            yield f"payment {payment.pk} is paid by {payment.came} of {payment.amount}"


def ending(buyer: Buyer) -> End | str:
    """Return how it ended for one buyer: with no order, or with one; else what is odd."""
    orders = list(buyer.orders())
    if not orders:
        return End()
    if len(orders) > 1:
        return f"{len(orders)} orders"
    order = orders[0]
    mails = list(order.mails.order_by("pk"))
    queued = Email.objects.filter(subject__contains=order.number).count()
    if queued != len(mails) or any(mail.queued_at is None for mail in mails):
        return f"{queued} of {len(mails)} mails queued"
    if BankLine.objects.filter(state__in=["new", "waiting"]).exists():
        return "a line of the bank is not booked"
    charges = _of(order, "payment_intent", "succeeded")
    return End(
        status=order.status,
        payments=tuple(sorted(payment.state for payment in order.payments.all())),
        units=order.lines.aggregate(sum=Sum("num_allocated"))["sum"] or 0,
        receipts=Receipt.objects.filter(payment__order=order).count(),
        charges=len(charges),
        given_back=tuple(refund.state for refund in Refund.objects.filter(payment__order=order)),
        refunds=sum(row["payment_intent"] in charges for row in things("refund")),
        pages=len(_of(order, "checkout.session", "open")),
        mails=tuple(mail.kind for mail in mails),
    )


def _of(order: Order, kind: str, status: str) -> set[str]:
    """Return the ids of what Stripe holds for an order."""
    rows: list[dict[str, Any]] = things(kind)
    return {
        row["id"] for row in rows if row["metadata"].get("order") == order.number and row["status"] == status
    }
