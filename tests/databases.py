"""Databases beside the suite's own, and what to do where something is not there."""

import os
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import pytest
from django.db import connection

RACE_SERVER = "postgres://postgres@127.0.0.1:5432"


def left_out(why: str) -> NoReturn:
    """Leave a test out for want of a tool; in CI, where all tools are, that is an error."""
    if os.environ.get("CI") == "true":
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


@contextmanager
def race(name: str) -> Iterator[str]:
    """Yield the URL of an empty PostgreSQL database for races, on RACE_POSTGRES if that is set.

    A server that was named must answer; without one the races on PostgreSQL are skipped.
    """
    url = urllib.parse.urlsplit(os.environ.get("RACE_POSTGRES", RACE_SERVER))
    try:
        admin = psycopg.connect(_address(url), autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        if "RACE_POSTGRES" in os.environ:
            raise
        pytest.skip("no PostgreSQL server")
    with admin:
        yield from _made(admin, url, name)


def _address(url: urllib.parse.SplitResult) -> str:
    return url._replace(scheme="postgresql", path="/postgres").geturl()


def _made(admin: psycopg.Connection[Any], url: urllib.parse.SplitResult, name: str) -> Iterator[str]:
    admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
    admin.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        yield url._replace(path=f"/{name}").geturl()
    finally:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@contextmanager
def scratch(folder: Path, name: str) -> Iterator[str]:
    """Yield the URL of an empty database: a file in `folder`, or one on the suite's server, dropped at the end."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / name}.sqlite3"
        return
    url = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(_address(url), autocommit=True) as admin:
        yield from _made(admin, url, f"cho_{name}_{os.getpid()}")
