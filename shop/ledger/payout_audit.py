"""The log entry that says who did what to a payout."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shop.core.actors import Actor, in_shop_language
from shop.ledger.doubts import Doubt
from shop.ledger.models import Payout, PayoutLog


def write(
    payout: Payout, verb: PayoutLog.Verb, *, by: Actor, reference: str = "", note: str = ""
) -> PayoutLog:
    """Append one entry; part of the transaction that makes the change."""
    return PayoutLog.objects.create(
        partner_id=payout.partner_id,
        number=payout.pk,
        verb=verb,
        amount=payout.total,
        reference=reference,
        note=note,
        actor=by.user,
        actor_name=by.name,
    )


@in_shop_language
def despite(doubtful: Sequence[Doubt]) -> str:
    """Return, for the log, that a payout was paid although the money of these orders is in doubt; nothing for none."""
    if not doubtful:
        return ""
    orders = ", ".join(f"{doubt.order.number} ({doubt.words})" for doubt in doubtful)
    return _("dù đơn %(orders)s có vướng mắc") % {"orders": orders}
