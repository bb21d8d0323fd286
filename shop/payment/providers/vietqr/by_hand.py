"""What staff do with a line of the bank that fits no order by itself; each verb is one transaction."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.order import audit, locking
from shop.order.audit import Actor
from shop.order.models import Order, OrderLog
from shop.payment.models import Inbox, Payment
from shop.payment.providers.vietqr.matching import give, transfer_of
from shop.payment.providers.vietqr.provider import VietQR

MAX_REASON = 200


class NotNow(Exception):  # noqa: N818 - somebody was quicker, or it makes no sense
    """The line cannot be dealt with so any more; the message is for staff."""


def assign(*, line_id: int, number: str, by: Actor, revise: bool = False) -> Payment:
    """Book a line on the order with this code, as if its memo had named it; with a line in the log.

    A line given to an order stays there: money booked wrongly goes back as a refund.

    Args:
        line_id: the waiting line.
        number: the order's code.
        by: who decides.
        revise: whether whoever decides has seen that the line is marked as not ours.

    Raises:
        NotNow: somebody has dealt with the line already, or there is no such order.
    """
    with transaction.atomic():
        row = locking.notice(line_id)
        if row.payment_id or (row.done_at and not revise):
            raise NotNow(_("Khoản này đã có người xử lý."))
        order = Order.objects.filter(number=number).first()
        if order is None:
            raise NotNow(_("Không có đơn %(code)s.") % {"code": number})
        order = locking.order(order.pk)
        payment = transfer_of(order) or _open(order)
        note = _("gán tay: %(memo)s") % {"memo": row.body["memo"]}
        audit.write(order, OrderLog.Verb.NOTE, by=by, reference=row.key, note=note)
        row.body = row.body | {"by": by.name}
        row.save(update_fields=["body"])
        give(row, payment, by=by)
    payment.refresh_from_db()
    return payment


def not_ours(*, line_id: int, reason: str, by: Actor) -> Inbox:
    """Put a line aside that pays no order, with the reason; who and when stay on the line.

    Raises:
        NotNow: somebody has dealt with it already.
    """
    with transaction.atomic():
        row = locking.notice(line_id)
        if row.done_at:
            raise NotNow(_("Khoản này đã có người xử lý."))
        row.body = row.body | {"by": by.name}
        row.error, row.done_at = reason[:MAX_REASON], timezone.now()
        row.save(update_fields=["body", "error", "done_at"])
    return row


def _open(order: Order) -> Payment:
    """Write a payment by transfer for a locked order that was to be paid otherwise."""
    parcels = order.parcels.prefetch_related("lines")
    due = sum((parcel.charged for parcel in parcels if parcel.is_wanted), Decimal(0))
    amount = due or order.total_incl_tax
    if not amount:
        raise NotNow(_("Đơn %(code)s không phải trả tiền.") % {"code": order.number})
    return Payment.objects.create(order=order, method=VietQR.code, amount=amount, state=Payment.State.PENDING)
