"""Scenario: a timer takes a long statement and is killed half-way, twice; the next goes on where it stood.

Variants: none.
"""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

ROWS, PAID = 600, 5  # every so many-th row names an order


def prepare(variant: str) -> dict[str, Any]:
    """Make orders that wait, and a statement that pays them among much else."""
    from django.utils import timezone

    from shop.core.actors import SYSTEM
    from shop.payment.bank import importing
    from shop.payment.models import BankStatement
    from tests.factories import make_home
    from tests.shop import make_market
    from tests.transfers import make_account, make_waiting

    make_home()
    make_market()
    account = make_account()
    orders = [make_waiting(stock=9) for _ in range(PAID)]
    rows = [["Ngày", "Số tham chiếu", "Nội dung", "Ghi nợ", "Ghi có"]]
    for number in range(ROWS):
        order = orders[number // (ROWS // PAID)]
        is_paid = number % (ROWS // PAID) == ROWS // PAID // 2
        memo, amount = (order.number, order.total_incl_tax) if is_paid else ("ung ho", 1_000 + number)
        rows.append(["30/11/2026", f"FT{number:07d}", memo, "", f"{amount:.0f}"])
    sheet = importing.upload(account=account, name="x", rows=rows, by=SYSTEM)
    BankStatement.objects.filter(pk=sheet.pk).update(queued_at=timezone.now(), total=ROWS)
    return {"sheet": sheet.pk, "orders": [order.pk for order in orders]}


def act(number: int, facts: dict[str, Any], at_once: Callable[[], None]) -> str:
    """Go on with the statement in a process that is killed, twice; then to its end."""
    from django.db import connections

    from shop.payment.models import BankLine

    at_once()
    killed = 0
    for until in (100, 300):
        connections.close_all()
        if (child := os.fork()) == 0:
            _go_on(facts["sheet"])
            os._exit(0)
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if BankLine.objects.count() >= until:
                os.kill(child, signal.SIGKILL)
                killed += os.waitpid(child, 0)[1] == signal.SIGKILL
                break
            time.sleep(0.002)
    _go_on(facts["sheet"])
    return f"killed {killed}"


def _go_on(sheet: int) -> None:
    """Take rows until all are taken; what a killed process held is let go in a moment."""
    from shop.payment.bank import importing

    for _ in range(500):
        if importing.run(sheet_id=sheet, seconds=60):
            return
        time.sleep(0.02)


def outcome(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what is stored and booked."""
    from shop.order.models import Order
    from shop.payment.models import BankLine, BankStatement, Receipt, Refund

    sheet = BankStatement.objects.get()
    return {
        "lines": BankLine.objects.count(),
        "receipts": Receipt.objects.count(),
        "refunds": Refund.objects.count(),
        "orders": sorted(set(Order.objects.values_list("status", flat=True))),
        "done": [bool(sheet.confirmed_at), sheet.taken, sheet.text],
    }
