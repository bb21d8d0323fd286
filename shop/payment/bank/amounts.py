"""Sums and times as banks in Vietnam write them."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

CURRENCY = re.compile(r"vnd|vnđ|đồng|đ|₫|(?<=\d)d\Z", re.IGNORECASE)
BLANKS = re.compile(r"[\s\u00a0\u202f']")
MINUS = frozenset("-−–")
FORMS = (  # groups of three by point and decimals after a comma, or the other way round
    re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?", re.ASCII),
    re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?", re.ASCII),
)
MAX_DIGITS = 12
NOTHING = re.compile(r"[\s\-−–—]*|n/?a", re.IGNORECASE)
DAY = r"(?:(?P<y>\d{4})[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)|(?P<d2>\d\d?)[-/.](?P<m2>\d\d?)[-/.](?P<y2>\d{4}|\d\d))"
HOUR = r"(?P<H>\d\d?)[:hH](?P<M>\d\d)(?::(?P<S>\d\d))?(?:\.\d+)?p?(?:\s?(?P<half>[AaPp][Mm]|SA|CH))?"
ZONE = r"(?P<zone>Z|[+-]\d\d:?\d\d)?"
TIMES = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (rf"{DAY}(?:(?:T|,? ){HOUR}{ZONE})?", rf"{HOUR}(?: ngày|,)? {DAY}")
)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
NAMED = re.compile(rf"(\d\d?)[-/ ]({'|'.join(MONTHS)})[a-z]*[-/, ]+(\d{{4}}|\d\d)\b", re.IGNORECASE)
COMPACT = re.compile(r"(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)", re.ASCII)
DAY_NUMBER = re.compile(
    r"[3-7]\d{4}(?:\.\d+)?", re.ASCII
)  # how spreadsheets count: 46356 is 30 November 2026
FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - made aware where it is used
CENTURY = 2000  # 26 means 2026
AHEAD = timedelta(days=2)  # what banks book for tomorrow, and clocks that differ
AFTERNOON = frozenset({"pm", "ch"})


@dataclass(frozen=True)
class Sum:
    """What stands in a cell: a sum without its sign, and the sign as written: "+", "-" or ""."""

    amount: Decimal
    sign: str


def written(text: str) -> Sum:
    """Return the sum in whole đồng and its sign: "1.585.000", "- 50,000 VND", "(50.000)", "50.000 DR", "50,000-".

    Raises:
        ValueError: no sum, or one with parts of a đồng.
    """
    bare = CURRENCY.sub("", BLANKS.sub("", text))
    body, sign = _signed(bare)
    found = next(filter(None, (form.fullmatch(body) for form in FORMS)), None)
    digits = re.sub(r"[.,]", "", found[1]) if found else ""
    if not found or len(digits) > MAX_DIGITS or (found[2] or "").strip("0"):
        raise ValueError(f"{text!r} is no sum in whole đồng.")
    return Sum(Decimal(int(digits)), sign)


def dong(text: str) -> Decimal:
    """Return a sum in whole đồng, below zero where its sign says so. Raises ValueError like `written`."""
    found = written(text)
    return -found.amount if found.sign == "-" else found.amount


def is_nothing(text: str) -> bool:
    """Return whether a cell says that there is no sum: empty, dashes."""
    return bool(NOTHING.fullmatch(text.strip()))


def moment(text: str) -> datetime | None:
    """Return the time that a bank wrote, on the shop's clock (midnight: only a day).

    None when it is none we know, or one that no line of ours can have: before 2000, or later than the day after
    tomorrow.
    """
    found = _read(text)
    return found if found and _is_possible(found) else None


def is_impossible(text: str) -> bool:
    """Return whether a text is a time, but none that a line of ours can have."""
    found = _read(text)
    return found is not None and not _is_possible(found)


def _is_possible(found: datetime) -> bool:
    return found.year >= CENTURY and found <= timezone.now() + AHEAD


def _read(text: str) -> datetime | None:
    bare = NAMED.sub(_month_as_number, " ".join(text.split()))
    found = next(filter(None, (pattern.fullmatch(bare) for pattern in (*TIMES, COMPACT))), None)
    try:
        if found:
            return _aware(found.groupdict())
        if DAY_NUMBER.fullmatch(bare):
            return timezone.make_aware(FIRST_DAY + timedelta(seconds=round(float(bare) * 86_400)))
    except (ValueError, OverflowError):  # the 31st of February; the year 0
        return None
    return None


def _month_as_number(found: re.Match[str]) -> str:
    """30-Nov-2026 → 30/11/2026."""
    return f"{found[1]}/{MONTHS.index(found[2].lower()) + 1}/{found[3]}"


def _signed(bare: str) -> tuple[str, str]:
    if bare.startswith("(") and bare.endswith(")"):
        return bare[1:-1].lstrip("-−–"), "-"
    if bare[:1] in MINUS or bare[:1] == "+":
        return bare[1:], "+" if bare[0] == "+" else "-"
    if bare[-1:] in MINUS or bare[-1:] == "+":
        return bare[:-1], "+" if bare[-1] == "+" else "-"
    if ending := {"CR": "+", "DR": "-"}.get(bare[-2:].upper()):
        return bare[:-2], ending
    return bare, ""


def _aware(parts: dict[str, str | None]) -> datetime:
    """Return the time on the shop's clock; one that names its zone, such as 11:24:40Z, is of that zone."""
    at = _time(parts)
    if zone := parts.get("zone"):
        return timezone.localtime(datetime.fromisoformat(f"{at.isoformat()}{zone}"))
    return timezone.make_aware(at)


def _time(parts: dict[str, str | None]) -> datetime:
    year, month, day = (int(parts.get(name) or parts.get(f"{name}2") or 0) for name in "ymd")
    hour, minute, second = (int(parts.get(name) or 0) for name in "HMS")
    if half := (parts.get("half") or "").lower():
        hour = hour % 12 + (12 if half in AFTERNOON else 0)
    if len(parts.get("y2") or "") == len("26"):
        year += CENTURY
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
