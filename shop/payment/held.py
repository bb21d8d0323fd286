"""What each buyer and network holds unpaid just now, read in four queries (shop.payment.unpaid judges it)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Max, Q, QuerySet, Sum
from django.utils import timezone

from shop.order.models import Line, Order, OrderLog, OrderSubject, Parcel
from shop.payment.models import Payment
from shop.payment.providers import providers
from shop.payment.providers.base import PaymentProvider

RECENT = timedelta(hours=1)  # so long a cancelled order counts too: cancelling opens no new budget
TRIED = timedelta(days=1)  # so long who began to pay by card and did not has had the first, free try
PAID_AT_ONCE = timedelta(hours=1)  # a method that holds goods no longer than this
OPEN = (Order.Status.PENDING_PAYMENT, Order.Status.PLACED, Order.Status.PROCESSING)
ON_THE_SHELF = (Parcel.Status.NEW, Parcel.Status.ACCEPTED, Parcel.Status.PACKED)


@dataclass
class Held:
    """What a subject holds; `cash` in đồng, units by stock record.

    Of the orders by card or alike `at_once` are those that count, `tried` those of a whole day.
    """

    orders: int = 0
    at_once: int = 0
    tried: int = 0
    cash: Decimal = Decimal(0)
    units: dict[int, int] = field(default_factory=dict)


def is_paid_at_once(method: PaymentProvider) -> bool:
    """Return whether an order by this method is paid, or holds nothing more, within the hour."""
    now = timezone.now()
    deadline = method.deadline(now)
    return deadline is not None and deadline <= now + PAID_AT_ONCE


def freed_at(order: Order) -> datetime | None:
    """Return when the order last expired, and its goods were on sale again."""
    at: datetime | None = order.log.filter(verb=OrderLog.Verb.EXPIRE).aggregate(at=Max("at"))["at"]
    return at


def counting() -> QuerySet[OrderSubject]:
    """Return the subjects of orders that are not paid and may still count."""
    now = timezone.now()
    begun = Q(order__payments__method__in=_codes_at_once(), order__payments__created_at__gt=now - TRIED)
    counts = Q(order__status__in=OPEN) | Q(order__date_placed__gt=now - RECENT) | begun
    return OrderSubject.objects.filter(counts).exclude(order__payments__state=Payment.State.PAID).distinct()


def held(digests: Iterable[str], *, but: int | None) -> dict[str, Held]:
    """Read what each subject holds, without order `but`; four queries, however many subjects."""
    tried: dict[str, set[int]] = {digest: set() for digest in digests}
    counted: dict[str, set[int]] = {digest: set() for digest in digests}
    rows = counting().filter(digest__in=list(tried)).exclude(order=but)
    recent = timezone.now() - RECENT
    for digest, order_id, status, placed_at in rows.values_list(
        "digest", "order_id", "order__status", "order__date_placed"
    ):
        tried[digest].add(order_id)
        if status in OPEN or placed_at > recent:
            counted[digest].add(order_id)
    every = set().union(*tried.values())
    payments = list(
        Payment.objects.filter(order__in=every)
        .select_related("order")
        .only("method", "state", "amount", "received", "order__status")
    )
    cash, at_once, units = _cash(payments), _at_once(payments), _units(every)
    return {
        digest: Held(
            orders=len(keys),
            at_once=len(keys & at_once),
            tried=len(tried[digest] & at_once),
            cash=sum((cash.get(key, Decimal(0)) for key in keys), Decimal(0)),
            units=_sum(units.get(key, {}) for key in keys),
        )
        for digest, keys in counted.items()
    }


def _cash(payments: Iterable[Payment]) -> dict[int, Decimal]:
    """Return what is still to be collected at the door, by order."""
    codes = {method.code for method in providers().values() if method.collects_on_delivery}
    return {
        payment.order_id: payment.amount - payment.received
        for payment in payments
        if payment.method in codes and payment.state == Payment.State.PENDING and payment.order.status in OPEN
    }


def _at_once(payments: Iterable[Payment]) -> set[int]:
    """Return the orders for which a method was begun that holds their goods for minutes."""
    codes = _codes_at_once()
    return {payment.order_id for payment in payments if payment.method in codes}


def _codes_at_once() -> set[str]:
    return {method.code for method in providers().values() if is_paid_at_once(method)}


def _units(orders: set[int]) -> dict[int, dict[int, int]]:
    """Return the units that lie on the shelf for these orders, by order and stock record."""
    lines = Line.objects.filter(
        order__in=orders, order__status__in=OPEN, parcel__status__in=ON_THE_SHELF, stockrecord__isnull=False
    ).order_by()
    found: dict[int, dict[int, int]] = {}
    sums: Any = lines.values_list("order_id", "stockrecord_id").annotate(
        units=Sum(F("quantity") - F("called_off"))
    )
    for order_id, record, units in sums:
        found.setdefault(order_id, {})[record] = units
    return found


def _sum(counts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    total: dict[int, int] = {}
    for count in counts:
        for key, number in count.items():
            total[key] = total.get(key, 0) + number
    return total
