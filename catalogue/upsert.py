"""Bring many rows in line with a list in few statements; rows that already agree are not written."""

from collections.abc import Iterable
from typing import Any

from django.db import models

BATCH = 500


def upsert(model: type[models.Model], *, key: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> int:
    """Insert the rows that are missing, update those that differ, and return how many were written.

    Rows of the table that the list does not name are left alone. `save()` and signals are not
    run, so `rows` must carry derived columns too.

    Args:
        model: whose table it is.
        key: names of the columns that say which row is meant.
        rows: one dictionary of column names (`province_id`, not `province`) and values per row,
            all with the same columns.
    """
    wanted = {tuple(row[name] for name in key): row for row in rows}
    if not wanted:
        return 0
    columns = list(next(iter(wanted.values())))
    missing, different = dict(wanted), []
    for found in model._default_manager.all():
        row = missing.pop(tuple(getattr(found, name) for name in key), None)
        if row is not None and any(getattr(found, name) != row[name] for name in columns):
            for name in columns:
                setattr(found, name, row[name])
            different.append(found)
    manager = model._default_manager
    manager.bulk_create([model(**row) for row in missing.values()], batch_size=BATCH)
    changing = [name for name in columns if name not in key]
    if different and changing:
        manager.bulk_update(different, changing, batch_size=BATCH)
    return len(missing) + len(different)
