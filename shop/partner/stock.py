"""Stock that is never sold twice: every change is one conditional UPDATE, never read-then-write.

The three verbs follow an order line's life: `allocate` when the order is placed, `consume` when its
parcel leaves, `release` when it does not. `set_price_and_stock` is the producer's own change.

Rows are touched in the order of their keys (docs/locking.md), named columns only. A number of None
means that the stock is not counted (goods made to order, services): then nothing runs out.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from oscar.apps.partner.exceptions import InvalidStockAdjustment
from oscar.core.loading import get_model
from wagtail.log_actions import log

from shop.core.http import Visitor

ALLOCATED = Coalesce(F("num_allocated"), 0)


class OutOfStock(Exception):
    """Fewer are left than wanted; whatever the same call had taken is put back."""

    def __init__(self, *, stockrecord_id: int, wanted: int, left: int) -> None:
        super().__init__(f"Stock record {stockrecord_id}: {wanted} wanted, {left} left")
        self.stockrecord_id = stockrecord_id
        self.wanted = wanted
        self.left = left


class NotAllocated(InvalidStockAdjustment):
    """More was to be shipped or given back than orders hold."""


class StaleTable(Exception):
    """The producer's table no longer fits what happened meanwhile; the message says how."""


def allocate(quantities: Mapping[int, int]) -> None:
    """Promise stock to an order: all of it or none.

    Args:
        quantities: number of units by stock record id, each above zero.

    Raises:
        OutOfStock: for the first record (by id) with too few left.
    """

    def take(pk: int, quantity: int) -> bool:
        enough = Q(num_in_stock=None) | Q(num_in_stock__gte=ALLOCATED + quantity)
        return _update(pk, enough, num_allocated=ALLOCATED + quantity)

    def refuse(pk: int, quantity: int) -> None:
        record = _model().objects.filter(pk=pk).first()
        raise OutOfStock(
            stockrecord_id=pk, wanted=quantity, left=max(0, record.net_stock_level) if record else 0
        )

    _each(quantities, change=take, otherwise=refuse, before=+1)


def consume(quantities: Mapping[int, int]) -> None:
    """Take promised units off the shelf: their parcel has left.

    Raises:
        NotAllocated: orders hold fewer than `quantities` says; nothing is changed.
    """

    def ship(pk: int, quantity: int) -> bool:
        return _update(
            pk,
            Q(num_allocated__gte=quantity),
            num_allocated=F("num_allocated") - quantity,
            num_in_stock=F("num_in_stock") - quantity,  # NULL stays NULL
        )

    _each(quantities, change=ship, otherwise=_refuse_unallocated, before=0)


def release(quantities: Mapping[int, int]) -> None:
    """Give promised units back to sale: cancelled or expired before they left.

    Raises:
        NotAllocated: orders hold fewer than `quantities` says; nothing is changed.
    """

    def unallocate(pk: int, quantity: int) -> bool:
        return _update(pk, Q(num_allocated__gte=quantity), num_allocated=F("num_allocated") - quantity)

    _each(quantities, change=unallocate, otherwise=_refuse_unallocated, before=-1)


def restock(quantities: Mapping[int, int]) -> None:
    """Put shipped units on the shelf again: a return that can be sold."""

    def add(pk: int, quantity: int) -> bool:
        return _update(pk, Q(), num_in_stock=F("num_in_stock") + quantity)

    _each(quantities, change=add, otherwise=_refuse_unallocated, before=-1)


