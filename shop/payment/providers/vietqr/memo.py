"""The words of a transfer that say which order it pays: written by us, changed by people and banks."""

import re

from catalogue.folding import strip_marks
from shop.order.codes import ALPHABET, CODE_LENGTH

NOT_A_SIGN = re.compile(r"[^0-9A-Z]", re.ASCII)
CODE = re.compile(rf"(?=([{ALPHABET}]{{{CODE_LENGTH}}}))")
MAX_READ = 500  # characters; banks keep 210 at most


def build(number: str) -> str:
    """Return the memo of an order: its code, which is made to survive being read out and typed."""
    return number


def codes_in(text: str) -> list[str]:
    """Return everything in `text` that could be an order code, in order, each once.

    Banks put words before and after, cut with blanks, dots and dashes, and join them; people write
    in small letters. So case and signs are dropped, and each stretch of eight code letters counts:
    whether an order has it decides who looks it up.
    """
    bare = NOT_A_SIGN.sub("", strip_marks(text[:MAX_READ]).upper())
    return list(dict.fromkeys(CODE.findall(bare)))
