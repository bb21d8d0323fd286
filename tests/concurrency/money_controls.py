"""Two races for money, and what comes of each when the guard is off: the locks neither wait nor read again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shop.core import locking
from shop.core.actors import SYSTEM
from shop.order.models import Order, OrderLog, Parcel
from shop.payment import expiring, settling
from shop.payment.models import Payment, Receipt
from shop.payment.providers.base import Incoming, PaymentReport
from tests.concurrency.buyers import has_paid
from tests.concurrency.money_races import TIMES, end, overdue_transfer
from tests.concurrency.together import together


@contextmanager
def no_locks(*orders: Order) -> Iterator[None]:
    """Let every process forked inside trust the rows as they are now."""
    seen = {order.pk: Order.objects.get(pk=order.pk) for order in orders}
    payments = {pk: list(Payment.objects.filter(order=pk).order_by("pk")) for pk in seen}
    parcels = {pk: list(Parcel.objects.filter(order=pk).prefetch_related("lines")) for pk in seen}
    guards = locking.order, locking.payments, locking.parcels
    locking.order = seen.__getitem__  # type: ignore[assignment]
    locking.payments = lambda of: payments[of.pk]
    locking.parcels = lambda of: parcels[of.pk]
    try:
        yield
    finally:
        locking.order, locking.payments, locking.parcels = guards


def eight_looks() -> dict[str, Any]:
    """Eight ask the provider about one payment and settle what it says."""
    return _look(has_paid().order)


def eight_looks_without_locks() -> dict[str, Any]:
    """The control: all eight find the order waiting."""
    order = has_paid().order
    with no_locks(order):
        return _look(order)


def _look(order: Order) -> dict[str, Any]:
    payment = order.payments.get()

    def act(_number: int) -> str:
        return settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM).state

    answers = together(act, list(range(8)))
    return {
        "answers": answers,
        "placed": order.status_changes.filter(new_status="Placed").count(),
        "receipts": Receipt.objects.filter(payment=payment).count(),
        "log": OrderLog.objects.filter(order=order, verb="pay").count(),
    }


def transfer_against_expiry() -> dict[str, Any]:
    """The timer lets orders go while their transfers arrive."""
    return _arrive([overdue_transfer() for _ in range(TIMES)])


def transfer_against_expiry_without_locks() -> dict[str, Any]:
    """The control: timer and bank both find the orders waiting."""
    late = [overdue_transfer() for _ in range(TIMES)]
    with no_locks(*late):
        return _arrive(late)


def _arrive(late: list[Order]) -> dict[str, Any]:
    def act(job: tuple[str, Order]) -> str:
        verb, order = job
        if verb == "expire":
            return f"expired {expiring.expire(order_id=order.pk)}"
        payment = order.payments.get()
        report = PaymentReport(incoming=(Incoming("bank", f"late-{payment.pk}", payment.amount),))
        return str(settling.settle(payment_id=payment.pk, report=report, by=SYSTEM).state)

    answers = together(act, [(verb, order) for order in late for verb in ("expire", "settle")])
    return {
        "ends": [end(order.pk) for order in late],
        "deadlocks": sum("deadlock" in answer for answer in answers),
    }


CONTROLS = [
    eight_looks,
    eight_looks_without_locks,
    transfer_against_expiry,
    transfer_against_expiry_without_locks,
]
