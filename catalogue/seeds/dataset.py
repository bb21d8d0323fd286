"""A dataset: the rows that the shop is shipped with for one table."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet

Row = dict[str, Any]
Values = dict[str, Any]
BATCH = 500


@dataclass(frozen=True)
class Dataset:
    """Rows for one table, and how they are compared with it and written.

    Attributes:
        name: for machines and for the command's output.
        label: for staff.
        model: whose table it is.
        key: the columns that say which row is meant.
        columns: the columns that are compared and kept in step.
        rows: gives all rows, each with key and columns, and with what `save()` would derive from them.
        automatic: whether a new release may add rows and change those that nobody touched. Where money
            hangs on a table it may not: it fills an empty table, later staff accept each row.
    """

    name: str
    label: Any
    model: type[Model]
    key: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Callable[[], Iterable[Row]]
    automatic: bool = True

    def shipped(self) -> dict[str, Row]:
        """Return the rows by their keys, in their order."""
        return {self.key_of(row): row for row in self.rows()}

    def key_of(self, row: Row) -> str:
        """Return a row's key as one text."""
        return "|".join(str(row[name]) for name in self.key)

    def instances(self) -> QuerySet[Any]:
        """Return what is compared, with whatever `values` reads of it."""
        return self.model._default_manager.order_by("pk")

    def key_of_instance(self, instance: Model) -> str:
        """Return the key of a record of the table."""
        return self.key_of({name: getattr(instance, name) for name in self.key})

    def values_of_row(self, row: Row) -> Values:
        """Return a shipped row's compared columns as JSON keeps them."""
        return {name: plain(row[name]) for name in self.columns}

    def values_of(self, instance: Model) -> Values:
        """Return a record's compared columns as JSON keeps them."""
        return {name: plain(getattr(instance, name)) for name in self.columns}

    def insert(self, rows: list[Row]) -> list[Row]:
        """Insert rows and return those that could be; `save()` and signals do not run."""
        self.model._default_manager.bulk_create([self.model(**row) for row in rows], batch_size=BATCH)
        return rows

    def update(self, instance: Model, row: Row) -> None:
        """Write a shipped row's columns into its record."""
        for name in self.columns:
            setattr(instance, name, row[name])
        instance.save()


def plain(value: Any) -> Any:
    """Return a value as JSON gives it back: numbers and days as text, however a column or file wrote them."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        return f"{Decimal(str(value)).normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return str(value)
