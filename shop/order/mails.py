"""Mail about orders: first a row beside the news, then a mail in the queue, then the mail server.

`write` runs inside the transaction that makes the news. After its commit the mail is rendered in
the buyer's language and put into django-post-office's queue, which `manage.py tick` empties, again
and again while the mail server is down. What a crash leaves unqueued, `queue_due` finds.
"""

import logging
from collections.abc import Callable
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from post_office.models import PRIORITY, STATUS, Email
from post_office.settings import get_message_id_fqdn

from catalogue import claim_periods
from shop.order.models import Line, Order, OrderMail, Parcel, ReturnRequest

ABOUT_RETURNS = (OrderMail.Kind.RETURN_OK, OrderMail.Kind.RETURN_PART, OrderMail.Kind.RETURN_NO)

logger = logging.getLogger(__name__)
ContextProvider = Callable[[OrderMail], dict[str, Any]]
_providers: list[ContextProvider] = []


def add_context(provider: ContextProvider) -> None:
    """Let a room above add to what mails are rendered with; called once, when its app is ready."""
    if provider not in _providers:
        _providers.append(provider)


def write(order: Order, kind: OrderMail.Kind, *, parcel: Parcel | None = None, reference: str = "") -> None:
    """Note news for the buyer, and queue the mail once the transaction is committed.

    Args:
        order: whose buyer.
        kind: what happened.
        parcel: the parcel it happened to, where it is one.
        reference: distinguishes two messages of one kind, such as a refund's key.
    """
    values = {"order": order, "parcel": parcel, "kind": kind, "reference": reference}
    OrderMail.objects.bulk_create([OrderMail(**values)], ignore_conflicts=True)
    rows = OrderMail.objects.filter(**values)
    transaction.on_commit(lambda: _queue_all(rows), robust=True)


def queue(pk: int) -> bool:
    """Render one message into the queue; say whether it was not there before.

    Row lock and stamp are one transaction with the queued mail: two timers at once queue one mail.
    """
    with transaction.atomic():
        rows = OrderMail.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk, queued_at=None)
        mail = rows.select_related("order__user", "parcel").first()
        if mail is None:
            return False
        if mail.order.email:
            _enqueue(mail)
        mail.queued_at = timezone.now()
        mail.save(update_fields=["queued_at"])
    return True


def queue_due() -> int:
    """Queue what a crash left behind; return how many. One that fails to render stops no other."""
    return _queue_all(OrderMail.objects.all())


def _queue_all(rows: models.QuerySet[OrderMail]) -> int:
    queued = 0
    for pk in list(rows.filter(queued_at=None).values_list("pk", flat=True)):
        try:
            queued += queue(pk)
        except Exception:
            logger.exception("Mail %s about an order cannot be queued", pk)
    return queued


def order_url(order: Order) -> str:
    """Return the order page's absolute address in the buyer's language."""
    with translation.override(order.language):
        return settings.WAGTAILADMIN_BASE_URL + reverse("order:detail", args=[order.token])


def put(name: str, context: dict[str, Any], *, address: str, language: str) -> None:
    """Render the mail `name` in a language and put it into the queue."""
    with translation.override(language):
        folder = f"shop/mail/{name}"
        subject = " ".join(render_to_string(f"{folder}_subject.txt", context).split())
        context = context | {"subject": subject}
        # Not post_office.mail.send: that reads subject and body as templates, and buyers write into them.
        Email.objects.create(
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[address],
            subject=subject,
            message=render_to_string(f"{folder}.txt", context),
            html_message=render_to_string(f"{folder}.html", context),
            priority=PRIORITY.medium,
            status=STATUS.queued,
            message_id=make_msgid(
                domain=get_message_id_fqdn()
            ),  # sent twice after a crash, it is still one mail
        )


def _enqueue(mail: OrderMail) -> None:
    order = mail.order
    with translation.override(order.language):
        context = _context(mail)
    put(mail.kind, context, address=order.email, language=order.language)


def _context(mail: OrderMail) -> dict[str, Any]:
    order = mail.order
    parcels = list(order.parcels.select_related("partner", "sales_point").prefetch_related("lines"))
    context = {
        "order": order,
        "parcel": mail.parcel,
        "parcels": parcels,
        "address": order.shipping_address,
        "claims": claim_rule(parcels),
        "surcharge": sum(parcel.surcharge for parcel in parcels),
        "url": order_url(order),
        "language": order.language,
        "shop_name": settings.OSCAR_SHOP_NAME,
        **_wish(mail),
    }
    for provider in _providers:
        context |= provider(mail)
    return context


def claim_rule(parcels: list[Parcel]) -> str:
    """Return within what time the buyer says that something is wrong, for the goods of these parcels."""
    lines = Line.objects.filter(parcel__in=parcels, product__isnull=False).select_related("product__parent")
    return claim_periods.rule(line.product for line in lines)


def _wish(mail: OrderMail) -> dict[str, Any]:
    """Return the return request that a mail is about, by its key; the latest for mail that names none."""
    if mail.kind not in ABOUT_RETURNS or mail.parcel is None:
        return {}
    requests = ReturnRequest.objects.filter(parcel=mail.parcel)
    if mail.reference:
        requests = requests.filter(pk=mail.reference)
    wish = requests.last()
    return {"wish": wish, "wish_lines": wish.lines.select_related("line") if wish else []}
