"""Orders whose money did not come in time: the provider is asked first, only then the stock is freed."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from shop.order import audit, holding, locking, mails, uses
from shop.order.audit import SYSTEM, Actor
from shop.order.models import Order, OrderLog, OrderMail
from shop.payment import books, closing, settling
from shop.payment.asking import ask_each
from shop.payment.models import Payment
from shop.payment.models.payment import HOLDING, LIVE
from shop.payment.providers import provider
from shop.timer import clock


def due(now: datetime) -> QuerySet[Order]:
    """Return the orders that wait for money and hold stock past their last deadline."""
    in_time = Payment.objects.filter(order=OuterRef("pk"), state__in=HOLDING, deadline__gte=now)
    return Order.objects.filter(~Exists(in_time), status=Order.Status.PENDING_PAYMENT)


def expire(*, order_id: int, by: Actor = SYSTEM) -> bool:
    """Let an unpaid order go if its money can no longer come; say whether it expired.

    Asks the providers first: call it outside transactions. A payment that turns out to have
    succeeded is settled instead.

    Raises:
        PaymentUnavailable: a provider does not answer; the stock stays held, ask again later.
    """
    if not withdraw_all(order_id=order_id, by=by):
        return False
    return _expire(order_id, by)


def withdraw_all(*, order_id: int, by: Actor, but: int | None = None) -> bool:
    """Stop every payment of an order that may still succeed, except `but`; False if money has come.

    Raises:
        PaymentUnavailable: a provider does not answer.
    """
    stopped = True
    for payment in _live(order_id, but):
        method = provider(payment.method)
        if method and not method.withdraw(payment):
            settled = settling.look(payment_id=payment.pk, by=by)
            stopped = stopped and not settled.is_live and settled.state != Payment.State.PAID
    return stopped


def _live(order_id: int, but: int | None) -> list[Payment]:
    rows = Payment.objects.filter(order=order_id, state__in=LIVE)
    return [payment for payment in rows if payment.pk != but]


def _expire(order_id: int, by: Actor) -> bool:
    """Free what the order held, on locked rows. One transaction."""
    with transaction.atomic():
        order = locking.order(order_id)
        payments = locking.payments(order)
        parcels = locking.parcels(order)
        now = timezone.now()
        in_time = any(row.state in HOLDING and row.deadline and row.deadline >= now for row in payments)
        doubtful = any(row.state == Payment.State.REVIEW and books.kept(row) > 0 for row in payments)
        if order.status != Order.Status.PENDING_PAYMENT or in_time or doubtful:
            return False
        holding.release(parcels)
        uses.give_back(order)
        order.set_status(Order.Status.EXPIRED)
        audit.write(order, OrderLog.Verb.EXPIRE, by=by, reference=order.number)
        for payment in payments:
            if payment.is_live:
                closing.close(payment, state=Payment.State.EXPIRED, by=by)
        mails.write(order, OrderMail.Kind.EXPIRED, reference=str(payments[-1].pk))
    return True


def expire_due() -> int:
    """Expire whatever is due; one provider's silence stops no other's orders. Returns how many."""
    live = Payment.objects.filter(order=OuterRef("pk"), state__in=LIVE).order_by("-pk")
    orders = due(clock.for_deadlines()).annotate(method=Subquery(live.values("method")[:1]))
    return ask_each(orders, "method", lambda pk: expire(order_id=pk))
