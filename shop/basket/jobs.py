"""Baskets that nobody uses again are removed by the timer."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from shop.basket.models import Basket, Line
from shop.core import locking
from shop.timer import clock

BATCH = 500


def remove_unused() -> int:
    """Remove the baskets without an order that nobody touched for BASKET_KEEP_D days; return how many.

    A batch is a transaction of its own; a basket that is being ordered just now is skipped.
    """
    removed = 0
    last = 0
    while keys := list(_unused().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = keys[-1]
        removed += _remove(keys)
    return removed


def _remove(keys: list[int]) -> int:
    with transaction.atomic():
        locked = [basket.pk for basket in locking.baskets(keys)]
        still = list(_unused().filter(pk__in=locked).values_list("pk", flat=True))
        Basket.objects.filter(pk__in=still).delete()
    return len(still)


def _unused() -> Any:
    until = clock.for_deadlines() - timedelta(days=settings.BASKET_KEEP_D)
    touched = Line.objects.filter(basket=OuterRef("pk"), date_updated__gte=until)
    old = Basket.objects.filter(date_created__lt=until, order=None)
    return old.exclude(status=Basket.SUBMITTED).filter(~Exists(touched))
