"""The timer's own jobs (TIMER_JOBS): the mail queue, Wagtail's scheduled pages, tidying up."""

import datetime
import fcntl
import logging
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from post_office.mail import send_queued
from post_office.utils import cleanup_expired_mails

from shop.timer import clock

logger = logging.getLogger(__name__)

KEEP_MAIL_DAYS = 90


def send_mail() -> None:
    """Send the mail that waits, and again what failed; nothing while another process is at it."""
    with only_one("send-mail") as ours:
        if ours:
            send_queued()
        else:
            logger.info("Another process is sending mail")


def publish_scheduled() -> None:
    """Put pages on and off the shop whose editors named a time for it."""
    call_command("publish_scheduled", verbosity=0)


def tidy_up() -> None:
    """Drop sessions that are over and mail that was sent long ago."""
    call_command("clearsessions", verbosity=0)
    cleanup_expired_mails(
        clock.for_deadlines() - datetime.timedelta(days=KEEP_MAIL_DAYS), delete_attachments=True
    )


@contextmanager
def only_one(name: str) -> Iterator[bool]:
    """Hold the lock `name`, yielding whether we got it; a killed process lets go of it.

    PostgreSQL keeps it for all machines of the shop; SQLite means one machine, where a file does.
    """
    if connection.vendor == "postgresql":
        key = zlib.crc32(name.encode())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
            ours = bool(cursor.fetchone()[0])
            try:
                yield ours
            finally:
                if ours:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
        return
    path = Path(settings.VAR_DIR) / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        ours = _lock(file, path)
        try:
            yield ours
        finally:
            if ours:
                path.unlink(missing_ok=True)  # while it is locked: who opened it before sees that it is gone


def _lock(file: IO[str], path: Path) -> bool:
    """Lock an open file; False if somebody has it, or had it and removed it after we opened it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except (BlockingIOError, FileNotFoundError):
        return False
