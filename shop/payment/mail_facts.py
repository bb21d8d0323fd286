"""What mails about orders say of money; registered with shop.order.mails when the app is ready."""

from typing import Any

from django.db.models import Sum

from shop.order.models import Order, OrderMail
from shop.payment.models import Refund, RefundAccount
from shop.payment.providers import provider


def facts(mail: OrderMail) -> dict[str, Any]:
    """Return the part of a mail's context that is about money."""
    order = mail.order
    payment = order.payment
    method = provider(payment.method) if payment else None
    return {
        "method": method.name() if method else "",
        "payment": payment,
        "is_to_go_back": _is_to_go_back(order),
        "gives_back": _gives_back(mail),
        "refund": Refund.objects.filter(key=mail.reference).first() if mail.reference else None,
        "account_wanted": Refund.objects.to_transfer().filter(payment__order=order, account=None).total(),
        "refund_account": RefundAccount.of(order),
    }


def _gives_back(mail: OrderMail) -> bool:
    """Return whether some of what was paid goes back by us: for the mail's parcel, or for the order without one."""
    refunds = Refund.objects.given().filter(payment__order=mail.order, external=False)
    if mail.parcel:
        refunds = refunds.filter(parcel=mail.parcel)
    return refunds.exclude(state=Refund.State.CANCELLED).exists()  # one that failed is made again


def _is_to_go_back(order: Order) -> bool:
    """Return whether money came for an order that expired and is not all given back yet."""
    came = order.payments.aggregate(sum=Sum("received"))["sum"] or 0
    return came > Refund.objects.given().filter(payment__order=order, state=Refund.State.DONE).total()
