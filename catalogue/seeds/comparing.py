"""How each shipped row stands to the table: new, as shipped, untouched, changed or deleted by staff."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from django.db.models import Model

from catalogue.models import SeededRow
from catalogue.seeds.dataset import Dataset, Row, Values


class RowStatus(Enum):
    """What a shipped row is to the table; values are for the command's output."""

    NEW = "new"
    SAME = "as shipped"
    UNTOUCHED = "as shipped before"  # nobody changed it: it may follow the release
    CHANGED = "changed here"
    DELETED = "deleted here"


@dataclass(frozen=True)
class Compared:
    """A shipped row beside its record, with what was written from it before."""

    key: str
    row: Row
    values: Values
    instance: Model | None
    ours: Values
    applied: Values | None
    declined: Values | None

    @property
    def status(self) -> RowStatus:
        """Say which of the five it is."""
        if self.instance is None:
            return RowStatus.NEW if self.applied is None else RowStatus.DELETED
        if self.ours == self.values:
            return RowStatus.SAME
        return RowStatus.UNTOUCHED if self._is_untouched() else RowStatus.CHANGED

    def _is_untouched(self) -> bool:
        """Compare what both know: a column that a release adds was not there to be touched."""
        if self.applied is None:
            return False
        return all(self.ours[name] == value for name, value in self.applied.items() if name in self.ours)


def compare(dataset: Dataset, *, lock: bool = False) -> Iterator[Compared]:
    """Yield every shipped row with its record, in the order of the rows.

    With `lock` the table's rows are locked until the transaction ends, so that nothing staff save
    meanwhile is written over.
    """
    known = dataset.instances()
    if lock:
        known = known.select_for_update(no_key=True, of=("self",))
    instances = {dataset.key_of_instance(instance): instance for instance in known}
    seeds = {seed.key: seed for seed in SeededRow.objects.filter(dataset=dataset.name)}
    for key, row in dataset.shipped().items():
        instance, seed = instances.get(key), seeds.get(key)
        yield Compared(
            key=key,
            row=row,
            values=dataset.values_of_row(row),
            instance=instance,
            ours=dataset.values_of(instance) if instance else {},
            applied=seed.applied if seed else None,
            declined=seed.declined if seed else None,
        )
