"""The words of a transfer that say which order it pays: written by us, changed by people and banks."""

import hashlib
import re

from catalogue.folding import keywords, strip_marks
from shop.core.codes import ALPHABET, CODE_LENGTH

NOT_A_SIGN = re.compile(r"[^0-9A-Z]", re.ASCII)
CODE = re.compile(rf"(?=([{ALPHABET}]{{{CODE_LENGTH}}}))")
MAX_READ = 500  # characters; banks keep 210 at most
REFUND = "HOAN TIEN"  # how the memo of a transfer back to a buyer begins
MIN_SHARED = 6  # signs that two memos must have in common to be one


def build(number: str) -> str:
    """Return the memo of an order: its code, which is made to survive being read out and typed."""
    return number


def of_refund(number: str) -> str:
    """Return the memo of a transfer back to the buyer of an order."""
    return f"{REFUND} {number}"


def is_of_refund(text: str) -> bool:
    """Return whether a memo is one that we write for a refund, whatever the bank put around it."""
    return bool(re.search(r"\bhoan\s*tien\b", keywords(text)))


def codes_in(text: str) -> list[str]:
    """Return everything in `text` that could be an order code, in order, each once.

    Banks put words before and after, cut with blanks, dots and dashes, and join them; people write
    in small letters. So case and signs are dropped, and each stretch of eight code letters counts:
    whether an order has it decides who looks it up.
    """
    return list(dict.fromkeys(CODE.findall(bare(text))))


def bare(text: str) -> str:
    """Return the letters and digits of a memo, in capitals without marks."""
    return NOT_A_SIGN.sub("", strip_marks(text[:MAX_READ]).upper())


def digest(text: str) -> str:
    """Return what stays of a memo when the memo itself, which names people, is deleted."""
    return hashlib.sha256(bare(text).encode()).hexdigest()


def say_the_same(one: str, other: str) -> bool:
    """Return whether two memos are one that a source has put words around."""
    first, second = sorted((bare(one), bare(other)), key=len)
    return first == second or (len(first) >= MIN_SHARED and first in second)
