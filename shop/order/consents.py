"""Giving and withdrawing consents; each is a row with its time and its words."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.core import locking
from shop.order.models import Consent, Order

NEWS_WORDS = _("Gửi tôi tin mùa vụ và ưu đãi qua email. Bỏ lúc nào cũng được.")


def give(order: Order) -> Consent:
    """Keep what the buyer of a new order agreed to, in the words they read; part of placing it."""
    return Consent.objects.create(
        order=order,
        user=order.user,
        purpose=Consent.Purpose.NEWS,
        email=order.email,
        wording=str(NEWS_WORDS),
        language=order.language,
    )


@transaction.atomic
def withdraw(order_id: int) -> None:
    """Take back the consent that came with an order, and all others to the same address.

    Whoever says stop in one place means the mailbox, not the order.
    """
    order = locking.order(order_id)
    same = Order.objects.filter(guest_email__iexact=order.email) if order.email else Order.objects.none()
    Consent.objects.filter(
        order__in=[order.pk, *same.values_list("pk", flat=True)], withdrawn_at=None
    ).update(withdrawn_at=timezone.now())
    (same | Order.objects.filter(pk=order.pk)).filter(marketing_consent=True).update(marketing_consent=False)
