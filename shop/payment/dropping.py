"""Taking back a refund that staff were to make by hand and that was wrong, or that failed."""

from django.db import transaction
from django.utils.translation import gettext as _

from shop.order import audit, locking
from shop.order.audit import Actor, in_shop_language
from shop.order.models import OrderLog, Parcel
from shop.payment import books, limits
from shop.payment.models import Payment, Refund

HOLDS = frozenset({Payment.State.PAID, Payment.State.PENDING})  # the money of parcels


class TooLate(Exception):  # noqa: N818 - a fact of trade
    """The refund is made or dropped already, or under way by card; the message is for people."""


def may_drop(refund: Refund) -> bool:
    """Return whether staff may let it come to nothing: one that nobody has made, or that failed; none under way by card."""
    if refund.state == Refund.State.FAILED:
        return not refund.external
    return refund.state == Refund.State.REQUESTED and refund.way != Refund.Way.CARD


def drop(*, refund_id: int, by: Actor, reason: str) -> Refund:
    """Let a refund that nobody has made, or that failed, come to nothing; one transaction.

    Its sum counts as kept, and may be given back otherwise; one that failed was, maybe, in parts. The
    row stays, with the reason in the log. One under way by card is never dropped: the provider may be
    sending it at this moment. Where the buyer is owed it whatever was wrong, the payment waits for a
    person.

    Args:
        refund_id: which.
        by: who decides.
        reason: for the log.

    Raises:
        TooLate: it was made, dropped or is under way by card.
    """
    with transaction.atomic():
        order_id = Payment.objects.filter(refunds=refund_id).values_list("order_id", flat=True).get()
        order = locking.order(order_id)
        locking.payments(order)
        refund = Refund.objects.select_related("payment", "parcel").get(pk=refund_id)
        if not may_drop(refund):
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
        if (doubt := _doubt(refund)) and refund.payment.call(doubt):
            refund.payment.save(update_fields=["doubt", "changed_at"])
    return refund


@in_shop_language
def _doubt(refund: Refund) -> str:
    """Return why a person must look at its sum again: it is the buyer's all the same, or may be."""
    parcel, payment = refund.parcel, refund.payment
    if parcel and parcel.status == Parcel.Status.RETURNED and not refund.called_off:
        if not limits.of_parcel(parcel):
            return ""
        return _(
            "Đã bỏ khoản hoàn của kiện đã trả về: hoàn lại cách khác, nếu không thì kiện được trả cho cơ sở."
        )
    if parcel:
        owed = limits.of_parcel(parcel) - limits.to_keep(parcel)
    elif payment.state in HOLDS:
        owed = books.kept(payment) - sum(limits.of_parcel(each) for each in payment.order.parcels.all())
    else:
        owed = books.kept(payment)
    if owed <= 0:
        return ""
    return _("Đã bỏ khoản hoàn, mà tiền vẫn là của người mua: hàng không gửi, hoặc chuyển thừa.")
