"""What the order page shows while a transfer is awaited."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shop.payment.bank import memo
from shop.payment.models import BankTransfer, Payment
from shop.payment.providers.base import PaymentUnavailable
from shop.payment.providers.vietqr import picture
from shop.payment.providers.vietqr.account import transfer
from shop.payment.providers.vietqr.payload import payload

TEMPLATE = "shop/order/vietqr.html"


def panel(payment: Payment) -> dict[str, Any]:
    """Return the code for what is still missing, and the same in words; {} when no account is left to pay into."""
    asked = asked_into(payment)
    if asked is None:
        return {}
    return {
        "template": TEMPLATE,
        "svg": picture.svg(text(payment, asked), title=_("Mã VietQR")),
        "account": asked.account,
        "amount": payment.missing,
        "memo": memo.build(payment.order.number),
        "payment": payment,
        "order": payment.order,
        "now": timezone.now(),
    }


def asked_into(payment: Payment) -> BankTransfer | None:
    """Return the account to pay what is missing into; None when nothing is, or no account is left."""
    try:
        return transfer(payment) if payment.missing else None
    except PaymentUnavailable:
        return None


def text(payment: Payment, asked: BankTransfer) -> str:
    """Return what the code says: account, what is missing, memo."""
    return payload(
        bank=asked.account.bank,
        account=asked.account.number,
        amount=payment.missing,
        memo=memo.build(payment.order.number),
    )
