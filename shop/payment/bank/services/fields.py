"""Fields of a service's JSON, taken as they come and trusted for nothing."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from shop.payment.bank.amounts import is_impossible, moment
from shop.payment.bank.services import NotATransaction

MAX_MEMO = 500


def thing(message: object) -> dict[str, Any]:
    """Return a JSON object. Raises NotATransaction."""
    if not isinstance(message, dict):
        raise NotATransaction("no object")
    return message


def word(message: Mapping[str, Any], *names: str) -> str:
    """Return the first of these fields that holds text or a whole number; "" where none does."""
    for name in names:
        value = message.get(name)
        if (
            isinstance(value, str | int)
            and not isinstance(value, bool)
            and (text := _storable(str(value)).strip())
        ):
            return text
    return ""


def when(message: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return the fields of a transaction for the time that a message names."""
    text = word(message, *names)
    return {"at": moment(text), "impossible_day": is_impossible(text)}


def whole_dong(value: object) -> Decimal:
    """Return a sum in whole đồng, with its sign. Raises NotATransaction."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise NotATransaction("the amount is no number") from error
    if isinstance(value, bool) or not amount.is_finite() or amount != amount.to_integral_value():
        raise NotATransaction("the amount is no sum in whole đồng")
    if not 0 < abs(amount) < 10**12:
        raise NotATransaction("the amount is nothing, or too much")
    return amount.quantize(Decimal(1))


def _storable(text: str) -> str:
    """Return the text without what PostgreSQL refuses: NUL, and half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()
