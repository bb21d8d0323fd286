"""Casso: JSON by webhook. Version 2 signs its message, version 1 only names a word that both know.

Source: github.com/CassoHQ/casso-webhook-v2-verify-signature, and the fields that public readers of both versions use.
"""

import hashlib
import hmac
import json
import logging
import re
import time
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from shop.payment.bank.services import NotATransaction
from shop.payment.bank.services.fields import MAX_MEMO, thing, when, whole_dong, word
from shop.payment.bank.services.proof import same
from shop.payment.bank.transactions import IN, OUT, BankTransaction

logger = logging.getLogger(__name__)
OWN_ID = "CASSO"
TOKEN, SIGNATURE = "Secure-Token", "X-Casso-Signature"
SIGNED = re.compile(r"t=(\d{1,16}),\s*v1=([0-9a-fA-F]{128})")
MAX_SKEW_MS = 300_000


def is_configured() -> bool:
    """Return whether either version is set up."""
    return bool(settings.BANK_CASSO_KEY or settings.BANK_CASSO_TOKEN)


def is_trusted(headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether the message is signed with the key (version 2), or comes with the word (version 1)."""
    if settings.BANK_CASSO_KEY:
        return _is_signed(headers.get(SIGNATURE, ""), settings.BANK_CASSO_KEY, body)
    return same(headers.get(TOKEN, ""), settings.BANK_CASSO_TOKEN)


def transactions(message: object) -> list[BankTransaction]:
    """Return the transactions of a message: one of version 2, a list of version 1. Raises NotATransaction."""
    data = thing(message).get("data")
    if isinstance(data, list):
        return _listed(data)
    item = thing(data)
    return [] if word(item, "id") in {"", "0"} else [_transaction(item)]  # 0: the call that tries the address


def _listed(items: list[Any]) -> list[BankTransaction]:
    """Return the transactions of a list but those that make no sense. Raises NotATransaction: all of them."""
    found, odd = [], None
    for item in items:
        try:
            found.append(_transaction(thing(item)))
        except NotATransaction as why:
            odd = why
            logger.warning("A transaction in Casso's list makes no sense: %s", why)
    if odd and not found:
        raise odd
    return found


def _transaction(item: dict[str, Any]) -> BankTransaction:
    amount = whole_dong(item.get("amount"))
    account = word(item, "accountNumber", "bank_sub_acc_id", "subAccId")
    reference, own = word(item, "reference", "tid"), word(item, "id")
    if not account or not (reference or own):
        raise NotATransaction("an account and an id are needed")
    virtual = word(item, "virtualAccountNumber", "virtualAccount")
    return BankTransaction(
        account=account,
        direction=IN if amount > 0 else OUT,
        amount=abs(amount),
        reference=reference,
        memo=word(item, "description")[:MAX_MEMO],
        **when(item, "transactionDateTime", "when"),
        name=word(item, "counterAccountName", "corresponsiveName"),
        payer_account=word(item, "counterAccountNumber", "corresponsiveAccount"),
        service_id=f"{OWN_ID}{own}" if own else "",
        virtual_accounts=(virtual,) if virtual else (),
    )


def _is_signed(said: str, key: str, body: bytes) -> bool:
    """Check the HMAC-SHA512 of "time.body", the body as JSON without blanks and with its names sorted."""
    found = SIGNED.fullmatch(said.strip())
    if not found or abs(time.time() * 1000 - int(found[1])) > MAX_SKEW_MS:
        return False
    try:
        message = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        signed = f"{found[1]}.{message}".encode()
    except (ValueError, RecursionError):
        return False
    expected = hmac.new(key.encode(), signed, hashlib.sha512).hexdigest()
    return same(found[2].lower(), expected)
