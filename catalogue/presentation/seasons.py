"""Seasons: twelve months to draw, and words that say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.months import YEAR, month_name, spans


class Month(TypedDict):
    """One month of components/season.html."""

    n: int
    on: bool
    peak: bool
    now: bool


@dataclass(frozen=True)
class Season:
    """When something is there: `months` to draw, `text` in words.

    Attributes:
        months: twelve of them.
        text: the same in words.
        is_now: whether it is in season; what is there all year has no season.
        is_always: whether it is there all year.
    """

    months: list[Month]
    text: str
    is_now: bool
    is_always: bool


def season(months: Sequence[int], *, note: str = "", day: date | None = None) -> Season | None:
    """Return the season that lasts in `months` (1 to 12), None when nothing is known of it.

    Args:
        months: the months in which it is there.
        note: further words of the editor's.
        day: the day on which one looks, today in Vietnam by default.
    """
    known = sorted({month for month in months if 1 <= month <= YEAR})
    if not known:
        return None
    today = (day or timezone.localdate()).month
    drawn: list[Month] = [
        {"n": n, "on": n in known, "peak": False, "now": n == today} for n in range(1, YEAR + 1)
    ]
    always = len(known) == YEAR
    text = " ".join(part for part in (_sentence(known), note) if part)
    return Season(months=drawn, text=text, is_now=today in known and not always, is_always=always)


def _sentence(months: list[int]) -> str:
    if len(months) == YEAR:
        return _("Có quanh năm.")
    words = ", ".join(_span(first, last) for first, last in spans(months))
    return f"{words[:1].upper()}{words[1:]}."


def _span(first: int, last: int) -> str:
    if first == last:
        return month_name(first)
    return _("%(first)s đến %(last)s") % {"first": month_name(first), "last": month_name(last)}
