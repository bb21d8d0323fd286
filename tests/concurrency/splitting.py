"""Scenario: two staff split two transfers at once, each between two late orders that need the other's goods, crosswise.

Variants: one_by_one; at_once, the control, in which a split settles its orders in one transaction; crash, in which
whoever splits dies between the line and its orders.
"""

import os
from collections.abc import Callable
from typing import Any

from tests.concurrency.together import FORK, WAIT_S

MEETING = FORK.Barrier(2)  # both have settled their first order, neither its second


def prepare(variant: str) -> dict[str, Any]:
    """Make four orders of two products that have expired, and two transfers for two of them each."""
    from django.conf import settings
    from django.utils import timezone

    from shop.core.actors import SYSTEM
    from shop.payment import expiring
    from shop.payment.bank.services import sepay
    from shop.payment.bank.storing import store
    from shop.payment.models import BankAccount, BankLine, Payment
    from shop.payment.providers import provider
    from tests.factories import make_home, make_product
    from tests.shop import make_market, make_order, make_purchase
    from tests.transfers import KEY, bank_payment, make_account, told

    settings.BANK_WEBHOOK_API_KEY = KEY
    make_home()
    make_market()
    BankAccount.objects.first() or make_account()
    way = provider("bank")
    products = [make_product(stock=9), make_product(stock=9)]
    orders = []
    for product in (0, 1, 1, 0):
        order = make_order(products[product], purchase=make_purchase(method="bank"))
        way.begin(bank_payment(order))
        Payment.objects.filter(order=order).update(deadline=timezone.now())
        expiring.expire(order_id=order.pk, by=SYSTEM)
        orders.append(order)
    lines = []
    for one, other in (orders[:2], orders[2:]):
        message = told(
            memo="ung ho", amount=one.total_incl_tax + other.total_incl_tax, reference=f"S{one.pk}"
        )
        lines += store(sepay.transactions(message), source=BankLine.Source.WEBHOOK).lines
    return {
        "variant": variant,
        "lines": [line.pk for line in lines],
        "orders": [order.pk for order in orders],
    }


def act(number: int, facts: dict[str, Any], at_once: Callable[[], None]) -> str:
    """Split a line between two orders, the second once the other split has settled its first."""
    from django.db import connections

    from shop.order.models import Order
    from shop.payment import settling

    settle, dies = settling.settle, facts["variant"] == "crash"
    firsts = [] if _comes_alone(facts["variant"]) else [MEETING]
    mine = Order.objects.filter(pk__in=facts["orders"][2 * number : 2 * number + 2])
    sums = {order.number: order.total_incl_tax for order in mine}

    def in_step(**asked: Any) -> Any:
        settled = settle(**asked)
        if dies:
            os._exit(1)
        if firsts:
            firsts.pop().wait(WAIT_S)
        return settled

    settling.settle = in_step
    at_once()
    if not dies:
        return _split(facts["lines"][number], sums, in_one=facts["variant"] == "at_once")
    connections.close_all()
    if (child := os.fork()) == 0:
        _split(facts["lines"][number], sums)
        os._exit(0)
    return f"died {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}"


def _comes_alone(variant: str) -> bool:
    """Tell whether one transaction holds SQLite's one write lock from a split's first order to its last."""
    from django.db import connection

    return variant == "at_once" and connection.vendor == "sqlite"


def _split(line: int, sums: dict[str, Any], *, in_one: bool = False) -> str:
    """Split a line; in_one: as a control, with its orders in one transaction."""
    from contextlib import nullcontext

    from django.db import OperationalError, transaction

    from shop.core.actors import Actor
    from shop.payment import settling
    from shop.payment.bank import manual_matching, matching
    from shop.payment.providers.base import PaymentReport

    def settle(parts: Any, *, by: Any) -> int:
        for part in parts:
            report = PaymentReport(incoming=(matching.incoming(part),), open=True)
            settling.settle(payment_id=part.payment_id, report=report, by=by)
        return len(parts)

    if in_one:
        manual_matching.settle_parts = settle
    try:
        with transaction.atomic() if in_one else nullcontext():
            manual_matching.split(line_id=line, sums=sums, by=Actor(name="Hoa"))
    except OperationalError:
        return "deadlock"
    return "split"


def outcome(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what is booked, before the timer comes and after."""
    from shop.payment.bank import jobs

    return {"at_once": _booked(facts), "job": jobs.match_new(), "in_the_end": _booked(facts)}


def _booked(facts: dict[str, Any]) -> list[Any]:
    from shop.order.models import Order
    from shop.payment.models import BankLine, Receipt

    orders = Order.objects.filter(pk__in=facts["orders"])
    return [
        Receipt.objects.filter(payment__order__in=orders).count(),
        sorted(orders.values_list("status", flat=True)),
        sorted(BankLine.objects.filter(pk__in=facts["lines"]).values_list("state", flat=True)),
    ]
