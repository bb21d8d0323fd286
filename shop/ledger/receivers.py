"""The receivers of the ledger: the table of senders and receivers stands in shop.payment.signals."""

from collections.abc import Sequence
from typing import Any

from shop.core.actors import SYSTEM
from shop.ledger import accounts, bank_lines, cash, posting
from shop.order.models import Parcel
from shop.payment import signals
from shop.payment.models import BankLine, Payment, Receipt, Refund, StripeTransaction


def connect() -> None:
    """Connect each signal once."""
    signals.money_received.connect(post_receipt, dispatch_uid="ledger")
    signals.payment_completed.connect(post_payment, dispatch_uid="ledger")
    signals.refund_completed.connect(post_refund, dispatch_uid="ledger")
    signals.refund_reversed.connect(post_reversed_refund, dispatch_uid="ledger")
    signals.provider_balance_moved.connect(post_balance, dispatch_uid="ledger")
    signals.provider_payout_arrived.connect(take_back_explanation, dispatch_uid="ledger")
    signals.money_out_recorded.connect(bank_lines.on_money_out, dispatch_uid="ledger")


def post_receipt(*, receipt: Receipt, **kwargs: Any) -> None:
    """Post a sum that came in."""
    posting.received(receipt)
    accounts.received(receipt)


def post_payment(*, payment: Payment, parcels: Sequence[Parcel], **kwargs: Any) -> None:
    """Post a payment that is complete."""
    posting.paid(payment, parcels)


def post_refund(*, refund: Refund, **kwargs: Any) -> None:
    """Post a refund that is done; cash that was not collected after all leaves its holder's hands."""
    posting.refunded(refund)
    accounts.refunded(refund)
    if refund.uncollected:
        cash.uncollect(refund, by=SYSTEM)


def post_reversed_refund(*, refund: Refund, **kwargs: Any) -> None:
    """Post a refund that failed after it was done; who gave it out of cash has that again."""
    posting.refund_reversed(refund)
    accounts.refund_reversed(refund)
    cash.take_back(refund, by=SYSTEM)


def post_balance(*, transactions: Sequence[StripeTransaction], **kwargs: Any) -> None:
    """Post what moved on the balance at Stripe."""
    accounts.stripe_moved(transactions)


def take_back_explanation(*, line: BankLine, **kwargs: Any) -> None:
    """Take back what staff said of a line that turns out to be a payout from a provider: that has its own entries."""
    accounts.take_back(line)
