"""The line of the audit log that says who did what."""

from decimal import Decimal

from shop.core.actors import Actor
from shop.order.models import Order, OrderLog, Parcel

MAX_NOTE = 300


def write(
    order: Order,
    verb: OrderLog.Verb,
    *,
    by: Actor,
    parcel: Parcel | None = None,
    reference: str = "",
    note: str = "",
    amount: Decimal | None = None,
) -> OrderLog:
    """Append one line; part of the transaction that makes the change."""
    return OrderLog.objects.create(
        order=order,
        parcel=parcel,
        actor=by.user,
        actor_name=by.name,
        verb=verb,
        reference=reference,
        note=note[:MAX_NOTE],
        amount=amount,
    )
