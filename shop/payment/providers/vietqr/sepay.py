"""What SePay and services like it post when money moves: who may say so, and what they say.

Source: developer.sepay.vn, "Webhooks" and "Authentication", November 2026.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings

from catalogue.numbers import is_number
from shop.payment.providers.vietqr.amounts import moment
from shop.payment.providers.vietqr.lines import BankLine

PREFIX = "Apikey "
SIGNATURES = ("X-SePay-Signature", "X-Signature")
TIMESTAMP = "X-SePay-Timestamp"
OWN_ID = "SEPAY"  # before the sender's own number, where the bank's is missing
MAX_SKEW_S = 300
MAX_MEMO = 500


class NotALine(ValueError):  # noqa: N818 - says what it is
    """The message is no transaction we understand."""


def is_configured() -> bool:
    """Return whether anybody may tell us of money at all."""
    return bool(settings.BANK_WEBHOOK_API_KEY or settings.BANK_WEBHOOK_SECRET)


def is_trusted(headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether the sender knows the key or signed the body; compared in constant time."""
    key, secret = settings.BANK_WEBHOOK_API_KEY, settings.BANK_WEBHOOK_SECRET
    said = headers.get("Authorization", "")
    if key and said.startswith(PREFIX):
        return hmac.compare_digest(said.removeprefix(PREFIX).strip().encode(), key.encode())
    signature = next((headers[name] for name in SIGNATURES if name in headers), "")
    if not (secret and signature):
        return False
    return _is_signed(signature, secret, body, headers.get(TIMESTAMP, ""))


def line(message: Any) -> BankLine:
    """Return the line in SePay's JSON.

    Raises:
        NotALine: something is missing or makes no sense.
    """
    if not isinstance(message, dict):
        raise NotALine("no object")
    account = _word(message, "accountNumber")
    reference = _word(message, "referenceCode") or _own_id(message)
    if not account or not reference:
        raise NotALine("accountNumber and referenceCode or id are needed")
    sign = {"in": 1, "out": -1}.get(_word(message, "transferType").lower())
    if sign is None:
        raise NotALine("transferType is neither in nor out")
    return BankLine(
        account=account,
        reference=reference,
        amount=sign * _amount(message.get("transferAmount")),
        memo=(_word(message, "content") or _word(message, "description"))[:MAX_MEMO],
        at=moment(_word(message, "transactionDate")),
    )


def _is_signed(signature: str, secret: str, body: bytes, timestamp: str) -> bool:
    """Check the HMAC of the body, or of "timestamp.body" where the sender names its time."""
    if timestamp and not (is_number(timestamp) and abs(time.time() - int(timestamp)) <= MAX_SKEW_S):
        return False
    signed = f"{timestamp}.".encode() + body if timestamp else body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    said = signature.strip().lower().removeprefix("sha256=")
    return hmac.compare_digest(said.encode(), expected.encode())


def _word(message: dict[str, Any], name: str) -> str:
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return _storable(str(value)).strip()


def _storable(text: str) -> str:
    """Return the text without what PostgreSQL's jsonb refuses: NUL, and half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def _own_id(message: dict[str, Any]) -> str:
    """Return the sender's id where the bank gave none: such a line is not known by its statement again."""
    own = _word(message, "id")
    return f"{OWN_ID}{own}" if own else ""


def _amount(value: Any) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise NotALine("transferAmount is no number") from error
    if not amount.is_finite() or amount <= 0 or amount != amount.to_integral_value() or amount >= 10**12:
        raise NotALine("transferAmount is no sum in whole đồng")
    return amount.quantize(Decimal(1))
