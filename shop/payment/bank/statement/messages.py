"""Messages of banks about one account, by SMS, mail or app, as the rows of a statement.

Banks word them each in their own way; what they share is read: the first sum with a sign is the money that moved,
the one after "SD" the balance, and the memo stands after a name for it or behind the sum.
"""

import re
from datetime import date

from django.utils import timezone

HEADING = ["Ngày giao dịch", "Số tham chiếu", "Nội dung", "Số tiền", "Số dư"]
NUMBER = r"\d{1,3}(?:[.,]\d{3})+|\d+"
CURRENCY = r"(?:vnđ|vnd|đ|d)\b"
MOVED = re.compile(rf"(?<![\w/-])([+\-−])\s?({NUMBER})\s?(?:{CURRENCY})?", re.IGNORECASE)
BALANCE = re.compile(rf"\b(?:sd|so du|số dư(?: hiện tại)?)\b[^\d\n]{{0,12}}({NUMBER})", re.IGNORECASE)
DAY = r"(\d\d?)[-/](\d\d?)(?:[-/](\d{4}|\d\d))?(?!\d)"
HOUR = r"(\d\d?)[:h](\d\d)(?::(\d\d))?p?"
DAY_FIRST, HOUR_FIRST = re.compile(rf"(?<![\d/-]){DAY}\s+{HOUR}"), re.compile(rf"(?<![\d:]){HOUR}\s+{DAY}")
REFERENCE = re.compile(r"\bref\b[.:]?\s*((?:[a-z]+\.)?\d+(?![0-9a-z]))?\.?\s*(.*)", re.IGNORECASE | re.DOTALL)
MEMO = re.compile(
    r"(?:\bnd|\bnội dung|\bnoi dung|\bgd)\s*:\s*+(?![+\-−]\s?\d)(.*)", re.IGNORECASE | re.DOTALL
)
BEHIND = re.compile(r"\s*([^|.\n][^|\n]*?)(?:\.\s*sd\b|\||$)", re.IGNORECASE)
CENTURY = 2000
Table = list[list[str]]


def table(text: str) -> Table:
    """Return messages as rows with a heading; [] where there is none. One a line, or blank lines between them."""
    rows = [row for message in _messages(text) if (row := _row(message))]
    return [HEADING, *rows] if rows else []


def _messages(text: str) -> list[str]:
    found = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        lines = [line for line in block.split("\n") if MOVED.search(line)]
        found += lines if len(lines) > 1 else [block]
    return found


def _row(message: str) -> list[str] | None:
    moved = MOVED.search(message)
    if moved is None:
        return None
    reference, memo = _words(message, moved.end())
    balance = BALANCE.search(message, moved.end())
    sign = "+" if moved[1] == "+" else "-"
    return [_day(message), reference, " ".join(memo.split()), sign + moved[2], balance[1] if balance else ""]


def _words(message: str, behind: int) -> tuple[str, str]:
    """Return the bank's number and the payer's words, which stand after the name that comes first, or behind the sum."""
    numbered, named = REFERENCE.search(message), MEMO.search(message)
    if numbered and not (named and named.start() < numbered.start()):
        return numbered[1] or "", numbered[2]
    if found := named or BEHIND.match(message, behind):
        leading = BALANCE.match(found[1])
        return "", found[1][leading.end() :] if leading else found[1]
    return "", ""


def _day(message: str) -> str:
    """Return the time as a statement writes it; a day without a year is the last such day."""
    if found := DAY_FIRST.search(message):
        day, month, year, *hour = found.groups()
    elif found := HOUR_FIRST.search(message):
        *hour, day, month, year = found.groups()
    else:
        return ""
    whole = _year(int(day), int(month), year)
    return f"{whole:04d}-{int(month):02d}-{int(day):02d} {hour[0]}:{hour[1]}:{hour[2] or '00'}"


def _year(day: int, month: int, said: str | None) -> int:
    if said:
        return int(said) % CENTURY + CENTURY
    today = timezone.localdate()
    try:
        return today.year - (date(today.year, month, day) > today)
    except ValueError:
        return today.year
