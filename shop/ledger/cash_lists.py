"""Lists of cash: what each holder has in hand, and parcels whose holder nobody noted."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import DecimalField, OuterRef, PositiveIntegerField, QuerySet, Subquery, Sum
from django.db.models.functions import Cast, Coalesce, Substr

from catalogue.folding import fold
from shop.ledger.models import CashEntry, CashHolding, Holder, LedgerEntry, Payout
from shop.ledger.models.cash import CHARGED, OWING
from shop.order.models import Parcel
from shop.partner.models import Partner
from shop.payment.models import Receipt

PREFIX = "parcel-"  # of a cash receipt's reference, before the parcel's key


class InHand(NamedTuple):
    """What one holder has in hand, in đồng, of how many parcels."""

    holder: Holder
    name: str
    amount: Decimal
    parcels: int


def in_hands() -> list[InHand]:
    """Return what carriers of the hub's and sales points have in hand, the largest sum first.

    Names that differ in case, marks or blanks alone are one holder, under the spelling of its oldest cash.
    """
    found: dict[tuple[str, str], list[CashHolding]] = {}
    for holding in owed():
        found.setdefault((holding.holder, fold(holding.name)), []).append(holding)
    rows = [
        InHand(Holder(holder), held[0].name, sum((one.left for one in held), Decimal(0)), len(held))  # type: ignore[attr-defined]
        for (holder, _key), held in found.items()
    ]
    return sorted(rows, key=lambda row: -row.amount)


def of_holder(rows: QuerySet[CashHolding], holder: str, name: str | None) -> QuerySet[CashHolding]:
    """Return those of these rows that one kind of holder has, and one holder of this name, however it is written."""
    if holder:
        rows = rows.filter(holder=holder)
    if name is None:
        return rows
    names = rows.order_by().values_list("name", flat=True).distinct()
    return rows.filter(name__in=[other for other in names if fold(other) == fold(name)])


def owed() -> QuerySet[CashHolding]:
    """Return the cash that carriers of the hub's and sales points have still to hand over, oldest first; `left` is how much."""
    return with_left(CashHolding.objects.filter(holder__in=OWING))


def owed_of(partner: Partner) -> Decimal:
    """Return what carriers of the hub's and sales points have of a producer's parcels, in đồng."""
    entries = CashEntry.objects.filter(holding__parcel__partner=partner, holder__in=OWING)
    return entries.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def late(since: datetime) -> QuerySet[CashHolding]:
    """Return what was to be handed over and was collected before `since`."""
    return owed().filter(since__lt=since)


def with_producers() -> QuerySet[CashHolding]:
    """Return the cash that producers or their carriers took, the latest first; `left` is how much."""
    return with_left(CashHolding.objects.filter(holder__in=CHARGED)).order_by("-pk")


def with_left(rows: QuerySet[CashHolding]) -> QuerySet[CashHolding]:
    """Return those of which something is `left` with their holder, with how much."""
    sums = CashEntry.objects.filter(holding=OuterRef("pk")).order_by().values("holding")
    left = Subquery(sums.annotate(sum=Sum("amount")).values("sum"))
    found = rows.annotate(left=Coalesce(left, Decimal(0), output_field=DecimalField())).filter(left__gt=0)
    return found.select_related("parcel__order", "parcel__partner").order_by("since", "pk")


def without_holder() -> QuerySet[Parcel]:
    """Return the parcels whose cash was booked before holders were known, the latest first."""
    rows = Receipt.objects.filter(source=Receipt.Source.CASH, holding=None)
    keys = rows.annotate(key=Cast(Substr("reference", len(PREFIX) + 1), PositiveIntegerField())).values("key")
    return Parcel.objects.filter(pk__in=keys).select_related("order", "partner").order_by("-pk")


def open_payouts_without_holder() -> QuerySet[Payout]:
    """Return the open payouts with parcels whose cash was booked before holders were known."""
    parcels = LedgerEntry.objects.filter(parcel__in=without_holder().values("pk")).values("payout")
    rows = Payout.objects.filter(state=Payout.State.OPEN, pk__in=parcels)
    return rows.select_related("partner").order_by("pk")
