"""Ending payments that did not complete: what had come of them goes back."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shop.order import audit
from shop.order.audit import Actor, in_shop_language
from shop.order.models import OrderLog
from shop.payment import books, refunding
from shop.payment.models import Payment


@in_shop_language
def close(payment: Payment, *, state: Payment.State, by: Actor, why: str = "") -> None:
    """Give a locked live payment its last state; a part that has come waits for a person and goes back."""
    part = books.kept(payment)
    payment.state = state
    if part > 0:
        why = why or _("Đơn không thành khi tiền mới đến một phần.")
        payment.state = Payment.State.REVIEW
        payment.call(why)
        refunding.request(payment=payment, amount=part, key=f"part-{payment.pk}", by=by, reason=why)
    payment.save(update_fields=["state", "doubt", "changed_at"])
    note = f"{payment.get_state_display()} {why}".strip()
    audit.write(payment.order, OrderLog.Verb.PAY, by=by, reference=payment.method, note=note)


@in_shop_language
def close_others(payments: Sequence[Payment], *, paid: Payment, by: Actor) -> None:
    """End the other locked payments of an order that `paid` has paid; nothing is kept twice."""
    why = _("Đơn đã được trả bằng cách khác.")
    for other in payments:
        if other.pk == paid.pk:
            continue
        if other.is_live:
            close(other, state=Payment.State.CANCELLED, by=by, why=why)
        elif (left := books.kept(other)) > 0:
            key = f"other-{other.pk}-{paid.pk}"
            refunding.request(payment=other, amount=left, key=key, by=by, reason=why)
