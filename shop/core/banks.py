"""The banks of Vietnam by their BIN, from npm vietnam-qr-pay 1.5.1 (MIT, see data/).

The list is general knowledge of November 2026; before an account goes live, pay 1,000 đồng by its QR.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from catalogue.folding import strip_marks

ACCOUNT_NUMBER = RegexValidator(r"\A[0-9A-Z]{4,19}\Z", _("Từ 4 đến 19 chữ số hoặc chữ cái."))
SOURCE = Path(__file__).parent / "data" / "banks.json"


@dataclass(frozen=True)
class Bank:
    """One bank; `vietqr` says whether it can be paid by a VietQR code."""

    bin: str
    code: str
    name: str
    full_name: str
    vietqr: bool


@cache
def banks() -> dict[str, Bank]:
    """Return all banks by BIN, six digits."""
    rows = json.loads(SOURCE.read_text(encoding="utf-8"))
    return {row["bin"]: Bank(**row) for row in rows}


def account_number(typed: str) -> str:
    """Return an account number as banks write it: no blanks, capitals."""
    return "".join(typed.split()).upper()


def holder(typed: str) -> str:
    """Return a holder's name as banks write it: capitals without marks."""
    return " ".join(strip_marks(typed).upper().split())


def choices() -> list[tuple[str, str]]:
    """Return the banks that can be paid by VietQR, for a form, by name."""
    found = [bank for bank in banks().values() if bank.vietqr]
    return [(bank.bin, f"{bank.name} ({bank.bin})") for bank in sorted(found, key=lambda bank: bank.name)]
