"""Words for money in and money out, in headings and in cells, Vietnamese and English."""

import re

from shop.payment.bank.statement.words import has, words
from shop.payment.bank.transactions import IN, OUT

BOTH = "both"
# Said anywhere in a heading or cell. Folded: without marks, in small letters.
PHRASES = {
    IN: (
        "ghi co", "phat sinh co", "ps co", "bao co", "tien vao", "gui vao", "chuyen vao", "chuyen den", "nap tien",
        "tien nap", "tien nhan", "nhan tien", "tien den", "tien thu", "credit", "credits", "crdt", "cr",
        "deposit", "deposits", "paid in", "money in", "amount in", "incoming", "inflow", "received", "receipts",
    ),
    OUT: (
        "ghi no", "phat sinh no", "ps no", "bao no", "tien ra", "rut ra", "rut tien", "tien rut", "chuyen ra",
        "chuyen di", "chi tieu", "chi ra", "tien chi", "tien di", "debit", "debits", "dbit", "dr",
        "withdrawal", "withdrawals", "withdraw", "paid out", "money out", "amount out", "outgoing", "outflow",
        "spent",
    ),
}  # fmt: skip
# Said alone, or with words that add nothing: "Số tiền tăng", "Có TKTT".
ALONE = {
    IN: frozenset({"co", "in", "thu", "vao", "tang", "nap", "nhan", "gui", "den"}),
    OUT: frozenset({"no", "out", "chi", "ra", "giam", "rut", "di"}),
}
CELLS = {
    "c": IN,
    "d": OUT,
    "no": OUT,
    "co": IN,
}  # in a cell alone; as a heading "C" is a letter, "No." a number
FILLERS = frozenset({"so", "tien", "amount", "vnd", "dong", "tktt", "tk", "gd", "ben", "money", "phat", "sinh", "ps"})  # fmt: skip
BRACKETS = re.compile(r"[()\[\]]")
SEPARATORS = re.compile(r"[/\n|,;:]|\s[-–]\s|&")
SIGNS = {"+": IN, "-": OUT, "−": OUT, "–": OUT}


def side_of(text: str) -> str:
    """Return "in" or "out" as a heading or cell says, "both" where it names both, "" where it says nothing."""
    if sign := SIGNS.get(text.strip().strip("()").strip()):
        return sign
    found = {side for part in SEPARATORS.split(BRACKETS.sub("\n", text)) if (side := _side_of(part))}
    return BOTH if len(found) > 1 or BOTH in found else next(iter(found), "")


def side_of_cell(text: str) -> str:
    """Return "in" or "out" as the cell of a column for the direction says; "" where it says neither or both."""
    side = CELLS.get(" ".join(words(text))) or side_of(text)
    return "" if side == BOTH else side


def _side_of(part: str) -> str:
    found = words(part)
    sides = {side for side, phrases in PHRASES.items() if has(found, phrases)}
    if not sides and not (found == ("no",) and part.isascii()):  # "No." counts rows, "Nợ" is debit
        left = {word for word in found if word not in FILLERS}
        sides = {side for side, alone in ALONE.items() if left & alone} if _is_alone(left) else set()
    return BOTH if len(sides) > 1 else next(iter(sides), "")


def _is_alone(left: set[str]) -> bool:
    """Return whether nothing but words of direction is left: "Có", "Thu chi"."""
    return bool(left) and left <= ALONE[IN] | ALONE[OUT]
