"""Probes, and the closed shop."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django.fixtures import Settings

from config import health
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


@pytest.mark.django_db
def test_a_shop_that_can_sell_is_ready(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["shop.example"]
    clock.begin_turn()
    expected = {"ready": True, "database": "ok", "migrations": "ok", "cache": "ok", "timer": "ok"}
    assert state(client) == (200, expected)


class BrokenConnection:
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
