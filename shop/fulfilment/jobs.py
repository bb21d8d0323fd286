"""What the timer does for orders (TIMER_JOBS); each job may run twice at once and be killed anywhere.

Every change locks its order and looks again, so two timers never do one thing twice.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from shop.core.actors import SYSTEM
from shop.fulfilment import parcels
from shop.order import mails
from shop.order.models import Parcel, ReturnPhoto, ReturnRequest
from shop.order.transitions import OPEN_ORDER
from shop.payment.models import Refund
from shop.timer import clock

logger = logging.getLogger(__name__)


def cancel_unaccepted() -> int:
    """Cancel parcels that no producer accepted within PARCEL_ACCEPT_WITHIN_H hours; 0 waits for ever.

    Those whose payment is disputed wait for a person; those whose dispute is over, too: their producer had
    no time to accept meanwhile.

    Returns:
        How many parcels were cancelled.
    """
    hours = settings.PARCEL_ACCEPT_WITHIN_H
    late = Parcel.objects.filter(
        status=Parcel.Status.NEW,
        order__placed_at__lt=clock.for_deadlines() - timedelta(hours=hours),
        order__status__in=OPEN_ORDER,
    ).exclude(order__payments__refunds__in=Refund.objects.filter(disputed=True))
    return sum(_cancel(*row) for row in list(late.values_list("pk", "order__language")) if hours)


def queue_mails() -> int:
    """Queue the mail that a crash between commit and queue left behind; return how many."""
    return mails.queue_due()


def forget_pictures() -> int:
    """Delete the pictures of returns decided RETURN_PICTURES_KEEP_D days ago; return how many."""
    until = clock.for_deadlines() - timedelta(days=settings.RETURN_PICTURES_KEEP_D)
    decided = ReturnRequest.objects.exclude(state=ReturnRequest.State.REQUESTED).filter(decided_at__lt=until)
    count, _models = ReturnPhoto.objects.filter(request__in=decided).delete()
    return count


def _cancel(pk: int, language: str) -> bool:
    with override(language):
        reason = _("Cơ sở không nhận đơn kịp.")
    try:
        parcels.cancel(parcel_id=pk, by=SYSTEM, reason=reason)
    except parcels.InvalidTransition:
        logger.info("Parcel %s moved on meanwhile", pk)
        return False
    except Exception:  # one parcel that cannot be cancelled stops no other
        logger.exception("Parcel %s cannot be cancelled", pk)
        return False
    return True
