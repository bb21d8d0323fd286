"""What shipped data say differently from the table, and what staff decide about it."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from catalogue.models import SeededRow
from catalogue.seeds.comparing import Compared, RowStatus, compare
from catalogue.seeds.dataset import Dataset
from catalogue.seeds.loading import remember


@dataclass(frozen=True)
class Field:
    """A column that differs: its name, what stands in the table, what is shipped."""

    name: str
    label: str
    ours: Any
    shipped: Any


@dataclass(frozen=True)
class Difference:
    """A shipped row that is not in the table as it was shipped."""

    dataset: Dataset
    key: str
    status: RowStatus
    title: str
    fields: tuple[Field, ...]

    @property
    def is_there(self) -> bool:
        """Say whether the table has such a row."""
        return self.status in {RowStatus.CHANGED, RowStatus.UNTOUCHED}


def differences(dataset: Dataset) -> list[Difference]:
    """Return what staff may decide about: not what they refused, nor what the next loading writes."""
    return [_difference(dataset, item) for item in compare(dataset) if _is_offered(dataset, item)]


@transaction.atomic
def accept(dataset: Dataset, key: str) -> bool:
    """Write a shipped row into the table; say whether there was anything to write and it could be."""
    item = _find(dataset, key)
    return item is not None and _write(dataset, item)


@transaction.atomic
def accept_all(dataset: Dataset) -> int:
    """Write every row that is offered, in their order, and return how many were written."""
    offered = [item for item in compare(dataset, lock=True) if _is_offered(dataset, item)]
    return sum(_write(dataset, item) for item in offered)


@transaction.atomic
def decline(dataset: Dataset, key: str) -> bool:
    """Keep the table's row, or its absence: the shipped one is offered no more until it changes."""
    item = _find(dataset, key)
    if item is None or item.status is RowStatus.SAME:
        return False
    SeededRow.objects.update_or_create(dataset=dataset.name, key=key, defaults={"declined": item.values})
    return True


def _write(dataset: Dataset, item: Compared) -> bool:
    if item.status is RowStatus.SAME:
        return False
    if item.instance:
        dataset.update(item.instance, item.row)
    elif not dataset.insert([item.row]):
        return False
    remember(dataset, [item])
    return True


def _find(dataset: Dataset, key: str) -> Compared | None:
    return next((item for item in compare(dataset, lock=True) if item.key == key), None)


def _is_offered(dataset: Dataset, item: Compared) -> bool:
    if item.status is RowStatus.SAME or item.declined == item.values:
        return False
    written_anyway = item.status in {RowStatus.UNTOUCHED, RowStatus.NEW}
    return not (dataset.automatic and written_anyway)


def _difference(dataset: Dataset, item: Compared) -> Difference:
    names = [name for name in dataset.columns if not item.instance or item.ours[name] != item.values[name]]
    fields = [
        Field(name=name, label=_label(dataset, name), ours=item.ours.get(name), shipped=item.values[name])
        for name in names
    ]
    title = str(item.instance) if item.instance else str(item.row.get("name", item.key))
    return Difference(dataset, item.key, item.status, title, tuple(fields))


def _label(dataset: Dataset, name: str) -> str:
    field: Any = dataset.model._meta.get_field(name)
    return str(getattr(field, "verbose_name", "") or field.related_model._meta.verbose_name_plural)
