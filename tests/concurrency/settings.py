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
