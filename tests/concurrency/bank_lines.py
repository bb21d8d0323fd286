"""Scenario: one line of the bank comes by notification and by statement, or two staff take it up, at once.

Variants: same_line, two_staff.
"""

from collections.abc import Callable
from typing import Any


def prepare(variant: str) -> dict[str, Any]:
    """Make two waiting orders, and the line as the bank tells it."""
    from django.conf import settings

    from shop.payment.models import BankAccount
    from shop.payment.providers.vietqr import importing, sepay, statement
    from shop.payment.providers.vietqr.matching import store
    from tests.factories import make_home
    from tests.shop import make_market
    from tests.transfers import KEY, make_account, make_waiting, told

    settings.BANK_WEBHOOK_API_KEY = KEY
    make_home()
    make_market()
    account = BankAccount.objects.first() or make_account()
    order, other = make_waiting(), make_waiting()
    memo = order.number if variant == "same_line" else "ung ho"
    message = told(memo=memo, amount=order.total_incl_tax, reference=f"FT{order.pk}")
    facts = {"variant": variant, "message": message, "orders": [order.pk, other.pk], "sheets": []}
    if variant == "two_staff":
        row = store(sepay.line(message), via="webhook")
        return facts | {"line": row.pk if row else 0}
    text = f"Số tham chiếu,Nội dung,Ghi có\nft {order.pk},{order.number},{order.total_incl_tax:.0f}\n"
    rows = statement.table(text)
    for _ in range(4):
        sheet = importing.hand_in(account=account, name="x.csv", text=text, rows=rows, by=None)
        facts["sheets"].append(sheet.pk)
    return facts


def act(number: int, facts: dict[str, Any], at_once: Callable[[], None]) -> str:
    """Tell of the line, or take it up."""
    from shop.order.audit import Actor
    from shop.order.models import Order
    from shop.payment.providers.vietqr import by_hand, importing
    from tests.transfers import post

    by = Actor(name=f"Hoa {number}")
    codes = list(Order.objects.filter(pk__in=facts["orders"]).order_by("pk").values_list("number", flat=True))
    at_once()
    if facts["variant"] == "same_line":
        if number % 2:
            return str(post(facts["message"]).status_code)
        importing.confirm(sheet_id=facts["sheets"][number // 2], by=None)
        return "confirmed"
    try:
        if number % 3 == 2:
            by_hand.not_ours(line_id=facts["line"], reason="x", by=by)
        else:
            by_hand.assign(line_id=facts["line"], number=codes[number % 3], by=by)
    except by_hand.NotNow:
        return "too late"
    return "done"


def outcome(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what is booked."""
    from shop.order.models import Order, OrderMail
    from shop.payment.models import Inbox, Payment, Receipt

    payments = Payment.objects.filter(order__in=facts["orders"]).order_by("pk")
    return {
        "receipts": Receipt.objects.filter(payment__in=payments).count(),
        "lines": Inbox.objects.filter(body__reference__iendswith=str(facts["orders"][0])).count(),
        "states": [payment.state for payment in payments],
        "orders": [order.status for order in Order.objects.filter(pk__in=facts["orders"]).order_by("pk")],
        "mails": OrderMail.objects.filter(order__in=facts["orders"], kind="paid").count(),
    }
