"""Write shipped rows: those that are new, and those that nobody touched."""

from collections.abc import Iterable

from django.db import transaction

from catalogue.models import SeededRow
from catalogue.seeds.comparing import Compared, RowStatus, compare
from catalogue.seeds.dataset import BATCH, Dataset


@transaction.atomic
def load(dataset: Dataset) -> int:
    """Bring a table up to date without touching what staff keep, and return how many rows were written.

    What staff changed or deleted stays so. A dataset that is not automatic fills an empty table only.
    """
    compared = list(compare(dataset, lock=True))
    remember(dataset, (item for item in compared if _is_news(item)))
    if not dataset.automatic and (
        dataset.model._default_manager.exists() or any(item.applied for item in compared)
    ):
        return 0
    return _insert(dataset, compared) + _update(dataset, compared)


def remember(dataset: Dataset, items: Iterable[Compared]) -> None:
    """Keep that these rows now are as shipped."""
    SeededRow.objects.bulk_create(
        [SeededRow(dataset=dataset.name, key=item.key, applied=item.values) for item in items],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["dataset", "key"],
        update_fields=["applied", "declined"],
    )


def _is_news(item: Compared) -> bool:
    return item.status is RowStatus.SAME and item.applied != item.values


def _insert(dataset: Dataset, compared: list[Compared]) -> int:
    new = {item.key: item for item in compared if item.status is RowStatus.NEW}
    written = dataset.insert([item.row for item in new.values()])
    remember(dataset, (new[dataset.key_of(row)] for row in written))
    return len(written)


def _update(dataset: Dataset, compared: list[Compared]) -> int:
    untouched = [item for item in compared if item.instance and item.status is RowStatus.UNTOUCHED]
    for item in untouched:
        assert item.instance  # noqa: S101 - for mypy: chosen so above
        dataset.update(item.instance, item.row)
    remember(dataset, untouched)
    return len(untouched)
