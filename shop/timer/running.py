"""Which jobs are due, who runs them, and how they went.

The last run of each job stands in the database, so that a new process knows what is due, and of
two processes at once one takes the job. One that fails is logged and never stops the others.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from shop.timer import clock
from shop.timer.models import JobRun

logger = logging.getLogger(__name__)
EARLY = timedelta(seconds=30)  # cron begins a few seconds early or late: no turn may be missed by that
RETRY = timedelta(hours=1)  # a daily job that failed, or whose process was killed, waits no whole day


def run_due() -> Iterator[tuple[str, bool]]:
    """Run the jobs that are due and yield each one's path with whether it went well.

    Without a look at the clock none runs: deadlines may not be judged blindly.
    """
    try:
        clock.begin_turn()
    except Exception:  # a worker outlives a restart of the database
        logger.exception("The timer cannot begin its turn")
        yield clock.TURN, False
        return
    for path, every_s in settings.TIMER_JOBS:
        try:
            begun_at = _take(path, timedelta(seconds=every_s))
            if begun_at is None:
                continue
            work: Callable[[], object] = import_string(path)
            work()
            JobRun.objects.filter(path=path, begun_at=begun_at).update(ended_well=True)
        except Exception:  # whatever a job raises: the others must run
            logger.exception("The timer job %s failed", path)
            yield path, False
        else:
            yield path, True


def _take(path: str, every: timedelta) -> datetime | None:
    """Note that the job begins now and return this moment; None when it is not due, or another took it."""
    now = timezone.now()
    wait = every - EARLY
    well, badly = _away(now, wait), _away(now, min(wait, RETRY))
    due = Q(begun_at=None) | (Q(ended_well=True) & well) | (Q(ended_well=False) & badly)
    JobRun.objects.get_or_create(path=path)
    taken = JobRun.objects.filter(due, path=path).update(begun_at=now, ended_well=False)
    return now if taken else None


def _away(now: datetime, wait: timedelta) -> Q:
    """Return the runs at least `wait` away from now; one in the future was noted by a clock since put right."""
    return Q(begun_at__lte=now - wait) | Q(begun_at__gte=now + wait)
