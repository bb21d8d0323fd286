"""Months of the year as editors tick them: a list of numbers, 1 for January."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from catalogue.languages import reading_language

YEAR = 12


def month_name(number: int) -> str:
    """Return "tháng 6", on English pages "June"."""
    return f"tháng {number}" if reading_language() == "vi" else str(MONTHS[number])


def choices() -> list[tuple[int, str]]:
    """Return the twelve months in the reader's language."""
    return [(number, month_name(number)) for number in MONTHS]


def are_months(value: Any) -> None:
    """Refuse anything but a list of different months. Raises ValidationError."""
    is_list = isinstance(value, list) and all(type(month) is int and 1 <= month <= YEAR for month in value)
    if not is_list or len(set(value)) != len(value):
        raise ValidationError(_("Chọn các tháng từ 1 đến 12."))


class MonthsField(models.JSONField):
    """Months of the year, in order, in a plain JSON column; twelve boxes to tick in a form."""

    default_validators = [are_months]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": list, "blank": True, **kwargs})

    def deconstruct(self) -> Any:
        """Name Django's own field: migrations see a plain JSON column."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def formfield(self, **kwargs: Any) -> forms.Field:
        """Return twelve check boxes."""
        kwargs.pop("encoder", None)
        kwargs.pop("decoder", None)
        given = {"widget": forms.CheckboxSelectMultiple, **kwargs}
        return MonthsFormField(
            label=given.get("label") or self.verbose_name,
            help_text=given.get("help_text") or self.help_text,
            required=not self.blank,
            widget=given["widget"],
        )


class MonthsFormField(forms.TypedMultipleChoiceField):
    """Twelve boxes whose numbers come out sorted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=choices, coerce=int, **kwargs)

    def clean(self, value: Any) -> list[int]:
        """Return the ticked months in order."""
        return sorted(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare numbers with what the boxes send."""
        return super().has_changed(initial or [], data)


def opening(months: Sequence[int], day: date) -> date | None:
    """Return the first day after `day` of what is sold in `months` alone; None while it is sold, or always is."""
    if not months or day.month in months:
        return None
    later = [month for month in sorted(months) if month > day.month]
    return date(day.year, later[0], 1) if later else date(day.year + 1, min(months), 1)


def reopening(opens_on: date) -> str:
    """Return "mở bán lại tháng 6" as a sentence."""
    return str(_("Hết mùa, mở bán lại %(month)s.")) % {"month": month_name(opens_on.month)}


def spans(months: Iterable[int]) -> list[tuple[int, int]]:
    """Return runs of months as first and last: 11, 12, 1, 5 gives (5, 5), (11, 1)."""
    chosen = set(months)
    starts = [month for month in sorted(chosen) if (month - 2) % YEAR + 1 not in chosen]
    return [(start, _end(start, chosen)) for start in starts]


def _end(start: int, chosen: set[int]) -> int:
    while start % YEAR + 1 in chosen:
        start = start % YEAR + 1
    return start
