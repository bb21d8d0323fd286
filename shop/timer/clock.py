"""The clock that deadlines are judged by.

Each turn of the timer compares the clock with the turn before. A gap means that the timer stood still
or that the clock jumped: nobody was reminded meanwhile, or the time is wrong. Either way people get
the lost time back, at most a day: until then deadlines are judged from where they stood.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from shop.timer.models import JobRun, Standstill

logger = logging.getLogger(__name__)
TURN = "tick"  # the row of the turns themselves, beside those of the jobs
GAP = timedelta(hours=1)  # a restart or a slow provider takes minutes
LATE = timedelta(minutes=15)  # without a turn for so long, the timer does not run


def begin_turn() -> None:
    """Note a turn of the timer, and the gap before it; of two timers that begin at once, one notes it."""
    now = timezone.now()
    last = JobRun.objects.get_or_create(path=TURN)[0].begun_at
    with transaction.atomic():
        ours = JobRun.objects.filter(path=TURN, begun_at=last).update(begun_at=now)
        if not ours or last is None:
            return
        if now - last > GAP:
            still = Standstill.objects.create(stopped_at=last, resumed_at=now)
            logger.warning(
                "The timer did nothing from %s to %s: deadlines wait until %s", last, now, now + still.lost
            )
        elif last - now > GAP:
            Standstill.objects.filter(resumed_at__gt=now).delete()
            logger.warning("The clock went back from %s to %s", last, now)


def last_turn() -> datetime | None:
    """Return when the timer last began a turn, None before its first."""
    return JobRun.objects.filter(path=TURN).values_list("begun_at", flat=True).first()


def is_late() -> bool:
    """Return whether the timer has not run lately."""
    last = last_turn()
    return last is None or abs(timezone.now() - last) > LATE


@dataclass(frozen=True)
class GracePeriod:
    """A gap whose lost time is still added to deadlines: since the timer woke it has run for `awake`."""

    gap: Standstill
    awake: timedelta

    @property
    def judged_at(self) -> datetime:
        """Return the time at which deadlines are judged."""
        return self.gap.stopped_at + self.awake

    @property
    def until(self) -> datetime:
        """Return when it ends, if nothing stands still again."""
        return timezone.now() + self.gap.lost - self.awake


def grace_periods() -> list[GracePeriod]:
    """Return the gaps whose lost time is still added to deadlines, the latest first.

    What the timer slept through after a gap counts for none of it: a second gap stops the first
    one's clock, too.
    """
    found, woke, awake = [], timezone.now(), timedelta()
    for gap in Standstill.objects.filter(resumed_at__lte=woke).order_by("-resumed_at").iterator():
        awake += woke - gap.resumed_at
        if awake >= Standstill.MOST:
            break
        if awake < gap.lost:
            found.append(GracePeriod(gap, awake))
        woke = gap.stopped_at
    return found


def for_deadlines() -> datetime:
    """Return the time by which jobs judge deadlines: after a gap it goes on from where it stood."""
    return min([timezone.now(), *(one.judged_at for one in grace_periods())])
