"""The rate of a day, and the tax inside a price."""

import logging
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from catalogue.models import Product
from catalogue.seeds import Dataset, Row, load
from shop.tax.models import VatRate

logger = logging.getLogger(__name__)
C = Product.VatClass
LAW = "Luật 48/2024/QH15"
CUT = "Nghị quyết 204/2025/QH15"
START = date(2025, 7, 1)
# As read second-hand in November 2026; an accountant checks them before real sales.
FIRST_RATES: tuple[tuple[Product.VatClass, Decimal | None, date, date | None, str], ...] = (
    (C.AGRI_UNPROCESSED, None, START, None, LAW),  # sold by who grew it
    (C.REDUCED, Decimal(8), START, date(2026, 12, 31), CUT),
    (C.REDUCED, Decimal(10), date(2027, 1, 1), None, LAW),
    (C.STANDARD, Decimal(10), START, None, LAW),
)


def rates_on(day: date) -> dict[str, Decimal | None]:
    """Return the rates of a day in percent by class of goods; None: not subject to VAT.

    The rate that began last decides where several hold. Where none holds any more, the last one goes
    on: a rate that nobody has entered yet exempts nobody; `without_rate` is shown to staff.
    """
    begun = VatRate.objects.filter(valid_from__lte=day).order_by("valid_from")
    last = {rate.vat_class: rate.percent for rate in begun}
    return last | {rate.vat_class: rate.percent for rate in begun if rate.holds_on(day)}


def without_rate(*days: date) -> list[Any]:
    """Return the names of the classes on sale for which no rate holds on one of the days."""
    rates = list(VatRate.objects.all())
    used = Product.objects.exclude(structure=Product.CHILD).filter(is_public=True)
    classes = set(used.order_by().values_list("vat_class", flat=True).distinct())
    return [
        vat_class.label
        for vat_class in C
        if vat_class in classes
        and not all(any(rate.vat_class == vat_class and rate.holds_on(day) for rate in rates) for day in days)
    ]


def percent_of(product: Product, rates: dict[str, Decimal | None]) -> Decimal | None:
    """Return a product's rate, or that of what it is a variant of, from `rates_on`."""
    vat_class = product.main.vat_class
    if vat_class not in rates:
        logger.warning("No VAT rate for %s today", vat_class)
    return rates.get(vat_class)


def inside(amount: Decimal, percent: Decimal | None) -> Decimal:
    """Return the tax inside an amount that includes it, rounded to whole đồng, half up."""
    if not percent:
        return Decimal(0)
    return (amount * percent / (100 + percent)).quantize(Decimal(1), rounding=ROUND_HALF_UP)


def load_rates() -> int:
    """Write the first rates into an empty table and return how many; later they are the hub's."""
    return load(VAT_RATES)


def _first_rates() -> Iterator[Row]:
    for row in FIRST_RATES:
        yield dict(zip(("vat_class", "percent", "valid_from", "valid_until", "basis"), row, strict=True))


VAT_RATES = Dataset(
    name="vat_rates",
    label=gettext_lazy("Thuế suất GTGT"),
    model=VatRate,
    key=("vat_class", "valid_from"),
    columns=("percent", "valid_until", "basis"),
    rows=_first_rates,
    automatic=False,
)
