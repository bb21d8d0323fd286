"""A shop that began on SQLite moves to PostgreSQL with its orders and goes on there."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections

from config import database
from config.management.commands import copy_database
from shop.users.models import User
from tests.databases import race
from tests.programs import ROOT, run_python

COUNT = """
import json, django; django.setup()
from config.management.commands.copy_database import rows, tables
from shop.order.models import Order
print(json.dumps([
    {model._meta.label: rows(model, "default").count() for model in tables()},
    sorted([order.number, str(order.total_incl_tax), order.status, order.date_placed.isoformat()]
           for order in Order.objects.all()),
]))
"""
SELL_ON = """
from tests.upgrade.sell import buy, setup_test_environment
from catalogue.models import Product
setup_test_environment()
print(buy("cod", Product.objects.first()).status)
"""
MAKE_TABLES = ("-m", "django", "migrate", "--run-syncdb", "--verbosity", "0")


@pytest.fixture
def postgresql() -> Iterator[str]:
    with race(f"cho_copy_{os.getpid()}") as url:
        yield url


@pytest.mark.slow
def test_orders_move_to_postgresql_and_more_follow(tmp_path: Path, postgresql: str) -> None:
    old = f"sqlite:///{tmp_path}/old.sqlite3"
    run_python(ROOT, *MAKE_TABLES, database=old, var=tmp_path)
    run_python(ROOT, str(ROOT / "tests" / "upgrade" / "sell.py"), database=old, var=tmp_path)
    before = json.loads(run_python(ROOT, "-c", COUNT, database=old, var=tmp_path))

    run_python(ROOT, *MAKE_TABLES, database=postgresql, var=tmp_path)
    run_python(ROOT, "manage.py", "copy_database", old, database=postgresql, var=tmp_path)
    assert json.loads(run_python(ROOT, "-c", COUNT, database=postgresql, var=tmp_path)) == before
    assert len(before[1]) == 2
    run_python(ROOT, "manage.py", "check_ledger", database=postgresql, var=tmp_path)
    assert run_python(ROOT, "-c", SELL_ON, database=postgresql, var=tmp_path) == "Placed"

    with pytest.raises(AssertionError, match="The new database is in use"):
        run_python(ROOT, "manage.py", "copy_database", old, database=postgresql, var=tmp_path)


@pytest.mark.django_db
def test_a_database_is_not_copied_into_itself() -> None:
    url = f"sqlite:///{connection.settings_dict['NAME']}"
    if connection.vendor != "sqlite":
        url = (
            urlsplit(os.environ["DATABASE_URL"])
            ._replace(path=f"/{connection.settings_dict['NAME']}")
            .geturl()
        )
    with pytest.raises(CommandError, match="the same database"):
        call_command("copy_database", url)


@pytest.mark.parametrize(
    ("one", "port", "other"),
    [
        ("postgres:///cho", "5433", "postgres://cho@127.0.0.1:5433/cho"),
        ("postgres:///cho", "5433", "postgres:///cho"),
        ("postgres://cho@localhost/cho", "", "postgres:///cho"),
    ],
)
def test_a_url_without_server_and_port_takes_those_of_the_surroundings(
    monkeypatch: pytest.MonkeyPatch, one: str, port: str, other: str
) -> None:
    monkeypatch.setenv("PGHOST", "localhost")
    monkeypatch.setenv("PGPORT", port)
    places = [copy_database.place(database.from_url(url)) for url in (one, other)]
    assert places[0] == places[1]
    monkeypatch.setenv("PGHOST", "db.example")
    elsewhere = copy_database.place(database.from_url("postgres:///cho"))
    assert elsewhere != copy_database.place(database.from_url("postgres://127.0.0.1:5433/cho"))


@pytest.mark.django_db
def test_a_database_of_this_name_on_another_server_can_be_read() -> None:
    copy_database.connect(f"postgres://cho@old.example/{connection.settings_dict['NAME'].lstrip('/')}")
    try:
        parameters = connections[copy_database.OLD].get_connection_params()
        assert (parameters["host"], parameters["user"]) == ("old.example", "cho")
    finally:
        del connections[copy_database.OLD]
        del connections.databases[copy_database.OLD]


@pytest.mark.django_db
def test_a_row_that_the_new_database_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise IntegrityError("duplicate key")

    monkeypatch.setattr(copy_database, "OLD", "default")
    monkeypatch.setattr(copy_database, "_batches", refused)
    with pytest.raises(CommandError, match=r"users\.User: duplicate key\. Mend that row"):
        copy_database.copy(User)
    monkeypatch.setattr(connection, "check_constraints", refused)
    with pytest.raises(CommandError, match="duplicate key"):
        copy_database.refuse_if_lost()
