"""Putting open payouts into a file for the bank: each into one file, noted when and by whom."""

from decimal import Decimal

from django.db import transaction

from shop.ledger import payout_audit
from shop.ledger.models import Payout, PayoutLog, TransferFile
from shop.order import locking
from shop.order.audit import Actor


def waiting() -> list[Payout]:
    """Return the open payouts that are in no file yet."""
    return list(Payout.objects.filter(state=Payout.State.OPEN, file=None).order_by("pk"))


def hand_over(*, by: Actor) -> TransferFile | None:
    """Make one file of the open payouts that are in none; None where there is nothing. One transaction.

    Two staff at once make one file: the payouts are locked and looked at again.
    """
    with transaction.atomic():
        found = [row for row in locking.payouts(waiting()) if not row.is_paid and row.file_id is None]
        if not found:
            return None
        total = sum((payout.total for payout in found), Decimal(0))
        file = TransferFile.objects.create(by=by.user, by_name=by.name, count=len(found), total=total)
        Payout.objects.filter(pk__in=[payout.pk for payout in found]).update(file=file)
        for payout in found:
            payout_audit.write(payout, PayoutLog.Verb.HAND_OVER, by=by, reference=str(file.pk))
    return file
