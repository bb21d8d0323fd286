"""Scenario: one line of the bank comes by notification and by statement, or two staff take it up, at once.

Variants: same_line, two_numbers (the statement has a number of its own), two_staff.
"""

from collections.abc import Callable
from typing import Any


def prepare(variant: str) -> dict[str, Any]:
    """Make two waiting orders, and the line as the bank tells it."""
    from django.conf import settings

    from shop.core.actors import SYSTEM
    from shop.payment.bank import importing
    from shop.payment.bank.services import sepay
    from shop.payment.bank.statement import files
    from shop.payment.bank.storing import store
    from shop.payment.models import BankAccount, BankLine
    from tests.factories import make_home
    from tests.shop import make_market
    from tests.transfers import KEY, make_account, make_waiting, told

    settings.BANK_WEBHOOK_API_KEY = KEY
    make_home()
    make_market()
    account = BankAccount.objects.first() or make_account()
    order, other = make_waiting(), make_waiting()
    memo = "ung ho" if variant == "two_staff" else order.number
    message = told(memo=memo, amount=order.total_incl_tax, reference=f"FT{order.pk}", id=order.pk)
    facts: dict[str, Any] = {
        "variant": variant,
        "message": message,
        "orders": [order.pk, other.pk],
        "sheets": [],
    }
    if variant == "two_staff":
        (line,) = store(sepay.transactions(message), source=BankLine.Source.WEBHOOK).lines
        return facts | {"line": line.pk}
    reference = f"ft {order.pk}" if variant == "same_line" else f"5243.{order.pk}"
    text = f"Số tham chiếu,Nội dung,Ghi có\n{reference},{order.number},{order.total_incl_tax:.0f}\n"
    rows = files.from_csv(text)
    for _ in range(4):
        sheet = importing.upload(account=account, name="x.csv", rows=rows, by=SYSTEM)
        facts["sheets"].append(sheet.pk)
    return facts


def act(number: int, facts: dict[str, Any], at_once: Callable[[], None]) -> str:
    """Tell of the line, or take it up."""
    from shop.core.actors import SYSTEM, Actor
    from shop.order.models import Order
    from shop.payment.bank import importing, manual_matching
    from tests.transfers import post

    by = Actor(name=f"Hoa {number}")
    codes = list(Order.objects.filter(pk__in=facts["orders"]).order_by("pk").values_list("number", flat=True))
    at_once()
    if facts["variant"] != "two_staff":
        if number % 2:
            return str(post(facts["message"]).status_code)
        importing.confirm(sheet_id=facts["sheets"][number // 2], by=SYSTEM)
        return "confirmed"
    try:
        if number % 3 == 2:
            manual_matching.set_aside(line_id=facts["line"], reason="x", by=by)
        else:
            manual_matching.assign(line_id=facts["line"], number=codes[number % 3], by=by)
    except manual_matching.CannotMatch:
        return "too late"
    return "done"


def outcome(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what is booked."""
    from shop.order.models import Order, OrderMail
    from shop.payment.models import BankLine, Payment, Receipt

    payments = Payment.objects.filter(order__in=facts["orders"]).order_by("pk")
    return {
        "receipts": Receipt.objects.filter(payment__in=payments).count(),
        "lines": BankLine.objects.filter(key__iendswith=str(facts["orders"][0])).count(),
        "waiting": list(
            BankLine.objects.filter(state="waiting", same_as__payment__in=payments).values_list(
                "reason", flat=True
            )
        ),
        "states": [payment.state for payment in payments],
        "orders": [order.status for order in Order.objects.filter(pk__in=facts["orders"]).order_by("pk")],
        "mails": OrderMail.objects.filter(order__in=facts["orders"], kind="paid").count(),
    }
