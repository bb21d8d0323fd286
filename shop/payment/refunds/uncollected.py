"""Cash that was booked at the door and was not collected after all: a refund that nobody makes.

As a refund that is done it takes the cash out of every sum and every account of the ledger, by entries
of its own. When the parcel is delivered after all, it is one that failed: the first receipt counts again.
The caller holds the locks of order and payment.
"""

from decimal import Decimal

from django.utils import timezone

from shop.order.models import Parcel
from shop.payment import signals
from shop.payment.models import Payment, Receipt, Refund

MAX_REASON = 300


def write(receipt: Receipt, parcel: Parcel, *, reason: str) -> Refund:
    """Book the cash of a parcel out.

    Args:
        receipt: of the cash.
        parcel: whose.
        reason: why, for staff.
    """
    count = Refund.objects.filter(parcel=parcel, uncollected=True).count()
    refund = Refund.objects.create(
        payment=receipt.payment,
        parcel=parcel,
        key=f"uncollected-{parcel.pk}-{count + 1}",
        amount=receipt.amount,
        goods=min(receipt.amount, parcel.charged_goods),
        way=Refund.Way.CASH,
        state=Refund.State.DONE,
        done_at=timezone.now(),
        uncollected=True,
        reason=reason[:MAX_REASON],
    )
    signals.refund_completed.send(Refund, refund=refund)
    return refund


def collected_after_all(payment: Payment, parcel: Parcel) -> Decimal:
    """Let the cash of a parcel that was booked out count again; return how much, nothing where none was."""
    refund = payment.refunds.filter(parcel=parcel, uncollected=True, state=Refund.State.DONE).first()
    if refund is None:
        return Decimal(0)
    refund.move_to(Refund.State.FAILED)
    refund.save(update_fields=["state"])
    signals.refund_reversed.send(Refund, refund=refund)
    return refund.amount
