"""Notification services: each says whether a message is its own, and what bank transactions are in it.

One file each. A service is a name in the address (`/payments/bank/webhook/<name>/`) and an object with what
`Service` asks for; what is not set up does not exist.
"""

from collections.abc import Mapping
from typing import Protocol

from shop.payment.bank.transactions import BankTransaction


class NotATransaction(ValueError):
    """The message holds no transaction we understand."""


class Service(Protocol):
    """What the webhook asks of a service's module."""

    def is_configured(self) -> bool:
        """Return whether its key or secret is set."""

    def is_trusted(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Return whether the sender has shown the key or signed the body; compared in constant time."""

    def transactions(self, message: object) -> list[BankTransaction]:
        """Return what is in the message, nothing for a test call. Raises NotATransaction."""
