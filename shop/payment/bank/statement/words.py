"""The words of a heading or a cell, so that they are compared whole: "no" is none of "nội dung"."""

import re
from collections.abc import Iterable
from functools import lru_cache

from catalogue.folding import fold

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
FOOTNOTE = re.compile(r"(?<=[a-z])\d{1,2}\b")  # "Ngày1", "Effective date2"
WORD = re.compile(r"[a-z0-9]+")


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Return the folded words: "creditDebitIndicator" → credit, debit, indicator; "Ngày1/ Date" → ngay, date."""
    return tuple(WORD.findall(FOOTNOTE.sub("", fold(CAMEL.sub(" ", text).replace("_", " ")))))


def has(found: tuple[str, ...], phrases: Iterable[str]) -> bool:
    """Return whether one of the phrases stands among the words, whole and in its order."""
    return place(found, phrases) is not None


def place(found: tuple[str, ...], phrases: Iterable[str]) -> int | None:
    """Return which of the phrases, in the order given, stands first among the words; None when none does."""
    line = f" {' '.join(found)} "
    return next((number for number, phrase in enumerate(phrases) if f" {phrase} " in line), None)


def begins(found: tuple[str, ...], phrases: Iterable[str]) -> bool:
    """Return whether the words begin with one of the phrases."""
    line = f"{' '.join(found)} "
    return any(line.startswith(f"{phrase} ") for phrase in phrases)
