"""Sums and times as banks in Vietnam write them."""

import re
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

CURRENCY = re.compile(r"vnd|vnđ|đồng|đ|₫", re.IGNORECASE)
BLANKS = re.compile(r"[\s\u00a0\u202f']")
FORMS = (  # groups of three by point and decimals after a comma, or the other way round
    re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?", re.ASCII),
    re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?", re.ASCII),
)
MAX_DIGITS = 12
TIMES = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y",
    "%d.%m.%Y",
)


def dong(text: str) -> Decimal:
    """Return a sum in whole đồng: "1.585.000", "1,585,000.00", "-50.000 VND", "+ 50 000 ₫", "(50.000)".

    Raises:
        ValueError: no sum, or one with parts of a đồng.
    """
    bare = CURRENCY.sub("", BLANKS.sub("", text))
    sign = -1 if bare.startswith(("-", "−", "(")) else 1
    found = next(filter(None, (form.fullmatch(bare.strip("+-−()")) for form in FORMS)), None)
    digits = re.sub(r"[.,]", "", found[1]) if found else ""
    if not found or len(digits) > MAX_DIGITS or (found[2] or "").strip("0"):
        raise ValueError(f"{text!r} is no sum in whole đồng.")
    return Decimal(sign * int(digits))


def moment(text: str) -> datetime | None:
    """Return the time that a bank wrote, on the shop's clock; None when it is none we know."""
    bare = " ".join(text.split())
    for pattern in TIMES:
        try:
            return timezone.make_aware(datetime.strptime(bare, pattern))  # noqa: DTZ007 - made aware here
        except ValueError:
            continue
    return None
