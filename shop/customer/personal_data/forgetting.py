"""What of an order goes when: with its account all but what accounts need, after the legal term the rest.

Accounting documents are kept for ten years after the year they belong to (Decree 174/2016/NĐ-CP,
articles 13 and 15; setting ORDER_KEEP_Y). Sums, goods, VAT and the province stay for ever.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from shop.core import locking
from shop.ledger.models import Remittance
from shop.order.models import Consent, Order, OrderLog, ReturnPhoto, ReturnRequest, ShippingAddress
from shop.payment.models import Refund
from shop.timer import clock
from shop.users.models import User

BATCH = 200  # orders in one turn of the timer
NAMELESS = "—"
OVER = (Order.Status.COMPLETE, Order.Status.CANCELLED, Order.Status.EXPIRED)


def leave_orders(user: User) -> None:
    """Note on the orders of an account that it goes, and withdraw its consents; part of its deletion.

    The timer takes later what no document needs of them.
    """
    orders = Order.objects.filter(user=user)
    Consent.objects.filter(order__in=orders, withdrawn_at=None).update(withdrawn_at=timezone.now())
    orders.update(account_deleted_at=timezone.now(), marketing_consent=False)


def forget_contacts() -> int:
    """Take telephone, e-mail and messages from orders whose account is gone; return how many.

    Not before goods can no longer come back and an unpaid order can no longer be paid, nor while
    money or goods are on their way back.
    """
    days = max(settings.RETURN_WINDOW_DAYS, settings.EXPIRED_PAYABLE_D)
    until = clock.for_deadlines() - timedelta(days=days)
    due = _at_rest().filter(account_deleted_at__lt=until).exclude(guest_email="")
    return _each(due, _forget_contact)


def anonymise_old() -> int:
    """Take everything that names a person from orders whose legal term is over; return how many."""
    if not settings.ORDER_KEEP_Y:
        return 0
    year = timezone.localtime(clock.for_deadlines()).year - settings.ORDER_KEEP_Y
    first_kept = timezone.make_aware(datetime(year, 1, 1))  # noqa: DTZ001 - made aware in the shop's zone
    # Carriers' lists name recipients in columns that we do not know; their lines and sums stand beside.
    Remittance.objects.filter(confirmed_at__lt=first_kept).exclude(rows=[]).update(rows=[])
    return _each(_at_rest().filter(date_placed__lt=first_kept, anonymised_at=None), _anonymise)


def _at_rest() -> QuerySet[Order]:
    """Return orders for which nothing is to be done any more."""
    unsettled = Q(state=Refund.State.REQUESTED) | Q(dispute_open=True)
    refunds = Refund.objects.filter(unsettled, payment__order=OuterRef("pk"))
    returns = ReturnRequest.objects.filter(parcel__order=OuterRef("pk"), state=ReturnRequest.State.REQUESTED)
    found: QuerySet[Order] = Order.objects.filter(~Exists(refunds), ~Exists(returns), status__in=OVER)
    return found


def _each(due: QuerySet[Order], forget: Callable[[Order], None]) -> int:
    keys = list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])
    for pk in keys:
        with transaction.atomic():
            forget(locking.order(pk))
    return len(keys)


def _forget_contact(order: Order) -> None:
    order.guest_email = order.gift_message = ""
    order.marketing_consent = False
    order.save(update_fields=["guest_email", "gift_message", "marketing_consent"])
    ShippingAddress.objects.filter(order=order).update(phone_number="", notes="")
    Consent.objects.filter(order=order).delete()


def _anonymise(order: Order) -> None:
    _forget_contact(order)
    order.user = None
    order.invoice_name = order.invoice_tax_code = order.invoice_address = order.entered_by = ""
    order.anonymised_at = timezone.now()
    order.save(
        update_fields=[
            "user",
            "invoice_name",
            "invoice_tax_code",
            "invoice_address",
            "entered_by",
            "anonymised_at",
        ]
    )
    ShippingAddress.objects.filter(order=order).update(
        title="", first_name=NAMELESS, last_name="", line1="", line2="", line3="", line4="", postcode="",
        search_text="",
    )  # fmt: skip
    requests = ReturnRequest.objects.filter(parcel__order=order)
    ReturnPhoto.objects.filter(request__in=requests).delete()
    requests.update(reason="", note="", rest_note="", decided_by=None, decided_by_name="")
    order.notes.all().delete()
    Refund.objects.filter(payment__order=order).update(reason="")
    # The log refuses to be changed; who acted, and the words, are what the law wants gone now.
    models.QuerySet(OrderLog).filter(order=order).update(actor=None, actor_name=NAMELESS, note="")
