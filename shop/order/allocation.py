"""The stock that parcels hold: given back when they do not leave, taken again when they do after all."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.conf import settings

from shop.order.models import Line, Parcel
from shop.partner import stock
from shop.partner.models import StockRecord


def quantities(parcels: Sequence[Parcel]) -> dict[int, int]:
    """Count the units of the parcels by stock record; a record that is gone has nothing to count."""
    wanted: dict[int, int] = {}
    for parcel in parcels:
        for line in parcel.lines.all():
            if line.stockrecord_id and line.units:
                wanted[line.stockrecord_id] = wanted.get(line.stockrecord_id, 0) + line.units
    return wanted


def max_hold(parcels: Sequence[Parcel]) -> timedelta | None:
    """Return how long unpaid parcels may hold their stock at most, None where nothing in them is scarce.

    Scarce is what at most SCARCE_STOCK units would be on sale of without this order. Call it with the
    stock taken.
    """
    if not settings.SCARCE_STOCK:
        return None
    wanted = quantities(parcels)
    for record in StockRecord.objects.filter(pk__in=wanted, num_in_stock__isnull=False):
        if record.num_in_stock - (record.num_allocated or 0) + wanted[record.pk] <= settings.SCARCE_STOCK:
            return timedelta(hours=settings.SCARCE_HOLD_H)
    return None


def release(parcels: Sequence[Parcel]) -> None:
    """Put the units of parcels that will not leave on sale again, by stock record in the order of keys."""
    stock.release(quantities(parcels))
    for parcel in parcels:
        parcel.lines.update(num_allocated=0, allocation_cancelled=True)


def release_units(line: Line, quantity: int) -> None:
    """Put some units of a line that will not leave on sale again."""
    if line.stockrecord_id:
        stock.release({line.stockrecord_id: quantity})


def reallocate(parcels: Sequence[Parcel]) -> None:
    """Hold the units of an expired order once more.

    Raises:
        stock.OutOfStock: somebody else has bought them; nothing is changed.
    """
    stock.allocate(quantities(parcels))
    for parcel in parcels:
        for line in parcel.lines.all():
            if line.stockrecord_id:
                parcel.lines.filter(pk=line.pk).update(num_allocated=line.units, allocation_cancelled=False)


def consume(parcel: Parcel) -> None:
    """Let the parcel's units leave the stock for good."""
    stock.consume(quantities([parcel]))
    parcel.lines.update(num_allocated=0)


def restock(units: Mapping[Line, int]) -> None:
    """Put units that came back on the shelf, by stock record in the order of keys."""
    back: dict[int, int] = {}
    for line, count in units.items():
        if line.stockrecord_id and count:
            back[line.stockrecord_id] = back.get(line.stockrecord_id, 0) + count
    stock.restock(back)
