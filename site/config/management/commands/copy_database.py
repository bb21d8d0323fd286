"""Copy everything from another database into this one: the way from SQLite to PostgreSQL (docs/upgrading.md)."""

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.management.color import no_style
from django.db import DataError, IntegrityError, connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model, QuerySet
from django.db.models.sql.subqueries import InsertQuery

from config import database

OLD, NEW = "old", "default"
ROWS_AT_ONCE = 500
LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})
POSTGRESQL_PORT = 5432
MADE_ANEW = frozenset({"modelsearch", "wagtailsearch"})  # each engine has tables of its own for it


class Command(BaseCommand):
    help = "Copy all rows of another database into the one that DATABASE_URL names, which holds none yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="URL", help="such as sqlite:////srv/cho/var/db.sqlite3")

    def handle(self, *args: Any, **options: Any) -> None:
        connect(options["source"])
        try:
            refuse_if_unlike()
            with transaction.atomic(using=NEW):
                empty()
                for model in tables():
                    copied = copy(model)
                    if options["verbosity"] > 1:
                        self.stdout.write(f"{copied:>9} {model._meta.db_table}")
                number_on()
                refuse_if_lost()
        finally:
            connections[OLD].close()
            del connections[OLD]
        call_command("update_index", verbosity=0, stdout=self.stdout)
        self.stdout.write("Everything is here. Now run manage.py check_ledger and manage.py doctor.")


def connect(url: str) -> None:
    """Name the other database beside our own.

    Raises:
        CommandError: it is our own.
    """
    described = database.from_url(url)
    if place(described) == place(settings.DATABASES[NEW]):
        raise CommandError("Both are the same database. DATABASE_URL must name the new one.")
    of_its_own: dict[str, Any] = {"HOST": "", "PORT": "", "USER": "", "PASSWORD": "", "OPTIONS": {}}
    connections.databases[OLD] = {**connections[NEW].settings_dict, **of_its_own, **described}


def place(described: Mapping[str, Any]) -> tuple[str, str, str, int]:
    """Return engine, server, name and port: what tells one database from another.

    PostgreSQL's client takes from PGHOST and PGPORT what a URL leaves out.
    """
    host = str(described.get("HOST") or os.environ.get("PGHOST", ""))
    server = "" if host in LOCAL or host.startswith("/") else host
    port = int(described.get("PORT") or os.environ.get("PGPORT") or POSTGRESQL_PORT)
    return described["ENGINE"], server, str(described["NAME"]), port


def tables() -> list[type[Model]]:
    """Return a model for each table of ours, those between two models too, but no view."""
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return [
        model
        for model in found
        if not (model._meta.proxy or model._meta.swapped or model._meta.app_label in MADE_ANEW)
    ]


def refuse_if_unlike() -> None:
    """Stop unless both have the same tables and the new one nothing of value.

    Raises:
        CommandError: says which of them is not so.
    """
    old, new = (set(MigrationRecorder(connections[name]).applied_migrations()) for name in (OLD, NEW))
    if old != new:
        apart = ", ".join(sorted(".".join(name) for name in old ^ new)[:5])
        raise CommandError(f"Bring both to the same release first (manage.py migrate): {apart}")
    used = [model for model in ("users.User", "order.Order") if rows(apps.get_model(model), NEW).exists()]
    if used:
        raise CommandError(f"The new database is in use: it has rows of {' and '.join(used)}.")


def empty() -> None:
    """Take out what the migrations of the new database have put in."""
    names = [model._meta.db_table for model in tables()]
    with connections[NEW].cursor() as cursor:
        for statement in connections[NEW].ops.sql_flush(no_style(), names, allow_cascade=True):
            cursor.execute(statement)


def rows(model: type[Model], using: str) -> QuerySet[Any]:
    """Return all rows of a table, hidden by no manager."""
    return QuerySet(model=model, using=using)


def copy(model: type[Model]) -> int:
    """Copy a table as it stands; return how many rows it has.

    Raises:
        CommandError: the new database, which is stricter, takes a value not.
    """
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    copied = 0
    try:
        for some in _batches(rows(model, OLD).order_by("pk").iterator(ROWS_AT_ONCE)):
            query = InsertQuery(model)
            query.insert_values(fields, some, raw=True)
            query.get_compiler(using=NEW).execute_sql()
            copied += len(some)
    except (DataError, IntegrityError, ValueError) as error:
        raise CommandError(f"{model._meta.label}: {error}. Mend that row in the old database.") from error
    return copied


def _batches(found: Iterable[Model]) -> Iterator[list[Model]]:
    iterator = iter(found)
    while some := list(islice(iterator, ROWS_AT_ONCE)):
        yield some


def number_on() -> None:
    """Let the keys of new rows follow the highest copied one."""
    with connections[NEW].cursor() as cursor:
        for statement in connections[NEW].ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)


def refuse_if_lost() -> None:
    """Compare the number of rows of each table.

    Raises:
        CommandError: names the tables that differ, or the row that names one which is not there; nothing is kept.
    """
    lost = [model._meta.label for model in tables() if rows(model, OLD).count() != rows(model, NEW).count()]
    if lost:
        raise CommandError(f"Not all rows arrived, nothing is kept: {', '.join(lost)}")
    try:
        connection.check_constraints()
    except IntegrityError as error:
        raise CommandError(f"{error}. Mend that row in the old database.") from error
