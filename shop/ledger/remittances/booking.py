"""Carriers' lists confirmed and booked row by row.

Each row is booked in a transaction of its own with the row and then its order locked, by the row's own key: a
list that is confirmed twice, or whose booking was killed half-way and goes on, books nothing twice.
"""

import logging
import time
from decimal import Decimal

from django.db import OperationalError, transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from shop.core import locking
from shop.core.actors import Actor, in_shop_language
from shop.ledger.models import Remittance, RemittanceLine
from shop.ledger.remittances import handing_in, judging, lines
from shop.timer.jobs import only_one

S = RemittanceLine.State
R = RemittanceLine.Reason
BATCH = 100  # lines that are judged at one time
AT_ONCE_S = 3  # so long a page books lines, the rest is the timer's

logger = logging.getLogger(__name__)


def confirm(*, remittance_id: int, by: Actor) -> dict[str, int]:
    """Begin to book what fits of a list, the first rows at once, the rest by the timer; what does not fit waits.

    Return how many lines are in which state. Confirmed again, it goes on; a list whose columns are not known, or that
    was taken back, is left as it is.
    """
    with transaction.atomic():
        remittance = locking.remittance(remittance_id)
        if (
            remittance.confirmed_at is None
            and not remittance.taken_back_at
            and handing_in.is_readable(remittance)
        ):
            _write_lines(remittance)
            remittance.confirmed_at = timezone.now()
            remittance.confirmed_by, remittance.confirmed_by_name = by.user, by.name
            remittance.save(update_fields=["confirmed_at", "confirmed_by", "confirmed_by_name"])
    run(remittance_id=remittance_id, seconds=AT_ONCE_S)
    states = remittance.lines.order_by().values_list("state").annotate(count=Count("pk"))
    return dict.fromkeys(S.values, 0) | dict(states)


def run_queued(*, seconds: float) -> int:
    """Go on with confirmed lists, for so many seconds in all; return how many are done."""
    until = time.monotonic() + seconds
    new = RemittanceLine.objects.filter(remittance=OuterRef("pk"), state=S.NEW)
    queued = Remittance.objects.filter(Exists(new), confirmed_at__isnull=False, taken_back_at=None)
    done = 0
    for pk in list(queued.order_by("pk").values_list("pk", flat=True)):
        left = until - time.monotonic()
        done += left > 0 and run(remittance_id=pk, seconds=left)
    return done


@in_shop_language
def run(*, remittance_id: int, seconds: float) -> bool:
    """Book the lines of a confirmed list that nobody has judged yet, for so long; return whether all are.

    One process at a time; killed anywhere, the next goes on with the lines that are left.
    """
    with only_one(f"remittance-{remittance_id}") as ours:
        if not ours:
            return False
        remittance = Remittance.objects.defer("rows", "tables").get(pk=remittance_id)
        by = Actor(name=remittance.confirmed_by_name or remittance.by_name, user=remittance.confirmed_by)
        until = time.monotonic() + seconds
        while some := list(_new(remittance)[:BATCH]):
            for line in _fitting(some, remittance.carrier):
                _book_new(line.pk, by)
                if time.monotonic() > until:
                    return not _new(remittance).exists()
    return True


def _new(remittance: Remittance) -> QuerySet[RemittanceLine]:
    """Return the lines that nobody has judged yet with list and parcel, without the texts of the file."""
    found = remittance.lines.filter(state=S.NEW, remittance__taken_back_at=None)
    return found.select_related("remittance", "parcel").defer("remittance__rows", "remittance__tables")


def _write_lines(remittance: Remittance) -> None:
    rows = handing_in.rows_of(remittance)
    parcels = judging.parcels_of(rows)
    RemittanceLine.objects.bulk_create(
        RemittanceLine(
            remittance=remittance,
            number=row.number,
            code=row.code,
            collected=None if row.problem else row.collected,
            fee=Decimal(0) if row.problem else row.fee,
            status=row.status,
            parcel=parcels.get(row.number),
            state=S.WAITING if row.problem else S.NEW,
            reason=R.UNREADABLE if row.problem else "",
        )
        for row in rows
    )


def _fitting(some: list[RemittanceLine], carrier: str) -> list[RemittanceLine]:
    """Return the lines that fit, to be judged again under their lock; let the others wait."""
    books = judging.look_up(line.parcel for line in some)
    found: list[RemittanceLine] = []
    misfits: dict[str, list[int]] = {}
    for line in some:
        if reason := _why_not(line, carrier, books):
            misfits.setdefault(reason, []).append(line.pk)
        else:
            found.append(line)
    for why, keys in misfits.items():
        new = RemittanceLine.objects.filter(pk__in=keys, state=S.NEW)
        new.update(state=S.WAITING, reason=why)
    return found


def _why_not(line: RemittanceLine, carrier: str, books: judging.Books) -> RemittanceLine.Reason | None:
    """Return why a line does not fit; of one that cannot be judged nothing: it fails again alone, and waits."""
    try:
        return judging.judge(line, line.parcel, carrier=carrier, books=books)
    except Exception:
        logger.exception("Line %s of a carrier's list cannot be judged.", line.pk)
        return None


def _book_new(line_id: int, by: Actor) -> None:
    """Book a line that nobody has judged yet, unless another has done so meanwhile or its list was taken back.

    One that fails as nobody foresaw waits for a person, those behind it are booked.
    """
    try:
        with transaction.atomic():
            line = lines.locked(line_id)
            if line.state == S.NEW and not line.remittance.taken_back_at:
                lines.book(line, by)
    except OperationalError:  # the database is away or busy: the next turn goes on
        raise
    except Exception:
        logger.exception("Line %s of a carrier's list cannot be booked.", line_id)
        RemittanceLine.objects.filter(pk=line_id, state=S.NEW).update(state=S.WAITING, reason=R.FAILED)
