"""What a row of a carrier's list means for our books: nothing is changed here."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.db.models.functions import Upper

from shop.ledger.carriers import is_same
from shop.ledger.models import CashEntry, CashHolding, Holder, RemittanceLine
from shop.ledger.remittances.reading import Row
from shop.ledger.remittances.statuses import is_back
from shop.order.models import Parcel
from shop.payment.models import Receipt

R = RemittanceLine.Reason
OWN_CODE = re.compile(r"([A-Z0-9]{8})-?(\d{1,3})")


def parcels_of(rows: Sequence[Row]) -> dict[int, Parcel]:
    """Return the parcel of each row that names one, by the row's number: by tracking code, else by our own code."""
    codes = {code.upper() for row in rows for code in (row.code, row.own_code) if code}
    tracked: dict[str, list[Parcel]] = {}
    for parcel in _with_order().alias(key=Upper("tracking_code")).filter(key__in=codes):
        tracked.setdefault(parcel.tracking_code.upper(), []).append(parcel)
    own = _by_own_code(codes)
    found = {row.number: _only(tracked.get(row.code.upper(), [])) or _own(row, own) for row in rows}
    return {number: parcel for number, parcel in found.items() if parcel}


def parcel_by_code(code: str) -> Parcel | None:
    """Return the parcel with this tracking code or this code of ours; None for none or several."""
    return parcels_of([Row(0, code)]).get(0)


@dataclass
class Books:
    """What our books say of some parcels, read at one time; by the parcel's key."""

    holdings: dict[int, CashHolding] = field(default_factory=dict)
    left: dict[int, Decimal] = field(default_factory=dict)  # of the cash with its holder, in đồng
    receipts: set[int] = field(default_factory=set)  # cash was collected
    fees: dict[int, list[tuple[int, Decimal]]] = field(default_factory=dict)  # booked: key of the line, fee


def look_up(parcels: Iterable[Parcel | None]) -> Books:
    """Read what is known of these parcels, in as many queries for one as for thousands."""
    books, keys = Books(), {parcel.pk for parcel in parcels if parcel}
    books.holdings = {row.parcel_id: row for row in CashHolding.objects.filter(parcel__in=keys)}
    sums = CashEntry.objects.filter(holding__parcel__in=keys).order_by().values_list("holding__parcel")
    books.left = dict(sums.annotate(sum=Sum("amount")))
    references = {f"parcel-{key}": key for key in keys}
    receipts = Receipt.objects.filter(source=Receipt.Source.CASH, reference__in=references)
    books.receipts = {references[name] for name in receipts.values_list("reference", flat=True)}
    booked = RemittanceLine.objects.filter(parcel__in=keys, state=RemittanceLine.State.BOOKED)
    for key, pk, fee in booked.values_list("parcel", "pk", "fee"):
        books.fees.setdefault(key or 0, []).append((pk, fee))
    return books


def judge(
    row: Row | RemittanceLine, parcel: Parcel | None, *, carrier: str, books: Books
) -> RemittanceLine.Reason | None:
    """Return why a person must look at a row of `carrier`'s list; None where it can be booked as it is."""
    if getattr(row, "problem", False):
        return R.UNREADABLE
    if parcel is None:
        return R.UNKNOWN
    return _judge_row(row, parcel, carrier, books) or judge_charge(row, parcel, books)


def judge_charge(row: Row | RemittanceLine, parcel: Parcel, books: Books) -> RemittanceLine.Reason | None:
    """Return why a person must look at the fee of a row, whatever its cash is."""
    own = getattr(row, "pk", None)
    if not row.fee:
        return None
    if any(fee and pk != own for pk, fee in books.fees.get(parcel.pk, [])):
        return R.SECOND_FEE
    return R.HIGH_FEE if row.fee > min(parcel.total, settings.CARRIER_FEE_LIMIT) else None


def _judge_row(
    row: Row | RemittanceLine, parcel: Parcel, carrier: str, books: Books
) -> RemittanceLine.Reason | None:
    """Judge a row by its cash."""
    gone = books.left.get(parcel.pk, Decimal(0)) <= 0 and parcel.status == Parcel.Status.DELIVERED
    if not row.collected or (is_back(row.status) and not gone):
        return _judge_fee(row, parcel, carrier, books)
    return _judge_cash(row.collected, parcel, carrier, books)


def _judge_fee(
    row: Row | RemittanceLine, parcel: Parcel, carrier: str, books: Books
) -> RemittanceLine.Reason | None:
    """Judge a row that brings no cash: the parcel came back, or only its fee is told."""
    holding = books.holdings.get(parcel.pk)
    if holding and row.collected is not None and books.left.get(parcel.pk, Decimal(0)) > 0:
        return R.REFUSED if _has(holding, carrier) else R.OTHER_HOLDER
    name = holding.name if holding else parcel.carrier
    return R.OTHER_HOLDER if name and not is_same(name, carrier) else None


def brings(row: Row | RemittanceLine) -> Decimal:
    """Return the cash that a row which fits brings, in đồng: none of a parcel that came back."""
    return Decimal(0) if is_back(row.status) else row.collected or Decimal(0)


def _judge_cash(
    collected: Decimal, parcel: Parcel, carrier: str, books: Books
) -> RemittanceLine.Reason | None:
    holding = books.holdings.get(parcel.pk)
    if holding is None:
        return _judge_without_holding(parcel, books)
    if not _has(holding, carrier):
        return R.OTHER_HOLDER
    return _judge_sum(collected, books.left.get(parcel.pk, Decimal(0)), parcel)


def _judge_without_holding(parcel: Parcel, books: Books) -> RemittanceLine.Reason:
    if parcel.pk in books.receipts:
        return R.OTHER_HOLDER
    return R.NO_CASH if parcel.status == Parcel.Status.DELIVERED else R.NOT_DELIVERED


def _judge_sum(collected: Decimal, left: Decimal, parcel: Parcel) -> RemittanceLine.Reason | None:
    if left <= 0:
        return R.TWICE if parcel.status == Parcel.Status.DELIVERED else R.NOT_DELIVERED
    if collected == left:
        return None
    return R.LESS if collected < left else R.MORE


def _has(holding: CashHolding, carrier: str) -> bool:
    """Return whether this carrier of the hub's has the cash."""
    return holding.holder == Holder.HUB_CARRIER and is_same(holding.name, carrier)


def _with_order() -> QuerySet[Parcel]:
    return Parcel.objects.select_related("order", "partner")


def _by_own_code(codes: Iterable[str]) -> dict[tuple[str, int], Parcel]:
    wanted = {(match[1], int(match[2])) for code in codes if (match := OWN_CODE.fullmatch(code))}
    numbers = {number for number, _parcel in wanted}
    rows = Parcel.objects.filter(order__number__in=numbers).select_related("order", "partner")
    return {(parcel.order.number, parcel.number): parcel for parcel in rows}


def _own(row: Row, own: dict[tuple[str, int], Parcel]) -> Parcel | None:
    for code in (row.own_code, row.code):
        match = OWN_CODE.fullmatch(code.upper())
        if match and (parcel := own.get((match[1], int(match[2])))):
            return parcel
    return None


def _only(found: list[Parcel]) -> Parcel | None:
    return found[0] if len(found) == 1 else None
