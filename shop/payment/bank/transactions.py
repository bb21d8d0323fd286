"""What a bank, a notification service or a statement says of one transaction."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from shop.payment.bank.memo import digest

MAX_KEY = 120  # BankLine.key and Receipt.reference
SPREADSHEET_NUMBER = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)
SHORT = re.compile(r"\d{1,6}")  # numbers that a bank counts anew each day
IN, OUT = "in", "out"
SERVICES = ("SEPAY", "CASSO", "PAYOS")  # before their own numbers


@dataclass(frozen=True)
class BankTransaction:
    """Money in or out of an account, in whole đồng above zero; nothing of it is stored yet.

    `reference` is the bank's own id of the transaction as this source writes it, "" where it gives none; `code` is
    an order's code that stands apart from the memo.
    """

    account: str
    direction: str  # "in" or "out"
    amount: Decimal
    reference: str = ""
    memo: str = ""
    at: datetime | None = None
    code: str = ""
    name: str = ""  # the other side's
    payer_account: str = ""
    balance: str = ""  # after it, as written; tells transactions without an id apart
    other_references: tuple[str, ...] = ()
    virtual_accounts: tuple[str, ...] = ()  # under which the money came into the account
    service_id: str = ""  # the notification service's own number, with its name before
    ordinal: int = 0  # among rows of one statement that nothing tells apart, or nothing but the balance
    # Another row of its statement has its number and sum, but other words or balance.
    shares_number: bool = False
    impossible_day: bool = False  # the source named a day that cannot be: `at` is None

    @property
    def booked_on(self) -> date | None:
        """Return the day, on the shop's calendar."""
        return timezone.localdate(self.at) if self.at else None

    @property
    def own_id(self) -> str:
        """Return the service's number where it has one for each transaction; payOS numbers what was to be paid."""
        return "" if service_of(self.service_id) == "PAYOS" else self.service_id[:120]

    @property
    def words_digest(self) -> str:
        """Return what tells rows apart that share a number and a sum: the memo, and the order's code beside it."""
        return digest(f"{self.memo} {self.code}")

    @property
    def key(self) -> str:
        """Return the id under which the line is kept: account and reference, as one writes them differently.

        Money in keeps the form of earlier releases. Short numbers begin anew each day; without any number the
        transaction itself makes one.
        """
        tail = plain(self.reference) or self.service_id
        if SHORT.fullmatch(tail) and self.booked_on:
            tail = f"{self.booked_on:%Y%m%d}-{tail}"
        key = f"{plain(self.account)}:{tail or 'X' + self._digest()}"
        if self.direction == OUT:
            key += ":out"
        return key if len(key) <= MAX_KEY else hashlib.sha256(key.encode()).hexdigest()

    def _digest(self) -> str:
        parts: tuple[Any, ...] = (
            self.direction,
            f"{self.amount:.0f}",
            self.at,
            plain(self.memo),
            plain(self.balance),
        )
        return hashlib.sha256(repr((*map(str, parts), self.ordinal)).encode()).hexdigest()[:24].upper()


def plain(text: str) -> str:
    """Return an account number or a reference without blanks and signs, in capitals."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def service_of(number: str) -> str:
    """Return the name of the service whose own number this is; "" for a bank's."""
    return next((name for name in SERVICES if number.startswith(name)), "")


def is_mangled(reference: str) -> bool:
    """Return whether a spreadsheet has turned the id into a number and lost its end: 1.23457E+14."""
    return bool(SPREADSHEET_NUMBER.fullmatch(reference.strip()))
