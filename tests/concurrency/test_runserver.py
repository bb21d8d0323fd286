"""The development server on PostgreSQL keeps no connection of visitors who have left."""

import http.client
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.concurrency.silent_stripe import free_port
from tests.databases import race

ROOT = Path(__file__).resolve().parents[2]
VISITS = 60
PATIENCE_S = 20

pytestmark = pytest.mark.slow


def ask(port: int) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().read()
    finally:
        connection.close()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert server.poll() is None
        try:
            ask(port)
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("The server does not answer")


def left_open(url: str) -> int:
    query = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def all_closed(url: str) -> bool:
    """Wait until every connection is closed: the last visitor's ends a moment after its answer."""
    until = time.monotonic() + PATIENCE_S
    while left_open(url):
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def test_connections_end_with_the_request(tmp_path: Path) -> None:
    port = free_port()
    with race(f"cho_runserver_{os.getpid()}") as url:
        env = os.environ | {
            "DATABASE_URL": url,
            "VAR_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        }
        command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
        with (tmp_path / "log").open("wb") as log:
            server = subprocess.Popen(command, env=env, cwd=ROOT, stdout=log, stderr=log)
            try:
                wait_for(port, server)
                assert {b'"database": "ok"' in ask(port) for _ in range(VISITS)} == {True}
                assert all_closed(url)
            finally:
                server.terminate()
                server.wait()
