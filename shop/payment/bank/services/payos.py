"""payOS: JSON by webhook, the signature of its data inside it.

Source: payos.vn/docs, and the signature as payOS's own Python library (payos 1.1.0) reckons it. Its `orderCode` is a
number of its own, no code of ours: the order is found by the memo.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from shop.payment.bank.services import NotATransaction
from shop.payment.bank.services.fields import MAX_MEMO, thing, when, whole_dong, word
from shop.payment.bank.services.proof import same
from shop.payment.bank.transactions import IN, BankTransaction

OWN_ID = "PAYOS"
GOOD = "00"
EMPTY = (None, "null", "undefined")
TRIED_WITH = "123"  # orderCode of the call with which payOS tries an address


def is_configured() -> bool:
    """Return whether the checksum key is set."""
    return bool(settings.BANK_PAYOS_KEY)


def is_trusted(_headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether the data of the message is signed with the checksum key; what cannot be signed is not."""
    try:
        message = thing(json.loads(body))
        said, expected = message.get("signature"), sign(thing(message.get("data")))
    except (ValueError, RecursionError):
        return False
    return bool(settings.BANK_PAYOS_KEY) and isinstance(said, str) and same(said.lower(), expected)


def sign(data: dict[str, Any]) -> str:
    """Return the HMAC-SHA256 of the fields as name=value, sorted and joined by &.

    Raises ValueError or RecursionError where JSON holds what no text can: half of a surrogate pair, endless nesting.
    """
    text = "&".join(f"{name}={_value(data[name])}" for name in sorted(data))
    return hmac.new(settings.BANK_PAYOS_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def transactions(message: object) -> list[BankTransaction]:
    """Return the money in a message; nothing in the call that tries the address. Raises NotATransaction."""
    body = thing(message)
    data = thing(body.get("data"))
    if word(body, "code") != GOOD or word(data, "code") not in {GOOD, ""}:
        return []
    if word(data, "orderCode") == TRIED_WITH and word(data, "amount") in {"3000", "0"}:
        return []
    if word(data, "currency") not in {"VND", ""}:
        raise NotATransaction("the currency is not VND")
    amount = whole_dong(data.get("amount"))
    account, reference = word(data, "accountNumber"), word(data, "reference")
    own = word(data, "paymentLinkId")
    if amount < 0 or not account or not (reference or own):
        raise NotATransaction("a sum above zero, an account and an id are needed")
    virtual = word(data, "virtualAccountNumber")
    return [
        BankTransaction(
            account=account,
            direction=IN,
            amount=amount,
            reference=reference,
            memo=word(data, "description")[:MAX_MEMO],
            **when(data, "transactionDateTime"),
            name=word(data, "counterAccountName"),
            payer_account=word(data, "counterAccountNumber"),
            service_id=f"{OWN_ID}{own}".upper() if own else "",
            virtual_accounts=(virtual,) if virtual else (),
        )
    ]


def _value(value: Any) -> str:
    if value in EMPTY:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return str(value)
