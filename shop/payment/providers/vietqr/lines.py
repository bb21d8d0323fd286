"""One line of a bank account, whoever told us: a notification or a statement."""

import hashlib
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

MAX_KEY = 120  # Inbox.key and Receipt.reference
SPREADSHEET_NUMBER = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)


@dataclass(frozen=True)
class BankLine:
    """Money in (amount above zero) or out (below), in whole đồng.

    `reference` is the bank's own id of the transaction: the same in its notification and in its
    statement, which is how a line told twice is one line.
    """

    account: str
    reference: str
    amount: Decimal
    memo: str = ""
    at: datetime | None = None

    @property
    def key(self) -> str:
        """Return the id under which the line is kept: account and reference, as one writes them differently."""
        key = f"{plain(self.account)}:{plain(self.reference)}"
        return key if len(key) <= MAX_KEY else hashlib.sha256(key.encode()).hexdigest()

    def to_body(self) -> dict[str, Any]:
        """Return the line as JSON can hold it."""
        return asdict(self) | {
            "amount": f"{self.amount:.0f}",
            "at": self.at.isoformat() if self.at else "",
        }

    @classmethod
    def from_body(cls, body: dict[str, Any]) -> "BankLine":
        """Return the line that `to_body` wrote."""
        return cls(
            account=body["account"],
            reference=body["reference"],
            amount=Decimal(body["amount"]),
            memo=body["memo"],
            at=datetime.fromisoformat(body["at"]) if body["at"] else None,
        )


def plain(text: str) -> str:
    """Return an account number or a reference without blanks and signs, in capitals."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def likeness(body: dict[str, Any]) -> tuple[str, str, str]:
    """Return what two tellings of one transfer have in common: sum, memo, day; the memo by its digest."""
    return body["amount"], body.get("digest") or _digest(body["memo"]), body["at"][:10]


def forget_memo(body: dict[str, Any]) -> dict[str, Any]:
    """Return a stored line without its memo, which names people; what it is like can still be told."""
    return body | {"digest": likeness(body)[1], "memo": ""}


def _digest(memo: str) -> str:
    return hashlib.sha256(plain(memo).encode()).hexdigest()


def is_mangled(reference: str) -> bool:
    """Tell whether a spreadsheet has turned the id into a number and lost its end: 1.23457E+14."""
    return bool(SPREADSHEET_NUMBER.fullmatch(reference.strip()))
