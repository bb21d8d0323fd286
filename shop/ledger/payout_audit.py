"""The line that says who did what to a payout."""

from shop.ledger.models import Payout, PayoutLog
from shop.order.audit import Actor


def write(payout: Payout, verb: PayoutLog.Verb, *, by: Actor, reference: str = "") -> PayoutLog:
    """Append one line; part of the transaction that makes the change."""
    return PayoutLog.objects.create(
        partner_id=payout.partner_id,
        number=payout.pk,
        verb=verb,
        amount=payout.total,
        reference=reference,
        actor=by.user,
        actor_name=by.name,
    )
