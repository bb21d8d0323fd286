"""Mail about orders: first a row beside the news, then a mail in the queue, then the mail server.

`write` runs inside the transaction that makes the news. After its commit the mail is rendered in
the buyer's language and put into django-post-office's queue, which `manage.py tick` empties, again
and again while the mail server is down. What a crash leaves unqueued, `queue_due` finds.
"""

import logging
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Sum
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from post_office.models import PRIORITY, STATUS, Email
from post_office.settings import get_message_id_fqdn

from shop.order.models import Order, OrderMail, Parcel
from shop.payment.models import Refund, RefundAccount
from shop.payment.providers import provider

logger = logging.getLogger(__name__)


def write(order: Order, kind: OrderMail.Kind, *, parcel: Parcel | None = None, reference: str = "") -> None:
    """Note that the buyer must be told, and queue the mail once the transaction is committed.

    Args:
        order: whose buyer.
        kind: what happened.
        parcel: the parcel it happened to, where it is one.
        reference: tells two messages of one kind apart, such as a refund's key.
    """
    facts = {"order": order, "parcel": parcel, "kind": kind, "reference": reference}
    OrderMail.objects.bulk_create([OrderMail(**facts)], ignore_conflicts=True)
    rows = OrderMail.objects.filter(**facts)
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
    payment = order.payment
    method = provider(payment.method) if payment else None
    return {
        "order": order,
        "parcel": mail.parcel,
        "parcels": parcels,
        "address": order.shipping_address,
        "surcharge": sum(parcel.surcharge for parcel in parcels),
        "method": method.name() if method else "",
        "payment": payment,
        "is_to_go_back": _is_to_go_back(order),
        "gives_back": _gives_back(mail),
        "refund": Refund.objects.filter(key=mail.reference).first() if mail.reference else None,
        "account_wanted": Refund.objects.to_transfer().filter(payment__order=order, account=None).total(),
        "refund_account": RefundAccount.of(order),
        "url": order_url(order),
        "language": order.language,
        "shop_name": settings.OSCAR_SHOP_NAME,
    }


def _gives_back(mail: OrderMail) -> bool:
    """Return whether some of what was paid goes back by us: for the mail's parcel, or for the order without one."""
    refunds = Refund.objects.filter(payment__order=mail.order, external=False)
    if mail.parcel:
        refunds = refunds.filter(parcel=mail.parcel)
    return refunds.exclude(state=Refund.State.DROPPED).exists()  # one that failed is made again


def _is_to_go_back(order: Order) -> bool:
    """Return whether money came for an order that expired and is not all given back yet."""
    came = order.payments.aggregate(sum=Sum("received"))["sum"] or 0
    return came > Refund.objects.filter(payment__order=order, state=Refund.State.DONE).total()
