"""Budgets: how often one subject may have something within some time, counted in the database.

Unlike rate limits (shop.core.ratelimit, counted in the cache by address) they hold for all server
processes, all doors and all addresses together, and while the cache is down.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from shop.users.models import BudgetUse

KEEP = timedelta(days=1)  # longer than any window
BATCH = 1000


@dataclass(frozen=True)
class Budget:
    """At most `number` uses within `window` from the first one; 0 means no limit."""

    scope: str
    number: int | str  # or the name of a setting
    window: timedelta = timedelta(hours=1)

    @property
    def most(self) -> int:
        """Return the number as it is set now."""
        return self.number if isinstance(self.number, int) else int(getattr(settings, self.number))


def spend(budget: Budget, subject: str) -> bool:
    """Count one use and say whether it is still within the budget.

    Each step is one statement whose condition the database checks: of many at once no more get
    through than the budget allows.
    """
    if not budget.most:
        return True
    now = timezone.now()
    key = {"scope": budget.scope, "digest": digest(budget.scope, subject)}
    rows = BudgetUse.objects.filter(**key)
    over = rows.filter(begun_at__lte=now - budget.window)
    within = rows.filter(begun_at__gt=now - budget.window, used__lt=budget.most)
    if within.update(used=F("used") + 1) or over.update(begun_at=now, used=1):
        return True
    BudgetUse.objects.bulk_create([BudgetUse(**key, begun_at=now, used=0)], ignore_conflicts=True)
    return bool(within.update(used=F("used") + 1))


def is_used_up(budget: Budget, subject: str) -> bool:
    """Return whether the next use would be refused; counts none."""
    key = {"scope": budget.scope, "digest": digest(budget.scope, subject)}
    within = BudgetUse.objects.filter(**key, begun_at__gt=timezone.now() - budget.window)
    return bool(budget.most) and within.filter(used__gte=budget.most).exists()


def begun_at(budget: Budget, subject: str) -> datetime | None:
    """Return since when a subject's uses are counted, None when none are."""
    rows = BudgetUse.objects.filter(scope=budget.scope, digest=digest(budget.scope, subject))
    return rows.values_list("begun_at", flat=True).first()


def forget(budget: Budget, subject: str) -> None:
    """Drop the count of a subject, after a success."""
    BudgetUse.objects.filter(scope=budget.scope, digest=digest(budget.scope, subject)).delete()


def digest(scope: str, subject: str) -> str:
    """Return a subject as it is kept: nobody without the SECRET_KEY finds out whose it is."""
    text = f"{scope}\0{subject.strip().casefold()}"
    return salted_hmac("shop.users.budgets", text, algorithm="sha256").hexdigest()


def forget_old() -> int:
    """Remove the counts whose time is over, a batch at a time; return how many."""
    removed = 0
    while batch := _forget_batch():
        removed += batch
    return removed


def _forget_batch() -> int:
    """Remove some; those whose subject places an order just now stay, so that neither waits for the other."""
    old = BudgetUse.objects.filter(begun_at__lt=timezone.now() - KEEP)
    with transaction.atomic():
        keys = [row.pk for row in old.select_for_update(skip_locked=True)[:BATCH]]
        return BudgetUse.objects.filter(pk__in=keys).delete()[0]
