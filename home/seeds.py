"""All datasets that the shop is shipped with, for the command and for staff."""

from catalogue import reference
from catalogue.seeds import Dataset, Difference, differences
from shop.ledger.withholding import WITHHOLDING_RATES
from shop.shipping.loading import TARIFF, ZONES
from shop.tax.rates import VAT_RATES

DATASETS: tuple[Dataset, ...] = (*reference.DATASETS, ZONES, TARIFF, VAT_RATES, WITHHOLDING_RATES)


def dataset(name: str) -> Dataset | None:
    """Return the dataset with this name."""
    return next((found for found in DATASETS if found.name == name), None)


def all_differences() -> list[Difference]:
    """Return what staff may decide about, in all datasets."""
    return [difference for found in DATASETS for difference in differences(found)]
