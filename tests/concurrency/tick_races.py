"""Whole turns of the timer at the same moment, for test_money_races.py to judge."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from shop.order.models import Order
from shop.payment.models import Payment, Receipt, Refund
from shop.timer import running
from shop.timer.models import JobRun
from tests.concurrency import buyers
from tests.concurrency.money_races import end
from tests.concurrency.together import together

TICKS = 4


def four_ticks() -> dict[str, Any]:
    """Four workers begin their turn together: which jobs each of them takes."""
    return _tick()


def four_ticks_that_take_every_job() -> dict[str, Any]:
    """The same without the rows that say who runs what: each runs all jobs beside the others."""
    take: Callable[..., Any] = running._take
    running._take = lambda _path, _every: timezone.now()  # the four are forked from here
    try:
        return _tick()
    finally:
        running._take = take


def _tick() -> dict[str, Any]:
    JobRun.objects.all().delete()
    paid, late, left = buyers.has_paid(), buyers.overdue(), buyers.placed()
    orders = [buyer.order_id for buyer in (paid, late, left)]
    now = timezone.now()
    Payment.objects.filter(order=paid.order_id).update(created_at=now - timedelta(minutes=5))
    Order.objects.filter(pk=left.order_id).update(placed_at=now - timedelta(days=8))

    def act(_number: int) -> str:
        return " ".join(path for path, went_well in running.run_due() if went_well)

    answers = together(act, list(range(TICKS)))
    ran = Counter(path for answer in answers for path in answer.split())
    return {
        "runs": sorted({ran[path] for path, _every_s in settings.TIMER_JOBS}),
        "ends": [end(pk) for pk in orders],
        "receipts": Receipt.objects.filter(payment__order=paid.order_id).count(),
        "refunds": list(Refund.objects.filter(payment__order__in=orders).values_list("state", flat=True)),
        "log": [sorted(buyer.order.log.values_list("verb", flat=True)) for buyer in (paid, late, left)],
        "mails": [sorted(buyer.order.mails.values_list("kind", flat=True)) for buyer in (paid, late, left)],
    }


RACES = [four_ticks, four_ticks_that_take_every_job]
