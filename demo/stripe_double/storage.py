"""What the double remembers, in one SQLite file that all processes share."""

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.conf import settings

StripeObject = dict[str, Any]
KEYS_LIVE_S = 24 * 3600  # Stripe forgets idempotency keys after a day at the earliest
SCHEMA = """
CREATE TABLE IF NOT EXISTS thing (n INTEGER PRIMARY KEY, id TEXT UNIQUE, kind TEXT, body TEXT);
CREATE TABLE IF NOT EXISTS reply (key TEXT PRIMARY KEY, request TEXT, status INTEGER, body TEXT, at REAL);
CREATE TABLE IF NOT EXISTS event (n INTEGER PRIMARY KEY, body TEXT, sent INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS fault (n INTEGER PRIMARY KEY, call TEXT, what TEXT);
CREATE TABLE IF NOT EXISTS network (n INTEGER PRIMARY KEY CHECK (n = 1), state TEXT, seconds REAL);
"""


class Storage:
    """The double's state during one act."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.now = int(time.time())

    def get(self, pk: str) -> StripeObject | None:
        """Return a thing by its id."""
        row = self._db.execute("SELECT body FROM thing WHERE id = ?", [pk]).fetchone()
        return json.loads(row[0]) if row else None

    def all(self, kind: str) -> list[StripeObject]:
        """Return all things of a kind, newest first, as Stripe lists them."""
        rows = self._db.execute("SELECT body FROM thing WHERE kind = ? ORDER BY n DESC", [kind])
        return [json.loads(row[0]) for row in rows]

    def make(self, prefix: str, kind: str, **fields: Any) -> StripeObject:
        """Write a new thing down; its id is "`prefix`_…"."""
        thing = {"id": f"{prefix}_{secrets.token_hex(12)}", "object": kind, "created": self.now, **fields}
        return self.save({"livemode": False, **thing})

    def save(self, thing: StripeObject) -> StripeObject:
        """Write down how a thing is now."""
        self._db.execute(
            "INSERT INTO thing (id, kind, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            [thing["id"], thing["object"], json.dumps(thing)],
        )
        return thing

    def queue_event(self, kind: str, thing: StripeObject) -> None:
        """Queue a notification: `kind` happened to `thing`, which is sent as it is now."""
        event = {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "created": self.now,
            "livemode": False,
            "type": kind,
            "data": {"object": thing},
        }
        self._db.execute("INSERT INTO event (body) VALUES (?)", [json.dumps(event)])

    def undelivered(self) -> list[tuple[int, str]]:
        """Return the notifications that were not accepted yet: number and body, oldest first."""
        return list(self._db.execute("SELECT n, body FROM event WHERE NOT sent ORDER BY n"))

    def mark_delivered(self, number: int) -> None:
        """Cross a notification off."""
        self._db.execute("UPDATE event SET sent = 1 WHERE n = ?", [number])

    def reply(self, key: str) -> tuple[str, int, str] | None:
        """Return what was asked and answered under an idempotency key."""
        self._db.execute("DELETE FROM reply WHERE at < ?", [self.now - KEYS_LIVE_S])
        found: tuple[str, int, str] | None = self._db.execute(
            "SELECT request, status, body FROM reply WHERE key = ?", [key]
        ).fetchone()
        return found

    def remember(self, key: str, request: str, status: int, body: str) -> None:
        """Keep an answer for whoever asks again with the same key."""
        self._db.execute("INSERT INTO reply VALUES (?, ?, ?, ?, ?)", [key, request, status, body, self.now])

    def plan_fault(self, call: str, what: str) -> None:
        """Let the next call whose "METHOD /path" begins so go wrong (see http_client.FAULTS)."""
        self._db.execute("INSERT INTO fault (call, what) VALUES (?, ?)", [call, what])

    def fault(self, call: str) -> str:
        """Return what shall go wrong with this call, "" for nothing; each plan serves once."""
        for number, begins, what in self._db.execute("SELECT n, call, what FROM fault ORDER BY n").fetchall():
            if call.startswith(begins):
                self._db.execute("DELETE FROM fault WHERE n = ?", [number])
                return str(what)
        return ""

    def set_network(self, state: str, seconds: float = 0) -> None:
        """Let every call go so from now on (see http_client.NETWORK); `seconds` is how long one hangs."""
        self._db.execute("INSERT OR REPLACE INTO network VALUES (1, ?, ?)", [state, seconds])

    def network(self) -> tuple[str, float]:
        """Return how calls go now, and how long one hangs."""
        found: tuple[str, float] | None = self._db.execute("SELECT state, seconds FROM network").fetchone()
        return found or ("up", 0)


@contextmanager
def open_storage() -> Iterator[Storage]:
    """Open the file for one act: all of it is written, or nothing; other processes wait."""
    with closing(sqlite3.connect(settings.STRIPE_DOUBLE_FILE, timeout=20, isolation_level=None)) as db:
        db.executescript(SCHEMA)
        db.execute("BEGIN IMMEDIATE")
        try:
            yield Storage(db)
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")
