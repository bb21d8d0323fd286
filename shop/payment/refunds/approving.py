"""Large refunds wait for a second person (SECOND_PERSON_ABOVE), those of several small ones together too."""

from django.db import transaction
from django.utils.translation import gettext as _

from shop.core import locking, second_person
from shop.core.actors import Actor, in_shop_language
from shop.order import audit
from shop.order.models import OrderLog
from shop.payment.models import Payment, Refund
from shop.payment.models.refund_approval import RefundApproval
from shop.payment.refunds import refunding


def confirm(*, refund_id: int, by: Actor) -> Refund:
    """Let a second person say that a refund is right; it is sent after the commit. One transaction.

    Raises:
        NotConfirmed: nothing waits any more, or the same person wants to.
    """
    with transaction.atomic():
        order = locking.order(
            Payment.objects.filter(refunds=refund_id).values_list("order_id", flat=True).get()
        )
        locking.payments(order)
        refund = Refund.objects.select_related("parcel").get(pk=refund_id)
        approval = RefundApproval.objects.filter(refund=refund).first()
        if approval is None or refund.state != Refund.State.REQUESTED:
            raise second_person.NotConfirmed(_("Khoản hoàn này không còn chờ xác nhận."))
        approval.confirm(by=by)
        audit.write(
            order,
            OrderLog.Verb.REFUND,
            by=by,
            parcel=refund.parcel,
            reference=refund.key,
            amount=refund.amount,
            note=_confirmed(),
        )
        transaction.on_commit(lambda: refunding.send(refund_id), robust=True)
    return refund


@in_shop_language
def _confirmed() -> str:
    return _("người thứ hai xác nhận")
