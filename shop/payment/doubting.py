"""Letting a person look at a payment: the one way in which a reason gets there."""

import logging

from shop.core.actors import Actor, in_shop_language
from shop.order import audit
from shop.order.models import OrderLog
from shop.payment.models import Payment
from shop.payment.models.doubt import words

logger = logging.getLogger(__name__)


@in_shop_language
def note(payment: Payment, why: str, *, by: Actor) -> bool:
    """Let a person look at a locked payment, saved and logged; return False when the reason waits already.

    Args:
        payment: whose order is locked, too.
        why: Doubt.….of(…), or a provider's own words.
        by: who found it.
    """
    if not payment.add_doubt(why):
        return False
    payment.save(update_fields=["doubt", "changed_at"])
    audit.write(payment.order, OrderLog.Verb.NOTE, by=by, reference=payment.method, note=words(why))
    logger.warning("Payment %s of order %s needs a person: %s", payment.pk, payment.order.number, why)
    return True
