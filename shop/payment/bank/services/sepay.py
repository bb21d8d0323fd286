"""SePay: JSON by webhook, with an API key or signed by HMAC; the same transactions can be asked for.

Source: developer.sepay.vn, "SePay webhooks" and "SePay API v2", November 2026. `code` is what SePay takes for the
payment code in the memo, `subAccount` (`va` in the API) the virtual account the money came into.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from catalogue.ids import is_number
from shop.payment.bank.services import NotATransaction
from shop.payment.bank.services.fields import MAX_MEMO, thing, when, whole_dong, word
from shop.payment.bank.services.proof import same
from shop.payment.bank.transactions import IN, OUT, BankTransaction

PREFIX = "Apikey "
SIGNATURES = ("X-SePay-Signature", "X-Signature")
TIMESTAMP = "X-SePay-Timestamp"
OWN_ID = "SEPAY"  # before the sender's own number, where the bank's is missing
MAX_SKEW_S = 300


def is_configured() -> bool:
    """Return whether the webhook is set up."""
    return bool(settings.BANK_WEBHOOK_API_KEY or settings.BANK_WEBHOOK_SECRET)


def is_trusted(headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether the sender knows the key or signed the body; compared in constant time."""
    key, secret = settings.BANK_WEBHOOK_API_KEY, settings.BANK_WEBHOOK_SECRET
    said = headers.get("Authorization", "")
    if key and said.startswith(PREFIX):
        return same(said.removeprefix(PREFIX).strip(), key)
    signature = next((headers[name] for name in SIGNATURES if name in headers), "")
    if not (secret and signature):
        return False
    return _is_signed(signature, secret, body, headers.get(TIMESTAMP, ""))


def transactions(message: object) -> list[BankTransaction]:
    """Return the transaction in SePay's notification. Raises NotATransaction."""
    body = thing(message)
    direction = word(body, "transferType").lower()
    if direction not in {IN, OUT}:
        raise NotATransaction("transferType is neither in nor out")
    amount = whole_dong(body.get("transferAmount"))
    if amount < 0:
        raise NotATransaction("transferAmount is below zero")
    return [
        _transaction(
            body,
            direction=direction,
            amount=amount,
            account=word(body, "accountNumber"),
            reference=word(body, "referenceCode"),
            memo=word(body, "content", "description"),
            **when(body, "transactionDate"),
            virtual=word(body, "subAccount"),
        )
    ]


def listed(item: object) -> BankTransaction:
    """Return one transaction of the API's list. Raises NotATransaction."""
    row = thing(item)
    amounts = {IN: row.get("amount_in"), OUT: row.get("amount_out")}
    direction = word(row, "transfer_type").lower() or (IN if word(row, "amount_in") not in {"", "0"} else OUT)
    if direction not in amounts:
        raise NotATransaction("transfer_type is neither in nor out")
    return _transaction(
        row,
        direction=direction,
        amount=abs(whole_dong(amounts[direction])),
        account=word(row, "account_number"),
        reference=word(row, "reference_number"),
        memo=word(row, "transaction_content"),
        **when(row, "transaction_date"),
        virtual=word(row, "va"),
    )


def _transaction(body: dict[str, Any], *, account: str, virtual: str, **fields: Any) -> BankTransaction:
    own = word(body, "id")
    if not account or not (fields["reference"] or own):
        raise NotATransaction("an account and the bank's or SePay's id are needed")
    fields["memo"] = fields["memo"][:MAX_MEMO]
    return BankTransaction(
        account=account,
        code=word(body, "code"),
        service_id=f"{OWN_ID}{own}".upper() if own else "",
        virtual_accounts=(virtual,) if virtual else (),
        **fields,
    )


def _is_signed(signature: str, secret: str, body: bytes, timestamp: str) -> bool:
    """Check the HMAC of the body, or of "timestamp.body" where the sender names its time."""
    if timestamp and not (is_number(timestamp) and abs(time.time() - int(timestamp)) <= MAX_SKEW_S):
        return False
    signed = f"{timestamp}.".encode() + body if timestamp else body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return same(signature.strip().lower().removeprefix("sha256="), expected)