def set_price_and_stock(
    *,
    stockrecord_id: int,
    price: Decimal,
    num_in_stock: int | None,
    seen_price: Decimal | None,
    seen_stock: int | None,
    by: Visitor,
) -> bool:
    """Change price and stock as a producer asks for, beside sales that happen meanwhile.

    The stock is applied as a difference: who saw 20 and typed 25 adds 5, whatever was sold or
    shipped since. The price is written only if nobody else changed it since it was seen.

    Args:
        stockrecord_id: whose price and stock.
        price: new price in whole đồng, VAT included.
        num_in_stock: new number on the shelf, promised units included; None stops counting.
        seen_price: the price that the table showed.
        seen_stock: the number that the table showed; None was "not counted".
        by: the user, for the log.

    Returns:
        Whether anything was changed.

    Raises:
        StaleTable: the price was changed by somebody else, or the new number is below what orders
            already hold; nothing is changed.
    """
    changes: dict[str, Any] = {}
    fits = Q()
    if price != seen_price:
        changes["price"] = price
        fits &= Q(price=seen_price)
    if num_in_stock != seen_stock:
        changes["num_in_stock"] = _new_stock(num_in_stock, seen_stock)
        fits &= _stock_fits(num_in_stock, seen_stock)
    if not changes:
        return False
    with transaction.atomic():
        if not _update(stockrecord_id, fits, **changes):
            raise StaleTable(_why_stale(stockrecord_id, seen_price=seen_price, price=price))
        record = _model().objects.select_related("product").get(pk=stockrecord_id)
        log(instance=record, action="wagtail.edit", user=by, title=str(record.product))
        _announce([record])
    return True


def _new_stock(num_in_stock: int | None, seen_stock: int | None) -> Any:
    if num_in_stock is None or seen_stock is None:
        return num_in_stock
    return F("num_in_stock") + (num_in_stock - seen_stock)


def _stock_fits(num_in_stock: int | None, seen_stock: int | None) -> Q:
    if num_in_stock is None:
        return Q(num_in_stock__isnull=False)
    if seen_stock is None:
        return Q(num_in_stock=None, num_allocated=None) | Q(
            num_in_stock=None, num_allocated__lte=num_in_stock
        )
    return Q(num_in_stock__gte=ALLOCATED - (num_in_stock - seen_stock))


def _why_stale(stockrecord_id: int, *, seen_price: Decimal | None, price: Decimal) -> str:
    record = _model().objects.filter(pk=stockrecord_id).first()
    if record is None:
        return _("Món này không còn nữa.")
    if seen_price not in (price, record.price):  # it was to change, and somebody was quicker
        return _("Người khác vừa đổi giá món này. Xem lại rồi lưu lần nữa.")
    return _("Không thể ít hơn số khách đã đặt: %(allocated)d.") % {"allocated": record.num_allocated or 0}


def _model() -> Any:
    return get_model("partner", "StockRecord")


def _update(pk: int, condition: Q, **changes: Any) -> bool:
    """Change one row if `condition` holds in that same statement; say whether it did."""
    rows = _model().objects.filter(condition, pk=pk)
    return bool(rows.update(date_updated=timezone.now(), **changes))


def _each(
    quantities: Mapping[int, int],
    *,
    change: Callable[[int, int], bool],
    otherwise: Callable[[int, int], None],
    before: int,
) -> None:
    """Change the rows in the order of their keys, all or none, and announce which went in or out of stock.

    Args:
        quantities: units by stock record id.
        change: changes one row, False when its condition failed.
        otherwise: raises what a failed change means.
        before: +1 when the units were still for sale before, -1 when they are for sale only now.
    """
    with transaction.atomic():
        for pk, quantity in sorted(quantities.items()):
            if quantity < 1:
                raise ValueError(f"A quantity of {quantity} for stock record {pk}")
            if not change(pk, quantity):
                otherwise(pk, quantity)
        if before:
            records = _model().objects.filter(pk__in=quantities, num_in_stock__isnull=False)
            _announce(record for record in records if _crossed(record, quantities[record.pk], before))


def _crossed(record: Any, quantity: int, before: int) -> bool:
    left_now = record.net_stock_level
    left_before = left_now + before * quantity
    return (left_now > 0) != (left_before > 0)


def _refuse_unallocated(pk: int, quantity: int) -> None:
    raise NotAllocated(f"Stock record {pk}: fewer than {quantity} are promised to orders")


def _announce(records: Iterable[Any]) -> None:
    """Send the signal that others listen to (listing rows, low-stock alerts): an UPDATE sends no signal of its own."""
    for record in records:
        record.post_save_signal()
