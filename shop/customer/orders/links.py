"""How long an order's link shows it: some months after it is over. Then it is looked up, or its owner signs in."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone

from shop.core import ratelimit
from shop.order.models import Order

KEY = "orders"  # in the session: those that were looked up
MOST = 20
CLOSED = frozenset({Order.Status.COMPLETE, Order.Status.CANCELLED, Order.Status.EXPIRED})


def is_shown(order: Order, request: HttpRequest) -> bool:
    """Return whether whoever has the link is shown the order."""
    if not has_ended(order):
        return True
    is_owner = order.user_id is not None and order.user_id == request.user.pk
    return is_owner or order.pk in request.session.get(KEY, [])


def has_ended(order: Order) -> bool:
    """Return whether nothing has happened for so long to an order that is over; no query for a young one."""
    if not settings.ORDER_LINK_D or order.status not in CLOSED:
        return False
    until = timezone.now() - timedelta(days=settings.ORDER_LINK_D)
    if order.date_placed and order.date_placed > until:
        return False
    last = order.log.aggregate(at=Max("at"))["at"] or order.date_placed
    return bool(last and last <= until)


def show_again(order: Order, request: HttpRequest) -> bool:
    """Let this browser see an order that it has looked up; False when it made too many sessions."""
    if not has_ended(order):
        return True
    if not ratelimit.may_have_session(request):
        return False
    request.session[KEY] = [*(key for key in request.session.get(KEY, []) if key != order.pk), order.pk][
        -MOST:
    ]
    return True
