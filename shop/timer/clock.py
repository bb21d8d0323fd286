"""The clock that deadlines are judged by.

Each turn of the timer compares the clock with the turn before. A gap means that the timer stood still
or that the clock jumped: nobody was reminded meanwhile, or the time is wrong. Either way people get
the lost time back, at most a day: until then deadlines are judged from where they stood.
"""

import logging
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
                "The timer did nothing from %s to %s: deadlines wait until %s", last, now, still.until
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


def standstills() -> list[Standstill]:
    """Return the gaps whose lost time is being given back."""
    now = timezone.now()
    recent = Standstill.objects.filter(resumed_at__lte=now, resumed_at__gt=now - Standstill.MOST)
    return [still for still in recent if now < still.until]


def for_deadlines() -> datetime:
    """Return the time by which jobs judge deadlines: after a gap it goes on from where it stood."""
    now = timezone.now()
    return min([now, *(still.stopped_at + (now - still.resumed_at) for still in standstills())])
