"""The circuit breaker: a provider that does not answer is left alone, so that nobody waits for it in vain.

Closed: calls go through. After THRESHOLD failures in a row it opens: calls are refused at once.
Half-open: every TRIAL_EVERY one call goes through; when it is answered, the breaker closes.
"""

import logging
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from shop.payment.models import ProviderBreaker

logger = logging.getLogger(__name__)
THRESHOLD = 3
TRIAL_EVERY = timedelta(seconds=30)
MAX_ERROR = 300


class BreakerOpen(Exception):
    """The provider has not answered lately and is not asked now."""


def is_open(code: str) -> bool:
    """Return whether calls to this provider are refused, but for trials."""
    return ProviderBreaker.objects.filter(pk=code, opened_at__isnull=False).exists()


def check(code: str) -> None:
    """Let a call to this provider through, or refuse it; of all processes one at a time gets the trial.

    Raises:
        BreakerOpen: it is not to be asked now.
    """
    row = ProviderBreaker.objects.filter(pk=code, opened_at__isnull=False).first()
    if row is None:
        return
    now = timezone.now()
    # Far ahead: the clock went back. A little ahead: another process has just begun its trial.
    due = Q(tried_at__lte=now - TRIAL_EVERY) | Q(tried_at__gt=now + TRIAL_EVERY)
    if not ProviderBreaker.objects.filter(due, pk=code).update(tried_at=now):
        raise BreakerOpen(f"{code} has not answered since {row.opened_at:%H:%M:%S} UTC: {row.error}")


def succeeded(code: str) -> None:
    """Note an answer: the breaker closes."""
    row = ProviderBreaker.objects.filter(pk=code, failures__gt=0).first()
    if row is None:
        return
    ProviderBreaker.objects.filter(pk=code).update(failures=0, opened_at=None, error="")
    if row.opened_at:
        logger.warning("%s answers again, after %s", code, timezone.now() - row.opened_at)


def failed(code: str, why: str) -> None:
    """Note a call that was not answered; the third in a row opens the breaker."""
    ProviderBreaker.objects.get_or_create(pk=code)
    row = ProviderBreaker.objects.filter(pk=code)
    now = timezone.now()
    row.update(failures=F("failures") + 1, tried_at=now, error=why[:MAX_ERROR])
    if row.filter(failures__gte=THRESHOLD, opened_at=None).update(opened_at=now):
        logger.error(
            "%s did not answer %d times in a row and is asked only every %d s from now on; buyers are told to "
            "try again or to pay otherwise, the timer makes up for the rest. Look at its status page and at "
            "this host's way out. Last: %s",
            code,
            THRESHOLD,
            TRIAL_EVERY.total_seconds(),
            why,
        )
