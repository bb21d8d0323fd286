"""The hub's balance at Stripe: what came, what went, Stripe's fees, payouts to the bank. Asked by the timer alone."""

import logging
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import stripe
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shop.payment import signals
from shop.payment.models import Receipt, StripeTransaction
from shop.payment.providers.base import PaymentUnavailable
from shop.payment.providers.stripe.client import client
from shop.payment.providers.stripe.sessions import stripe_errors

if TYPE_CHECKING:
    from stripe import BalanceTransaction

logger = logging.getLogger(__name__)
AGAIN = timedelta(days=1)  # so far back is asked again: what is new may be older than what was told last
WINDOW = timedelta(days=7)  # so much is asked for at once, and stored before the next
LIST_LIMIT = 100  # rows of each call: the most that Stripe gives
JOB_S = 20  # after so long the next turn of the timer goes on


class MayNotRead(Exception):
    """The key is restricted and has no permission to read the balance."""


def fetch_new() -> int:
    """Store what moved on the balance since the last time; return how many movements were new.

    Nothing is asked before the first card was charged. One window after the other, each stored as a whole,
    the oldest first: what was interrupted goes on where it stood. A key that may not read it (permission
    "Balance transactions") is no error: the balance stays unknown.
    """
    if not settings.STRIPE_SECRET_KEY or (start := _start()) is None:
        return 0
    until, now, count = time.monotonic() + JOB_S, timezone.now(), 0
    try:
        while start < now and time.monotonic() < until:
            count += _store(_read(start, start + WINDOW))
            start += WINDOW
    except PaymentUnavailable as silent:
        logger.warning("Stripe's balance waits for the next turn: %s", silent)
    except MayNotRead as refused:
        logger.warning("Stripe's key may not read its balance: %s", refused)
    return count


def _start() -> datetime | None:
    latest = StripeTransaction.objects.order_by("created_at").last()
    if latest:
        return latest.created_at - AGAIN
    first = Receipt.objects.filter(source=Receipt.Source.CARD).order_by("pk").first()
    return first.at - AGAIN if first else None


def _read(start: datetime, end: datetime) -> list["BalanceTransaction"]:
    """Return all that moved from `start` to before `end`."""
    period = {"gte": int(start.timestamp()), "lt": int(end.timestamp())}
    asked: Any = {"created": period, "limit": LIST_LIMIT, "expand": ["data.source"]}
    with stripe_errors():
        try:
            return list(client().v1.balance_transactions.list(asked).auto_paging_iter())
        except stripe.PermissionError as refused:
            raise MayNotRead(refused.user_message) from refused


def _store(told: list["BalanceTransaction"]) -> int:
    """Keep what is not known yet, and tell the ledger in the same transaction."""
    with transaction.atomic():
        known = set(
            StripeTransaction.objects.filter(reference__in=[row.id for row in told]).values_list(
                "reference", flat=True
            )
        )
        new = [row for row in reversed(told) if row.id not in known]  # told the newest first
        StripeTransaction.objects.bulk_create(map(_row, new), ignore_conflicts=True)
        stored = list(StripeTransaction.objects.filter(reference__in=[row.id for row in new]))
        if stored:
            signals.provider_balance_moved.send(StripeTransaction, transactions=stored)
    return len(stored)


def _row(told: "BalanceTransaction") -> StripeTransaction:
    source: Any = told.source
    what = getattr(source, "object", "")
    subject = source if isinstance(source, str) else getattr(source, "id", "")
    if what == "charge":
        subject = source.payment_intent or subject
    arrives = datetime.fromtimestamp(source.arrival_date, UTC).date() if what == "payout" else None
    return StripeTransaction(
        reference=told.id,
        kind=told.type,
        currency=told.currency,
        amount=Decimal(told.amount),
        fee=Decimal(told.fee),
        subject=subject or "",
        created_at=datetime.fromtimestamp(told.created, UTC),
        arrives_on=arrives,
    )
