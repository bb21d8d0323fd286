"""Bank transfers for tests: an account, an order that waits for one, and the bank's word that it came."""

import json
from decimal import Decimal
from itertools import count
from typing import Any

from django.test import Client
from django.urls import reverse

from shop.order.models import Order
from shop.payment.models import BankAccount, Inbox, Payment
from shop.payment.providers import provider
from tests.factories import make_product
from tests.shop import make_order, make_purchase

VIETQR = "shop.payment.providers.vietqr.provider.VietQR"
COD = "shop.payment.providers.cash_on_delivery.CashOnDelivery"
NUMBER = "0123456789"
KEY = "khoa-cua-ngan-hang"
_reference = count(1)


def make_account(**fields: Any) -> BankAccount:
    """Return an active account of the hub."""
    defaults = {"bank": "970436", "number": NUMBER, "holder": "CHO BAC NINH", "is_default": True}
    return BankAccount.objects.create(**{**defaults, **fields})


def make_waiting(*, stock: int = 5, quantity: int = 1, price: int = 100_000) -> Order:
    """Return an order that waits for a transfer; its QR has been shown."""
    product = make_product(stock=stock, price=price)
    order = make_order(product, quantity=quantity, purchase=make_purchase(method="bank"))
    way = provider("bank")
    assert way is not None
    assert way.begin(bank_payment(order)) == ""
    return order


def bank_payment(order: Order) -> Payment:
    """Return the order's only payment, read anew."""
    return order.payments.get(method="bank")


def make_notice(reference: str, *, amount: str = "50000", memo: str = "ung ho", **fields: Any) -> Inbox:
    """Write a bank line into the inbox, as the release before `BankLine` did."""
    row = {key: fields.pop(key) for key in ("payment", "error", "done_at") if key in fields}
    body = {
        "account": NUMBER,
        "reference": reference,
        "amount": amount,
        "memo": memo,
        "at": "2026-11-22T09:00:00+07:00",
        "via": "webhook",
    }
    return Inbox.objects.create(kind="bank", key=f"{NUMBER}:{reference}", body=body | fields, **row)


def told(*, memo: str, amount: int | Decimal, reference: str = "", **fields: Any) -> dict[str, Any]:
    """Return what the service posts about money that came."""
    number = next(_reference)
    return {
        "id": number,
        "gateway": "Vietcombank",
        "transactionDate": "2026-11-22 09:00:00",
        "accountNumber": NUMBER,
        "code": None,
        "content": memo,
        "transferType": "in",
        "transferAmount": int(amount),
        "accumulated": 19_077_000,
        "subAccount": None,
        "referenceCode": reference or f"FT{number:08d}",
        "description": "",
        **fields,
    }


def post(message: Any, *, key: str = KEY, client: Client | None = None, **headers: Any) -> Any:
    """Post a notification as the service does."""
    return (client or Client()).post(
        reverse("payment:bank-webhook"),
        json.dumps(message) if not isinstance(message, bytes) else message,
        content_type="application/json",
        headers={"Authorization": f"Apikey {key}", **headers},
    )


def pay(order: Order, amount: int | None = None, **fields: Any) -> dict[str, Any]:
    """Let money for an order come, all of it without a word; return the notification."""
    message = told(memo=order.number, amount=order.total_incl_tax if amount is None else amount, **fields)
    assert post(message).status_code == 200
    return message
