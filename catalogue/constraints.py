"""A database constraint that both engines keep: periods of one owner never overlap."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import Model

_POSTGRES = (
    "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s EXCLUDE USING gist "
    "(%(owner)s WITH =, daterange(%(start)s, LEAST(%(end)s, %(cuts)s), '[]') WITH &&)"
    " WHERE (%(start)s <= LEAST(%(end)s, %(cuts)s)%(and_counts)s)"
)
_SQLITE = (
    "CREATE TRIGGER %(name)s BEFORE %(event)s ON %(table)s WHEN EXISTS ("
    "SELECT 1 FROM %(table)s AS other WHERE other.%(owner)s = NEW.%(owner)s"
    " AND other.id IS NOT NEW.id"
    " AND other.%(start)s <= %(other_end)s AND NEW.%(start)s <= %(new_end)s"
    " AND other.%(start)s <= %(new_end)s AND NEW.%(start)s <= %(other_end)s%(and_counts)s)"
    " BEGIN SELECT RAISE(ABORT, 'constraint failed: %(label)s'); END"
)


class PeriodsDoNotOverlap(models.BaseConstraint):
    """Refuse two rows of one owner whose periods share a day.

    A period runs from `start` to `end`, both days included, or to the day before the
    earliest of its `cuts`. PostgreSQL keeps the rule by an exclusion constraint (extension
    btree_gist), SQLite by two triggers, which Django writes again when it rebuilds the table.

    Args:
        owner: name of the foreign key whose rows must not overlap.
        start: date field, the first day.
        end: date field, the last day.
        cuts: nullable date fields, each the first day on which the period is over early.
        name: the constraint's name in the database.
        counts: boolean field without which a row has no period yet; "" where every row has one.
    """

    def __init__(
        self, *, owner: str, start: str, end: str, cuts: tuple[str, ...], name: str, counts: str = ""
    ) -> None:
        super().__init__(name=name)
        self.columns = {"owner": owner, "start": start, "end": end}
        self.cuts = tuple(cuts)
        self.counts = counts

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        path, _args, kwargs = super().deconstruct()
        counts = {"counts": self.counts} if self.counts else {}
        return path, (), {**kwargs, **self.columns, "cuts": self.cuts, **counts}

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, PeriodsDoNotOverlap)
            and self.name == other.name
            and self.columns == other.columns
            and (self.cuts, self.counts) == (other.cuts, other.counts)
        )

    __hash__ = models.BaseConstraint.__hash__

    def constraint_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> None:  # type: ignore[override] # None: see below
        """Written after the table, as a partial unique index is."""
        schema_editor.deferred_sql.extend(self._statements(model, schema_editor))

    def create_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> Statement | str:  # type: ignore[override] # one may be a str
        """Return the last statement, which Django may keep until the table is there; the one before needs none, or waits."""
        first, last = self._statements(model, schema_editor)
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(first)
        else:
            schema_editor.deferred_sql.append(first)
        return last

    def remove_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> None:  # type: ignore[override] # executes by itself
        quote = schema_editor.quote_name
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT IF EXISTS {quote(self.name)}"
            )
            return
        for event in ("insert", "update"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {quote(f'{self.name}_{event}')}")

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: set[str] | None = None,
        using: str = "default",
    ) -> None:
        """The form's own clean names the other certificate; the database has the last word."""

    def _statements(
        self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> list[Statement | str]:
        columns = {field.name: str(field.column) for field in model._meta.concrete_fields}

        def column(field: str) -> str:
            return str(schema_editor.quote_name(columns[field]))

        table = Table(model._meta.db_table, schema_editor.quote_name)
        parts = {key: column(field) for key, field in self.columns.items()}
        cuts = [column(field) for field in self.cuts]
        if schema_editor.connection.vendor == "postgresql":
            parts["cuts"] = ", ".join(f"{cut} - 1" for cut in cuts)
            parts["and_counts"] = f" AND {column(self.counts)}" if self.counts else ""
            name = schema_editor.quote_name(self.name)
            return [
                "CREATE EXTENSION IF NOT EXISTS btree_gist",
                Statement(_POSTGRES, table=table, name=name, **parts),
            ]
        for row in ("new", "other"):
            days = [
                f"{row}.{parts['end']}",
                *(f"COALESCE(date({row}.{cut}, '-1 day'), {row}.{parts['end']})" for cut in cuts),
            ]
            parts[f"{row}_end"] = f"MIN({', '.join(days)})"
        both = [f" AND {row}.{column(self.counts)}" for row in ("NEW", "other")] if self.counts else []
        parts["and_counts"] = "".join(both)
        return [
            Statement(
                _SQLITE,
                table=table,
                name=schema_editor.quote_name(f"{self.name}_{event}"),
                event=event.upper(),
                label=self.name,
                **parts,
            )
            for event in ("insert", "update")
        ]
