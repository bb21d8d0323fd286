"""When units of a line were called off: the line keeps their number, the order's log keeps the days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch
from django.utils import timezone

from shop.order.models import Line, OrderLog, Parcel

LOG = Prefetch("log", OrderLog.objects.filter(verb=OrderLog.Verb.CANCEL_UNITS), to_attr="leaving_out")


@dataclass(frozen=True)
class Step:
    """So many units of a line were called off before, so many after."""

    at: datetime
    before: int
    after: int

    @property
    def day(self) -> date:
        """Return the shop's day."""
        return timezone.localdate(self.at)


def steps(parcel: Parcel, line: Line) -> Iterator[Step]:
    """Yield the steps of a line, oldest first; `parcel` is read with LOG."""
    start, before = f"line-{line.pk}-", 0
    for row in parcel.leaving_out:  # type: ignore[attr-defined]  # LOG reads it
        if row.reference.startswith(start):
            after = int(row.reference.removeprefix(start))
            yield Step(row.at, before, after)
            before = after


def called_off(parcel: Parcel, line: Line, by: date) -> int:
    """Return how many units of a line were called off by the end of a day."""
    return max((step.after for step in steps(parcel, line) if step.day <= by), default=0)
