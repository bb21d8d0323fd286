"""What a payment has received and given back, read from its rows; whole đồng."""

from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from shop.payment.models import Payment, Refund
from shop.payment.models.refund import RefundQuerySet


def received(payment: Payment) -> Decimal:
    """Return the sum of its receipts, without cash that was booked and not collected after all."""
    booked = payment.receipts.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    return booked - payment.refunds.effective().filter(uncollected=True).total()


def is_funded(payment: Payment, due: Decimal) -> bool:
    """Return whether `due` has come in: what we refunded ourselves does not count, what was refunded externally does."""
    own_refunds = _gone(payment).filter(external=False).total()
    return received(payment) - own_refunds >= due and kept(payment) > 0


def kept(payment: Payment) -> Decimal:
    """Return what has come in and is not given back, nor on its way back: no refund may exceed it."""
    return received(payment) - _gone(payment).total()


def has_open_dispute(payment: Payment) -> bool:
    """Return whether a bank has taken money of it and not decided yet who is right: nothing is sent back meanwhile."""
    return payment.refunds.disputes().filter(dispute_open=True).exists()


def needs_review(payment: Payment) -> bool:
    """Return whether a person must decide on its money: it pays no order and no refund of it is under way.

    A doubt about money that could not be booked at all, such as another currency, counts until it is read.
    """
    if payment.state != Payment.State.REVIEW:
        return False
    return kept(payment) > 0 or bool(payment.doubt and not payment.received)


def payments_needing_review() -> QuerySet[Payment]:
    """Return the payments in review that keep money: a person accepts it or gives it back."""
    refunds = Refund.objects.effective().given().filter(payment=OuterRef("pk")).order_by()
    refunded = Subquery(refunds.values("payment").annotate(sum=Sum("amount")).values("sum"))
    rows = Payment.objects.filter(state=Payment.State.REVIEW)
    return rows.filter(received__gt=Coalesce(refunded, Decimal(0)))


def _gone(payment: Payment) -> RefundQuerySet:
    """Return its refunds that are done or under way."""
    rows: RefundQuerySet = payment.refunds.effective().given()
    return rows
