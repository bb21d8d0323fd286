"""A whole list of a carrier's taken back: confirmed for the wrong carrier, by wrong columns, or a wrong file.

What was booked of it is undone row by row, each in a transaction of its own as it was booked; the same file may
then be handed in anew. A row whose cash has another holder meanwhile stays booked, for a person to look at.
"""

import logging
import time
from datetime import timedelta

from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from shop.core import locking
from shop.core.actors import Actor, in_shop_language
from shop.ledger.models import Remittance, RemittanceLine
from shop.ledger.remittances import lines
from shop.ledger.remittances.booking import AT_ONCE_S
from shop.timer.jobs import only_one

S = RemittanceLine.State
TRIED_FOR = timedelta(days=1)  # the timer tries rows that could not be undone for so long

logger = logging.getLogger(__name__)


def take_back(*, remittance_id: int, by: Actor, reason: str) -> int:
    """Take a list back, the first rows at once, the rest by the timer; return how many rows are left.

    Taken back again, it goes on.
    """
    with transaction.atomic():
        remittance = locking.remittance(remittance_id)
        if remittance.taken_back_at is None:
            remittance.taken_back_at = timezone.now()
            remittance.taken_back_by, remittance.taken_back_by_name = by.user, by.name
            remittance.taken_back_for = reason[: lines.MAX_NOTE]
            remittance.save(
                update_fields=["taken_back_at", "taken_back_by", "taken_back_by_name", "taken_back_for"]
            )
    run(remittance_id=remittance_id, seconds=AT_ONCE_S)
    return left(remittance).count()


def left(remittance: Remittance) -> QuerySet[RemittanceLine]:
    """Return the lines of a list that are not put aside."""
    return remittance.lines.exclude(state=S.SET_ASIDE).order_by("pk")


def run_queued(*, seconds: float) -> int:
    """Go on with lists that were taken back, for so many seconds in all; return how many are done."""
    until = time.monotonic() + seconds
    rows = RemittanceLine.objects.filter(remittance=OuterRef("pk")).exclude(state=S.SET_ASIDE)
    queued = Remittance.objects.filter(Exists(rows), taken_back_at__gte=timezone.now() - TRIED_FOR)
    done = 0
    for pk in list(queued.order_by("pk").values_list("pk", flat=True)):
        seconds = until - time.monotonic()
        done += seconds > 0 and run(remittance_id=pk, seconds=seconds)
    return done


@in_shop_language
def run(*, remittance_id: int, seconds: float) -> bool:
    """Undo and put aside the lines of a list that was taken back, for so long; return whether none is left."""
    with only_one(f"remittance-{remittance_id}") as ours:
        if not ours:
            return False
        remittance = Remittance.objects.defer("rows", "tables").get(pk=remittance_id)
        by = Actor(name=remittance.taken_back_by_name, user=remittance.taken_back_by)
        until = time.monotonic() + seconds
        for pk in list(left(remittance).values_list("pk", flat=True)):
            _drop(pk, by=by, reason=remittance.taken_back_for)
            if time.monotonic() > until:
                break
    return not left(remittance).exists()


def _drop(line_id: int, *, by: Actor, reason: str) -> None:
    """Undo what is booked of a line and put it aside; one whose cash has moved on, or that fails, stays as it is."""
    try:
        with transaction.atomic():
            line = lines.locked(line_id)
            if line.state == S.BOOKED:
                lines.take_back(line, by=by, reason=reason)
            if line.state != S.SET_ASIDE:
                lines.close(line, S.SET_ASIDE, by=by, note=reason)
    except lines.CannotBook as refused:
        logger.info("Line %s of a carrier's list stays booked: %s", line_id, refused)
    except OperationalError:  # the database is away or busy: the next turn goes on
        raise
    except Exception:
        logger.exception("Line %s of a carrier's list cannot be taken back.", line_id)
