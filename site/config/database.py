"""Database settings from a URL, with what each engine needs to be safe under several workers."""

from typing import Any

import dj_database_url

from config import environment

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=NORMAL;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-16000;"
    "PRAGMA mmap_size=134217728"
)


def from_url(url: str) -> dict[str, Any]:
    """Return Django's database dictionary for `url` (sqlite:///path or postgres://…).

    SQLite takes its write lock at BEGIN and waits up to 20 s for it: measured, Django's
    defaults lost up to 7 of 24 parallel checkouts, these settings none (docs/locking.md).

    Raises:
        ImproperlyConfigured: `url` names no database that the shop runs on.
    """
    environment.refuse(environment.database_url(url))
    database = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_PRAGMAS + ";",
        }
    return database
