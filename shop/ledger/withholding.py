"""Tax withheld from household and individual sellers: who, at which rates, how much of what they keep.

Off until WITHHOLD_TAX_FROM names a day. Source: Law on tax administration and Decree 117/2025/NĐ-CP (platforms
that take orders and money withhold VAT and personal income tax in percent of each sale's revenue); known
second-hand, an accountant checks who, rates and revenue before it is switched on (docs/ledger.md).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy

from catalogue.seeds import Dataset, Row, load
from shop.ledger.models import LedgerEntry, SaleWithholding, WithholdingRate
from shop.ledger.models.withholding import WithholdingKind
from shop.ledger.rates import discount_share, whole
from shop.order.models import Line, Order, Parcel
from shop.partner.models import Partner

K = LedgerEntry.Kind
PERCENT = 100
NOTHING = (Decimal(0), Decimal(0))
SELLERS = (Partner.LegalForm.HOUSEHOLD_BUSINESS, Partner.LegalForm.INDIVIDUAL)
BASIS = "Nghị định 117/2025/NĐ-CP (cần kế toán xem lại)"
START = date(2025, 7, 1)
# As read second-hand in November 2026, for residents; an accountant checks them before they are used.
FIRST_RATES = (
    (WithholdingKind.GOODS, Decimal(1), Decimal("0.5")),
    (WithholdingKind.SERVICE, Decimal(5), Decimal(2)),
    (WithholdingKind.SHIPPING, Decimal(3), Decimal("1.5")),
)

Rates = tuple[Decimal, Decimal]  # VAT and personal income tax, percent of revenue


def is_on(day: date) -> bool:
    """Return whether tax is withheld from sales of `day`."""
    since: date | None = settings.WITHHOLD_TAX_FROM
    return since is not None and day >= since


def rates_on(day: date) -> dict[str, Rates]:
    """Return the rates of a day by kind of sale.

    The rate that began last decides where several hold. Where none holds any more, the last one goes on:
    a rate that nobody has entered yet exempts nobody; `without_rate` is shown to staff.
    """
    begun = list(WithholdingRate.objects.filter(valid_from__lte=day).order_by("valid_from"))
    holding = [rate for rate in begun if rate.holds_on(day)]
    return {rate.kind: (rate.vat_percent, rate.pit_percent) for rate in [*begun, *holding]}


def without_rate(day: date) -> list[str]:
    """Return the names of the kinds of sale for which no rate holds on `day`."""
    rates = list(WithholdingRate.objects.all())
    return [
        str(kind.label)
        for kind in WithholdingKind
        if not any(rate.kind == kind and rate.holds_on(day) for rate in rates)
    ]


def freeze(order: Order) -> None:
    """Note today's rates on a sale's lines and shipping, for each seller of whom tax is withheld.

    Part of the transaction that places the order. A kind without any rate is noted with nothing.
    """
    today = timezone.localdate()
    if not is_on(today):
        return
    parcels = order.parcels.filter(partner__legal_form__in=SELLERS).prefetch_related("lines__product__parent")
    rates = rates_on(today) if parcels else {}
    for parcel in parcels:
        kinds: list[tuple[Line | None, WithholdingKind]] = [
            (line, _kind_of(line)) for line in parcel.lines.all()
        ]
        rows = [*kinds, (None, WithholdingKind.SHIPPING)]
        SaleWithholding.objects.bulk_create(
            SaleWithholding(
                parcel=parcel,
                line=line,
                vat_percent=rates.get(kind, NOTHING)[0],
                pit_percent=rates.get(kind, NOTHING)[1],
            )
            for line, kind in rows
        )


def due(
    parcel: Parcel, *, goods: Decimal, shipping: Decimal, lines: Mapping[int, Decimal]
) -> dict[LedgerEntry.Kind, Decimal]:
    """Return the taxes to withhold on what a producer keeps of a parcel, each rounded once to whole đồng, half up.

    Revenue is the goods that are kept, at each line's own rates, with what the hub pays of their price, and
    the shipping where the producer gets it. What went back on no line is taken from all of them in proportion.

    Args:
        parcel: with its lines and the rates of its sale (`withholding`).
        goods: what the producer keeps of its goods, in đồng.
        shipping: what it keeps of its shipping.
        lines: what is left of each line by its key; more than `goods` by what went back on no line.
    """
    rates = {row.line_id: (row.vat_percent, row.pit_percent) for row in parcel.withholding.all()}
    if not rates:
        return {}
    base = sum(lines.values(), Decimal(0))
    part = Fraction(goods) / Fraction(base) if base else Fraction(1)  # free: what the hub pays
    revenue: dict[int | None, Fraction] = {
        line.pk: part * (Fraction(lines[line.pk]) + discount_share(line, parcel, lines[line.pk]))
        for line in parcel.lines.all()
    }
    revenue[None] = Fraction(shipping)
    taxes = {}
    for index, kind in enumerate((K.TAX_VAT, K.TAX_PIT)):
        exact = (amount * Fraction(rates.get(of, NOTHING)[index]) for of, amount in revenue.items())
        taxes[kind] = whole(sum(exact, Fraction(0)) / PERCENT)
    return taxes


def load_withholding_rates() -> int:
    """Write the first rates into an empty table and return how many; later they are the hub's."""
    return load(WITHHOLDING_RATES)


def _kind_of(line: Line) -> WithholdingKind:
    is_service = line.product is not None and line.product.main.bookable
    return WithholdingKind.SERVICE if is_service else WithholdingKind.GOODS


def _first_rates() -> Iterator[Row]:
    for kind, vat, pit in FIRST_RATES:
        yield {
            "kind": kind,
            "vat_percent": vat,
            "pit_percent": pit,
            "valid_from": START,
            "valid_until": None,
            "basis": BASIS,
        }


WITHHOLDING_RATES = Dataset(
    name="withholding_rates",
    label=gettext_lazy("Tỷ lệ khấu trừ thuế của hộ kinh doanh"),
    model=WithholdingRate,
    key=("kind", "valid_from"),
    columns=("vat_percent", "pit_percent", "valid_until", "basis"),
    rows=_first_rates,
    automatic=False,
)
