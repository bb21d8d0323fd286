"""Scenario: many buyers, few units. Variants: ours, oscars (the control), two_lines."""

from collections.abc import Callable
from typing import Any

UNITS = {"ours": [3], "oscars": [3], "two_lines": [5, 3]}


def prepare(variant: str) -> dict[str, Any]:
    """Make the goods; for the control also take the database's own guard away."""
    from django.db import connection

    from shop.partner.models import StockRecord
    from tests.factories import make_product

    records = [make_product(stock=units).stockrecords.get() for units in UNITS[variant]]
    if variant == "oscars":
        rules = StockRecord._meta.constraints
        guard = next(rule for rule in rules if rule.name == "stock_never_oversold")
        rules.remove(guard)  # of this process's model: SQLite remakes the table from it
        with connection.schema_editor() as editor:
            editor.remove_constraint(StockRecord, guard)
    return {"variant": variant, "records": [record.pk for record in records]}


def act(number: int, facts: dict[str, Any], at_once: Callable[[], None]) -> str:
    """Look, then buy one of each."""
    from oscar.apps.partner.abstract_models import AbstractStockRecord

    from shop.partner import stock
    from shop.partner.models import StockRecord

    records = list(StockRecord.objects.filter(pk__in=facts["records"]))
    assert all(record.net_stock_level > 0 for record in records)  # every buyer has seen them in stock
    at_once()
    if facts["variant"] == "oscars":
        AbstractStockRecord.allocate(records[0], 1)
        return "bought"
    # half of the buyers name the goods in the other order: no two may wait for each other
    keys = facts["records"] if number % 2 else facts["records"][::-1]
    try:
        stock.allocate(dict.fromkeys(keys, 1))
    except stock.OutOfStock:
        return "sold out"
    return "bought"


def outcome(facts: dict[str, Any]) -> list[int]:
    """Return what is promised of each record."""
    from shop.partner.models import StockRecord

    found = StockRecord.objects.in_bulk(facts["records"])
    return [found[pk].num_allocated or 0 for pk in facts["records"]]
