"""Transfer files: open payouts in a file for the bank, each in one file, noted when and by whom."""

from decimal import Decimal

from django.db import transaction

from shop.core import locking
from shop.core.actors import Actor
from shop.ledger import doubts, payout_audit
from shop.ledger.models import Payout, PayoutApproval, PayoutLog, TransferFile


def waiting() -> list[Payout]:
    """Return the open payouts that are in no file yet, whose money nobody doubts and that wait for no second person."""
    return _to_transfer(_in_no_file())


def left_out() -> list[Payout]:
    """Return the open payouts that go into no file while the money of one of their orders is in doubt."""
    rows = _in_no_file()
    doubtful = doubts.doubts_of(rows)
    return [payout for payout in rows if payout.pk in doubtful]


def unapproved() -> list[Payout]:
    """Return the open payouts that go into no file before a second person has confirmed them."""
    return [payout for payout in _in_no_file() if payout.is_unapproved]


def make_file(*, by: Actor) -> TransferFile | None:
    """Make one file of the open payouts that are in none; None where there is nothing. One transaction.

    Two staff at once make one file: the payouts are locked, and what they are and whether their money is in doubt
    is looked at after that.
    """
    with transaction.atomic():
        locked = locking.payouts(_in_no_file())
        found = _to_transfer([row for row in locked if not row.is_paid and row.file_id is None])
        if not found:
            return None
        total = sum((payout.total for payout in found), Decimal(0))
        file = TransferFile.objects.create(by=by.user, by_name=by.name, count=len(found), total=total)
        Payout.objects.filter(pk__in=[payout.pk for payout in found]).update(file=file)
        for payout in found:
            payout_audit.write(payout, PayoutLog.Verb.ADD_TO_FILE, by=by, reference=str(file.pk))
    return file


def _in_no_file() -> list[Payout]:
    rows = Payout.objects.filter(state=Payout.State.OPEN, file=None)
    return list(rows.select_related("partner", "approval").order_by("pk"))


def _to_transfer(rows: list[Payout]) -> list[Payout]:
    doubtful = doubts.doubts_of(rows)
    unapproved = set(
        PayoutApproval.objects.filter(payout__in=rows, confirmed_at=None).values_list("payout", flat=True)
    )
    return [payout for payout in rows if payout.pk not in doubtful and payout.pk not in unapproved]
