"""Which orders a waiting line may pay: by its sum, and by the buyer's name in its words."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from catalogue.folding import keywords
from shop.order.models import Order
from shop.payment.models import BankLine, Payment
from shop.payment.models.payment import LIVE

OFFERED = 5
LOOKED_AT = 200  # payments that are compared by name
WITHIN = timedelta(days=30)
MAY_BE = [*LIVE, Payment.State.EXPIRED, Payment.State.FAILED]
MIN_NAME = 2  # words of a name that must stand in the memo


@dataclass(frozen=True)
class Suggestion:
    """An order that a line may pay, and why one may think so."""

    order: Order
    payment: Payment
    by_sum: bool
    by_name: bool


def suggest(line: BankLine) -> list[Suggestion]:
    """Return the likeliest orders for money that came, the best first."""
    since = timezone.now() - WITHIN
    rows = Payment.objects.filter(state__in=MAY_BE, created_at__gte=since, received=0)
    rows = rows.select_related("order__shipping_address").order_by("-pk")
    said = f" {keywords(f'{line.memo} {line.counterparty}')} "
    found: dict[int, Suggestion] = {}
    for payment in [*rows.filter(amount=line.amount)[:LOOKED_AT], *rows[:LOOKED_AT]]:
        one = Suggestion(
            payment.order, payment, payment.amount == line.amount, _is_named(payment.order, said)
        )
        if one.by_sum or one.by_name:
            found.setdefault(payment.order_id, one)
    ranked = sorted(found.values(), key=lambda one: (not (one.by_sum and one.by_name), not one.by_sum))
    return ranked[:OFFERED]


def _is_named(order: Order, said: str) -> bool:
    """Return whether the words of the buyer's name stand in what the line says."""
    address = order.shipping_address
    name = keywords(f"{address.first_name} {address.last_name}").split() if address else []
    return len(name) >= MIN_NAME and f" {' '.join(name)} " in said
