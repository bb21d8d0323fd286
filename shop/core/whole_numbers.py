"""Numbers as people in Vietnam type them: 1.250.000, 1 250 000 đ, 1250000."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

_UNIT = re.compile(r"(₫|đồng|đ|vnđ|vnd)\.?$", re.IGNORECASE)
_WHOLE = re.compile(r"\d+|\d{1,3}(?:(?P<mark>[.,\s])\d{3})(?:(?P=mark)\d{3})*")


def whole_number(text: str) -> int:
    """Read a whole number grouped by dots, commas or blanks, with or without đ behind it.

    Raises:
        ValueError: anything else, such as a fraction ("12,5") or groups of other than three digits.
    """
    number = _UNIT.sub("", text.strip()).strip()
    if not number.isascii() and not number.replace("\xa0", " ").replace("\u202f", " ").isascii():
        raise ValueError(text)
    if not _WHOLE.fullmatch(number):
        raise ValueError(text)
    return int(re.sub(r"\D", "", number))


class WholeNumberField(forms.CharField):
    """A text field that yields an int, or None when empty; what was typed is shown again as typed.

    Args:
        max_value: the largest number taken.
        example: shown in the error, written as a person would.
    """

    def __init__(self, *, max_value: int, example: str, **options: object) -> None:
        super().__init__(required=False, **options)  # type: ignore[arg-type]
        self.max_value = max_value
        self.example = example
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def prepare_value(self, value: object) -> object:
        return number_format(value, use_l10n=True, force_grouping=True) if isinstance(value, int) else value

    def clean(self, value: str | None) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            number = whole_number(text)
        except ValueError as error:
            raise ValidationError(
                _("Viết số nguyên, ví dụ %(example)s."), params={"example": self.example}
            ) from error
        if number > self.max_value:
            raise ValidationError(
                _("Nhiều nhất là %(limit)s."),
                params={"limit": number_format(self.max_value, use_l10n=True, force_grouping=True)},
            )
        return number
