"""What an e-invoice program needs to know of the sales of a period: one row for each line sold."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.backoffice.invoices import called_off
from shop.core.csv_cells import Cell
from shop.order.models import Line, Order, OrderLog, Parcel
from shop.partner.models import Partner
from shop.payment.providers import provider
from shop.tax.rates import inside

CENT = Decimal("0.01")  # a discount may leave a price by unit that is no whole đồng


def rows(first: date, last: date) -> Iterator[list[Cell]]:
    """Yield what was sold from `first` to `last`, then what came back of earlier sales; heading first.

    A sale counts on the day its order was placed: paid, or to be paid at the door. Parcels and units
    that are gone by `last` are left out. What goes later stays in the file of its sale and is taken
    off, with minus, in the file of the day it went: what was handed over once stays true.

    Refunds of what was sent take nothing off: the columns beside say what was given back of the
    whole parcel, of the line in it and the tax in that, and of the whole order without saying for which
    parcel (by staff, in the provider's dashboard), surplus among it. Shipping and the cash fee are rows
    without a rate.
    """
    yield _heading()
    period = (first, last)
    kept = Q(cancelled_at=None) | Q(cancelled_at__date__gt=last)
    kept &= Q(returned_at=None) | Q(returned_at__date__gt=last)
    for parcel in _parcels(kept, order__placed_at__date__range=period):
        yield from _parcel(parcel, parcel.order.placed_at, _("bán"), by=last)
    fewer = OrderLog.objects.filter(verb=OrderLog.Verb.CANCEL_UNITS, at__date__range=period).values("parcel")
    for parcel in _parcels(kept & Q(pk__in=fewer), order__placed_at__date__lt=first):
        yield from _left_out(parcel, first, last)
    went = Q(cancelled_at__date__range=period) | Q(returned_at__date__range=period)
    for parcel in _parcels(went, order__placed_at__date__lt=first):
        kind = _("trả lại") if parcel.returned_at else _("huỷ")
        at = parcel.returned_at or parcel.cancelled_at
        yield from _parcel(parcel, at, kind, by=first - timedelta(days=1), sign=-1)


def _parcels(which: Q, **sold: Any) -> QuerySet[Parcel]:
    return (
        Parcel.objects.filter(which, **sold)
        .select_related("order__shipping_address", "order__user", "partner__commune__province")
        .prefetch_related("lines__product__parent", "refunds", "order__payments__refunds", called_off.LOG)
        .order_by("order__placed_at", "order", "number")
    )


def _heading() -> list[Cell]:
    return [
        _("Đơn"),
        _("Kiện"),
        _("Ngày"),
        _("Người mua"),
        _("Mã số thuế"),
        _("Địa chỉ"),
        _("Thư điện tử"),
        _("Người bán"),
        _("Mã số thuế người bán"),
        _("Tên hàng"),
        _("Số lượng"),
        _("Thành tiền gồm thuế, đồng"),
        _("Thuế suất GTGT, %"),
        _("Tiền thuế, đồng"),
        _("Tiền trước thuế, đồng"),
        _("Đã hoàn của kiện, đồng"),
        _("Trong đó của dòng, đồng"),
        _("Thuế trong phần hoàn của dòng, đồng"),
        _("Đơn vị tính"),
        _("Đơn giá gồm thuế, đồng"),
        _("Loại dòng"),
        _("Cách trả"),
        _("Địa chỉ người bán"),
        _("Đã hoàn của cả đơn, không theo kiện, đồng"),
    ]


def _parcel(
    parcel: Parcel, at: datetime | None, kind: str, *, by: date, sign: int = 1
) -> Iterator[list[Cell]]:
    """Yield what was wanted of a parcel at the end of the day `by`."""
    refunds = [
        row
        for row in parcel.refunds.all()
        if row.state == "done" and not row.called_off and not row.uncollected
    ]
    done: Cell = sum(int(refund.amount) for refund in refunds) if sign > 0 else ""
    start, end = _start(parcel, at), [*_end(parcel, kind), _of_order(parcel.order) if sign > 0 else ""]
    for line in parcel.lines.all():
        off = called_off.called_off(parcel, line, by)
        if off < line.quantity:
            back = sum((row.amount for row in refunds if row.line_id == line.pk), Decimal(0))
            given = _refunded(line, off, back) if sign > 0 else ["", ""]
            yield [*start, *_goods(line, off, line.quantity, sign), done, *given, *_each(line, off), *end]
    for name, amount in ((parcel.shipping_name, parcel.shipping), (_("Phí thu hộ"), parcel.surcharge)):
        if amount:
            yield [*start, name, sign, sign * amount, "", "", "", done, "", "", "", amount, *end]


def _left_out(parcel: Parcel, first: date, last: date) -> Iterator[list[Cell]]:
    """Yield, with minus, the units that were called off from `first` to `last`."""
    for line in parcel.lines.all():
        for step in called_off.steps(parcel, line):
            if first <= step.day <= last:
                goods = _goods(line, step.before, step.after, -1)
                start, end = _start(parcel, step.at), [*_end(parcel, _("huỷ")), ""]
                yield [*start, *goods, "", "", "", *_each(line, step.before), *end]


def _start(parcel: Parcel, at: datetime | None) -> list[Cell]:
    order = parcel.order
    day = timezone.localtime(at).strftime("%Y-%m-%d")
    seller = parcel.partner
    return [order.number, parcel.number, day, *_buyer(order), seller.name, seller.tax_code]


def _end(parcel: Parcel, kind: str) -> list[Cell]:
    return [kind, _method(parcel.order), _address(parcel.partner)]


def _of_order(order: Order) -> int:
    """Return what was given back of the order and of none of its parcels."""
    refunds = (refund for payment in order.payments.all() for refund in payment.refunds.all())
    return sum(int(row.amount) for row in refunds if row.state == "done" and row.parcel_id is None)


def _buyer(order: Order) -> list[Cell]:
    address = order.shipping_address
    name = order.invoice_name or (address.first_name if address else "")
    return [name, order.invoice_tax_code, order.invoice_address, order.email]


def _method(order: Order) -> str:
    """Return how the order was paid, or is to be paid at the door; "" where it cost nothing."""
    method = provider(order.payment.method) if order.payment else None
    return method.name() if method else ""


def _address(partner: Partner) -> str:
    commune = partner.commune
    places = [commune.full_name, commune.province.full_name] if commune else []
    return ", ".join(part for part in (partner.address, *places) if part)


def _each(line: Line, off: int) -> list[Cell]:
    """Return unit and price of one, after discounts, of what was wanted when `off` units were called off."""
    product = line.product
    unit = (product.unit or product.main.unit) if product else ""
    price = (_left(line, off) / (line.quantity - off)).quantize(CENT)
    return [unit, price.quantize(Decimal(1)) if price == price.to_integral_value() else price]


def _goods(line: Line, before: int, after: int, sign: int) -> list[Cell]:
    """Return name, number, price and tax of the units from `before` to `after`, as they are called off."""
    percent = "" if line.vat_percent is None else f"{line.vat_percent.normalize():f}"
    amount = sign * (_left(line, before) - _left(line, after))
    vat = sign * (_vat_left(line, before) - _vat_left(line, after))
    return [line.title, sign * (after - before), amount, percent, vat, amount - vat]


def _left(line: Line, off: int) -> Decimal:
    return line.price_of(line.quantity) - line.price_of(off)


def _vat_left(line: Line, off: int) -> Decimal:
    return inside(_left(line, off), line.vat_percent) if off else line.vat


def _refunded(line: Line, off: int, given: Decimal) -> list[Cell]:
    """Return what went back of a line after it was sent and the tax in that; all of it is all its tax."""
    left = _left(line, off)
    back = min(given, left)
    return [back, _vat_left(line, off) - inside(left - back, line.vat_percent)]
