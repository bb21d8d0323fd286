"""Notices of money from outside, stored before anything is done with them."""

from datetime import timedelta
from typing import Any

from django.conf import settings

from shop.payment.models import Inbox
from shop.timer import clock


def receive(*, kind: Inbox.Kind, key: str, body: dict[str, Any]) -> Inbox:
    """Store one notice under the sender's own id; a replay gives the row that is there.

    Committed by itself unless the caller has a transaction open: what is stored survives whatever
    goes wrong with it afterwards, and the timer finds it.
    """
    row, _created = Inbox.objects.get_or_create(kind=kind, key=key, defaults={"body": body})
    return row


def forget_old() -> int:
    """Delete the card provider's events that were dealt with long ago; return how many.

    One that comes again is looked at again, and books nothing: receipts and refunds have the
    provider's own references. Bank lines stay (shop.payment.bank.retention).
    """
    until = clock.for_deadlines() - timedelta(days=settings.NOTICE_KEEP_D)
    count, _models = Inbox.objects.filter(kind=Inbox.Kind.STRIPE, done_at__lt=until).delete()
    return count
