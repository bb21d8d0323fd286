"""Closing payments that did not complete: what had come in is refunded."""

from collections.abc import Sequence

from shop.core.actors import Actor, in_shop_language
from shop.order import audit
from shop.order.models import OrderLog
from shop.payment import balances, doubting
from shop.payment.models import Doubt, Payment
from shop.payment.refunds import refunding


@in_shop_language
def close(payment: Payment, *, state: Payment.State, by: Actor, why: Doubt | None = None) -> None:
    """Close a locked live payment with this state; if a part has come, it is refunded and a person looks."""
    part = balances.kept(payment)
    payment.move_to(state if part <= 0 else Payment.State.REVIEW)
    payment.save(update_fields=["state", "changed_at"])
    if part > 0:
        why = why or Doubt.PART
        doubting.note(payment, why.of(), by=by)
        refunding.request(
            payment=payment, amount=part, key=f"part-{payment.pk}", by=by, reason=str(why.label)
        )
    note = f"{payment.get_state_display()} {why.label if why else ''}".strip()
    audit.write(payment.order, OrderLog.Verb.PAY, by=by, reference=payment.method, note=note)


@in_shop_language
def close_others(payments: Sequence[Payment], *, paid: Payment, by: Actor) -> None:
    """Close the other locked payments of an order that `paid` has paid; nothing is kept twice."""
    why = Doubt.PAID_OTHERWISE
    for other in payments:
        if other.pk == paid.pk:
            continue
        if other.is_live:
            close(other, state=Payment.State.CANCELLED, by=by, why=why)
        elif (left := balances.kept(other)) > 0:
            key = f"other-{other.pk}-{paid.pk}"
            refunding.request(payment=other, amount=left, key=key, by=by, reason=str(why.label))
