"""Mail to producers about their parcels: the same way as the buyers' mail (shop.order.mails).

It names the goods and the end of the order's code, never who buys: mail lies about for years, and
what the parcel needs stands on its page, behind the log-in.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone, translation

from shop.order import mails
from shop.order.localised import shipping_name
from shop.order.models import Parcel, ProducerMail, ReturnRequest
from shop.partner.people import readers

logger = logging.getLogger(__name__)
K = ProducerMail.Kind


def new_parcels(parcels: Iterable[Parcel]) -> None:
    """Note that producers must take these parcels on: their order is paid, or will be at the door."""
    _write(K.NEW, [parcel for parcel in parcels if parcel.status == Parcel.Status.NEW])


def return_asked(request: ReturnRequest) -> None:
    """Note that the buyer wants to send units of a parcel back, which its producer decides."""
    _write(K.RETURN, [request.parcel], reference=str(request.pk))


def queue(pk: int) -> bool:
    """Render one message into the queue; say whether it was not there before.

    What has been dealt with meanwhile is not sent any more.
    """
    with transaction.atomic():
        rows = ProducerMail.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk, queued_at=None)
        mail = rows.select_related("parcel__order", "parcel__partner").first()
        if mail is None:
            return False
        if _is_waiting(mail):
            for address, language in readers(mail.parcel.partner):
                _put(mail, address, language)
        mail.queued_at = timezone.now()
        mail.save(update_fields=["queued_at"])
    return True


def queue_due() -> int:
    """Queue what a crash left behind; return how many. One that fails to render stops no other."""
    return _queue_all(ProducerMail.objects.all())


def _write(kind: ProducerMail.Kind, parcels: list[Parcel], *, reference: str = "") -> None:
    rows = [ProducerMail(parcel=parcel, kind=kind, reference=reference) for parcel in parcels]
    ProducerMail.objects.bulk_create(rows, ignore_conflicts=True)
    written = ProducerMail.objects.filter(parcel__in=parcels, kind=kind, reference=reference)
    transaction.on_commit(lambda: _queue_all(written), robust=True)


def _queue_all(rows: models.QuerySet[ProducerMail]) -> int:
    queued = 0
    for pk in list(rows.filter(queued_at=None).values_list("pk", flat=True)):
        try:
            queued += queue(pk)
        except Exception:
            logger.exception("Mail %s to a producer cannot be queued", pk)
    return queued


def _is_waiting(mail: ProducerMail) -> bool:
    """Return whether the producer still has something to do."""
    if mail.kind == K.NEW:
        return mail.parcel.status == Parcel.Status.NEW
    waiting = ReturnRequest.objects.filter(parcel=mail.parcel, state=ReturnRequest.State.REQUESTED)
    return (waiting.filter(pk=mail.reference) if mail.reference else waiting).exists()


def _put(mail: ProducerMail, address: str, language: str) -> None:
    with translation.override(language):
        context = _context(mail.parcel, language)
    mails.put(f"producer_{mail.kind}", context, address=address, language=language)


def _context(parcel: Parcel, language: str) -> dict[str, Any]:
    return {
        "code": parcel.short_code,
        "partner": parcel.partner,
        "lines": [line for line in parcel.lines.select_related("product__parent") if line.units],
        "way": shipping_name(parcel),
        "deadline": _deadline(parcel),
        "url": settings.WAGTAILADMIN_BASE_URL + reverse("producer_parcels:detail", args=[parcel.pk]),
        "shop_name": settings.OSCAR_SHOP_NAME,
        "language": language,
    }


def _deadline(parcel: Parcel) -> datetime | None:
    """Return when a parcel that nobody takes on is cancelled; None for never."""
    placed, hours = parcel.order.placed_at, settings.PARCEL_ACCEPT_WITHIN_H
    return placed + timedelta(hours=hours) if placed and hours else None
