"""Payments, what came in, what goes back, and what the outside world told us.

Oscar's own payment tables stay, unused (the star import at the end).
"""

from shop.payment.models.bank import BankAccount, BankStatement, BankTransfer, RefundAccount
from shop.payment.models.inbox import Inbox
from shop.payment.models.payment import Payment
from shop.payment.models.receipt import Receipt
from shop.payment.models.refund import Refund

__all__ = [
    "BankAccount",
    "BankStatement",
    "BankTransfer",
    "Inbox",
    "Payment",
    "Receipt",
    "Refund",
    "RefundAccount",
]

from oscar.apps.payment.models import *  # noqa: F403
