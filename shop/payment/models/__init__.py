"""Payments, what came in, refunds, and notices from providers and banks.

Oscar's own payment tables stay, unused (the star import at the end).
"""

from shop.payment.models.bank import BankAccount, BankStatement, BankTransfer, RefundAccount
from shop.payment.models.bank_line import BankLine, BankLinePart
from shop.payment.models.bank_poll import BankPoll
from shop.payment.models.breaker import ProviderBreaker
from shop.payment.models.doubt import Doubt
from shop.payment.models.inbox import Inbox
from shop.payment.models.payment import Payment
from shop.payment.models.receipt import Receipt
from shop.payment.models.refund import Refund
from shop.payment.models.refund_approval import RefundApproval
from shop.payment.models.stripe_transaction import StripeTransaction

__all__ = [
    "BankAccount",
    "BankLine",
    "BankLinePart",
    "BankPoll",
    "BankStatement",
    "BankTransfer",
    "Doubt",
    "Inbox",
    "Payment",
    "ProviderBreaker",
    "Receipt",
    "Refund",
    "RefundAccount",
    "RefundApproval",
    "StripeTransaction",
]

from oscar.apps.payment.models import *
