"""Addresses and codes as people type or paste them, without the signs that nobody sees."""

import unicodedata
from typing import Any

from django import forms

HIDDEN = {"Cc", "Cf", "Co", "Cs"}  # control, format (zero width, bidi marks), private use, surrogate
NUL = "\x00"  # nobody pastes it: it stays, and the field refuses it


def visible(text: str) -> str:
    """Return what a reader sees: composed, wide signs as plain ones, nothing hidden, no blanks around."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in plain if sign == NUL or unicodedata.category(sign) not in HIDDEN).strip()


def code(text: str) -> str:
    """Return a voucher's code as it is kept: capitals, no blanks."""
    return "".join(visible(text).upper().split())


class EmailField(forms.EmailField):
    """Django's, for an address that was pasted with hidden signs: two such look the same and are two."""

    def to_python(self, value: Any) -> Any:
        """Return the address that a reader sees."""
        return visible(super().to_python(value) or "")
