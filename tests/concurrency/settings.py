"""The test settings with tables made straight from the models: migrations would cost a minute."""

from typing import Any

from config.settings.test import *  # noqa: F403
from config.settings.test import INSTALLED_APPS


class NoMigrations(dict[str, Any]):
    """Says of every app that it has no migrations."""

    def __contains__(self, label: object) -> bool:
        return True

    def __getitem__(self, label: str) -> None:
        return None


MIGRATION_MODULES = NoMigrations(dict.fromkeys(INSTALLED_APPS))

# One buyer orders much here; tests that are about budgets say so.
UNPAID_ORDERS = UNPAID_ORDERS_PER_NETWORK = OPEN_CASH = OPEN_CASH_PER_NETWORK = 0
UNPAID_UNITS_PERCENT = UNPAID_UNITS_PERCENT_PER_NETWORK = CONFIRMED_UNITS_PERCENT = 0
