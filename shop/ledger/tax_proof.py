"""The proof of withheld tax: what producers gave is what the tax office has to get, parcel by parcel."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from itertools import islice

from django.db.models import Sum
from django.utils import timezone

from shop.ledger.balances import TAXES, balances_of
from shop.ledger.models import LedgerEntry, SaleWithholding, TaxPayment
from shop.order.models import Parcel

ZERO = Decimal(0)
Tax = tuple[int, str]  # a parcel's key and the kind of entry
# Parcels whose entries are so young are reckoned anew; older ones were when they were young.
RECKON_AGAIN_D = 7
PAYMENTS_AT_ONCE = 200


def wrong_taxes() -> dict[str, Decimal]:
    """Return the parcels whose tax is off, and by how much, in đồng; "-": what was paid to the tax office.

    Off is what a producer did not give or the tax office did not get, what is below nothing, and, of
    parcels with entries of the last days, what is not the tax on what their producer keeps. Each tax is looked at
    by itself, and too much of one never makes up for too little of the other; the sum says how much is off in all.
    """
    sums = LedgerEntry.objects.filter(kind__in=TAXES).order_by().values_list("parcel", "kind")
    wrong: dict[Tax, Decimal] = {}
    for parcel, kind, amount in sums.annotate(sum=Sum("amount")):
        _note(wrong, (parcel, kind), amount)
    of_office = sums.filter(partner=None).annotate(sum=Sum("amount"))
    for parcel, kind, amount in of_office.filter(sum__lt=0):
        _note(wrong, (parcel, kind), amount)
    for tax, amount in _reckoned_anew():
        _note(wrong, tax, amount)
    parcels = {parcel for parcel, _kind in wrong}
    names = {row.pk: str(row) for row in Parcel.objects.filter(pk__in=parcels).select_related("order")}
    found: dict[str, Decimal] = {}
    for (parcel, _kind), amount in wrong.items():
        found[names[parcel]] = found.get(names[parcel], ZERO) + amount
    paid = TaxPayment.objects.all().total()
    booked = LedgerEntry.objects.filter(kind=LedgerEntry.Kind.TAX_PAID).total()
    return found | ({"-": paid + booked} if paid + booked else {})


def _reckoned_anew() -> Iterable[tuple[Tax, Decimal]]:
    """Yield what was withheld too much or, below zero, too little from each parcel with young entries."""
    since = timezone.now() - timedelta(days=RECKON_AGAIN_D)
    young = LedgerEntry.objects.filter(at__gte=since, parcel__in=SaleWithholding.objects.values("parcel"))
    payments = iter(young.order_by("payment").values_list("payment", flat=True).distinct())
    while some := list(islice(payments, PAYMENTS_AT_ONCE)):
        for balance in balances_of(some):
            dues = balance.taxes_due
            for kind in TAXES:
                if off := balance.taxes.get(kind, ZERO) - dues.get(kind, ZERO):
                    yield (balance.parcel.pk, kind.value), off


def _note(wrong: dict[Tax, Decimal], tax: Tax, amount: Decimal) -> None:
    """Keep by how much a tax is off, without a sign: the most that any look at it finds."""
    if amount:
        wrong[tax] = max(abs(amount), wrong.get(tax, ZERO))
