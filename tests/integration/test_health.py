"""Probes, and the closed shop."""

import io
import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django.fixtures import Settings

from config import health, machine
from shop.timer import clock


@pytest.fixture(autouse=True)
def _forget_migrations() -> None:
    health._no_migration_missing.cache_clear()


def state(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/readyz", headers={"Host": "10.0.0.7"})
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"
    return response.status_code, json.loads(response.content)


def test_a_process_answers_without_database_session_or_known_host(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["shop.example"]
    settings.SECURE_SSL_REDIRECT = True
    response = client.get("/healthz", headers={"Host": "10.0.0.7"})
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert not response.cookies


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_probes_carry_the_security_headers(client: Client, address: str) -> None:
    response = client.get(address)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.django_db
def test_a_shop_that_can_sell_is_ready(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["shop.example"]
    clock.begin_turn()
    parts = ("database", "migrations", "cache", "timer", "static", "media", "disk")
    expected = {"ready": True, **dict.fromkeys(parts, "ok")}
    assert state(client) == (200, expected)


class BrokenConnection:
    vendor = "postgresql"

    def cursor(self) -> Any:
        raise DatabaseError("gone")


@pytest.mark.django_db
def test_a_dead_database_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "connection", BrokenConnection())

    def no_executor(_: Any) -> Any:
        raise DatabaseError("gone")

    monkeypatch.setattr(health, "MigrationExecutor", no_executor)
    status, said = state(client)
    assert (status, said["ready"], said["database"], said["migrations"]) == (503, False, "down", "down")


@pytest.mark.django_db
def test_a_missing_migration_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: ["one"])
    status, said = state(client)
    assert (status, said["ready"], said["migrations"]) == (503, False, "missing")
    assert connection.vendor


@pytest.mark.django_db
@pytest.mark.parametrize("lost", [lambda *_, **__: None, lambda *_, **__: 1 / 0])
def test_a_dead_cache_is_told_but_the_shop_sells(
    client: Client, monkeypatch: pytest.MonkeyPatch, lost: Any
) -> None:
    monkeypatch.setattr(cache, "get", lost)
    status, said = state(client)
    assert (status, said["ready"], said["cache"]) == (200, True, "down")


def test_a_closed_shop_says_so_without_database(client: Client, settings: Settings) -> None:
    settings.MAINTENANCE = True
    response = client.get("/gio-hang/")
    assert response.status_code == 503
    assert response["Retry-After"] == "300"
    page = response.content.decode()
    assert 'lang="vi"' in page
    assert 'lang="en"' in page
    assert client.get("/healthz").status_code == 200


def test_a_file_closes_the_shop_without_restart(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    (tmp_path / "maintenance").touch()
    assert client.get("/nowhere/").status_code == 503


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads go below what is no folder: nobody can write there, root neither."""
    (tmp_path / "file").touch()
    storage = FileSystemStorage(location=tmp_path / "file" / "media")
    monkeypatch.setattr(machine, "default_storage", storage)
    monkeypatch.setattr("config.management.commands.doctor.default_storage", storage)


@pytest.mark.django_db
@pytest.mark.usefixtures("nowhere")
def test_uploads_that_cannot_be_written_are_told_but_the_shop_sells(client: Client) -> None:
    status, said = state(client)
    assert (status, said["ready"], said["media"]) == (200, True, "unwritable")


@pytest.mark.django_db
def test_a_full_disk_stops_sqlite_only(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 0))
    status, said = state(client)
    on_disk = connection.vendor == "sqlite"
    assert (status, said["ready"], said["disk"]) == (503 if on_disk else 200, not on_disk, "full")


@pytest.mark.django_db
def test_missing_static_files_are_not_ready(client: Client, settings: Settings, tmp_path: Path) -> None:
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    settings.STATIC_ROOT = tmp_path
    status, said = state(client)
    assert (status, said["ready"], said["static"]) == (503, False, "missing")
    (tmp_path / "staticfiles.json").write_text("{}", encoding="utf-8")
    assert state(client)[1]["static"] == "ok"


def ask_the_doctor(**options: Any) -> tuple[bool, str]:
    said = io.StringIO()
    try:
        call_command("doctor", stdout=said, **options)
    except CommandError as error:
        return False, f"{said.getvalue()}{error}"
    return True, said.getvalue()


@pytest.mark.django_db
def test_the_doctor_finds_a_well_shop_well_and_sends_a_mail() -> None:
    clock.begin_turn()
    well, said = ask_the_doctor(mail="chi@example.com")
    assert well, said
    assert "BAD" not in said
    assert "mail kept here ok" in said  # the suite has no mail server
    assert [sent.to for sent in mail.outbox] == [["chi@example.com"]]


@pytest.mark.django_db
@pytest.mark.usefixtures("nowhere")
def test_the_doctor_names_each_part_with_its_variable(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT, settings.PROXY_COUNT, settings.MAIL_GOES_OUT = True, 0, True
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    settings.POST_OFFICE = settings.POST_OFFICE | {
        "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"}
    }
    well, said = ask_the_doctor()
    assert not well
    bad = [line for line in said.splitlines() if line.startswith("BAD")]
    named = " ".join(bad)
    assert [name for name in ("VAR_DIR", "EMAIL_URL", "PROXY_COUNT", "worker") if name not in named] == []
    assert [line.split()[1] for line in bad] == ["timer", "media", "upload", "mail", "proxy"]
    assert said.endswith("docs/settings.md describes each variable.")


@pytest.fixture
def careless(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """A web server that shows the whole of /media/."""
    settings.MEDIA_ROOT = tmp_path / "media"
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        settings.BASE_URL = f"http://127.0.0.1:{server.server_port}"
        yield
        server.shutdown()
        thread.join()


@pytest.mark.django_db
@pytest.mark.usefixtures("careless")
def test_the_doctor_asks_for_a_private_file_as_a_stranger() -> None:
    _, said = ask_the_doctor()
    (line,) = [line for line in said.splitlines() if line.startswith("BAD  upload")]
    assert "shown to everybody" in line
    assert "docs/deploy.md" in line
