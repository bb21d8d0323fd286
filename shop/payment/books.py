"""What a payment has received and given back, read from its rows; whole đồng."""

from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from shop.payment.models import Payment, Refund


def received(payment: Payment) -> Decimal:
    """Return the sum of its receipts."""
    return payment.receipts.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def is_funded(payment: Payment, due: Decimal) -> bool:
    """Return whether `due` has come in: what we gave back has not, what was taken at the provider's desk has."""
    ours = payment.refunds.standing().filter(external=False).total()
    return received(payment) - ours >= due and kept(payment) > 0


def kept(payment: Payment) -> Decimal:
    """Return what has come in and is not given back, nor on its way back: no refund may exceed it."""
    return received(payment) - payment.refunds.standing().total()


def is_undecided(payment: Payment) -> bool:
    """Return whether a person must decide on its money: it pays no order and is not on its way back.

    A doubt about money that could not be booked at all, such as another currency, counts until it is read.
    """
    if payment.state != Payment.State.REVIEW:
        return False
    return kept(payment) > 0 or bool(payment.doubt and not payment.received)


def undecided() -> QuerySet[Payment]:
    """Return the payments in review that keep money: a person accepts it or gives it back."""
    standing = Refund.objects.standing().filter(payment=OuterRef("pk")).order_by()
    gone = Subquery(standing.values("payment").annotate(sum=Sum("amount")).values("sum"))
    rows = Payment.objects.filter(state=Payment.State.REVIEW)
    return rows.filter(received__gt=Coalesce(gone, Decimal(0)))
