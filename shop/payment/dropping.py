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
        if refund.payment.state == Payment.State.PAID and _is_owed(refund):
            _doubt(refund.payment)
    return refund


@in_shop_language
def _doubt(payment: Payment) -> None:
    payment.doubt = _("Đã bỏ khoản hoàn, mà tiền vẫn là của người mua: hàng không gửi, hoặc chuyển thừa.")
    payment.save(update_fields=["doubt", "changed_at"])


def _is_owed(refund: Refund) -> bool:
    """Return whether its sum is still the buyer's: for what is not sent, or beyond the price of all."""
    parcel = refund.parcel
    if parcel:
        return refund.called_off or parcel.status == Parcel.Status.CANCELLED
    price = sum(each.charged for each in refund.payment.order.parcels.all())
    return books.kept(refund.payment) > price
