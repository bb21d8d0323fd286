"""Taking back a refund that staff were to make by hand and that was wrong."""

from django.db import transaction
from django.utils.translation import gettext as _

from shop.order import audit, locking
from shop.order.audit import Actor, in_shop_language
from shop.order.models import OrderLog, Parcel
from shop.payment import books
from shop.payment.models import Payment, Refund


class TooLate(Exception):  # noqa: N818 - a fact of trade
    """The refund is made already, or goes by card; the message is for people."""


def drop(*, refund_id: int, by: Actor, reason: str) -> Refund:
    """Let a refund by bank or cash that nobody has made come to nothing; one transaction.

    Its sum counts as kept again, and may be given back otherwise. The row stays, with the reason in the
    log. One by card is never dropped: the provider may be sending it at this moment. Where the buyer
    is owed it whatever was wrong, the paid payment waits for a person.

    Args:
        refund_id: which.
        by: who decides.
        reason: for the log.

    Raises:
        TooLate: it was made, dropped or sent by card.
    """
    with transaction.atomic():
        order_id = Payment.objects.filter(refunds=refund_id).values_list("order_id", flat=True).get()
        order = locking.order(order_id)
        locking.payments(order)
        refund = Refund.objects.select_related("payment", "parcel").get(pk=refund_id)
        if refund.state != Refund.State.REQUESTED or refund.way == Refund.Way.CARD:
            raise TooLate(_("Khoản hoàn này không bỏ được nữa."))
        refund.state = Refund.State.DROPPED
        refund.save(update_fields=["state"])
        audit.write(
            order,
            OrderLog.Verb.REFUND,
            by=by,
            parcel=refund.parcel,
            reference=refund.key,
            amount=refund.amount,
            note=f"{refund.get_state_display()}: {reason}",
        )
        if refund.payment.state == Payment.State.PAID and (doubt := _doubt(refund)):
            refund.payment.doubt = doubt
            refund.payment.save(update_fields=["doubt", "changed_at"])
    return refund


@in_shop_language
def _doubt(refund: Refund) -> str:
    """Return why a person must look at its sum again: it is the buyer's all the same, or may be."""
    parcel = refund.parcel
    if parcel and parcel.status == Parcel.Status.RETURNED and not refund.called_off:
        return _(
            "Đã bỏ khoản hoàn của kiện đã trả về: hoàn lại cách khác, nếu không thì kiện được trả cho cơ sở."
        )
    price = sum(each.charged for each in refund.payment.order.parcels.all())
    cancelled = parcel and (refund.called_off or parcel.status == Parcel.Status.CANCELLED)
    if cancelled or (not parcel and books.kept(refund.payment) > price):
        return _("Đã bỏ khoản hoàn, mà tiền vẫn là của người mua: hàng không gửi, hoặc chuyển thừa.")
    return ""
