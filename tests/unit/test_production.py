"""Production starts only when everything it needs is there, and says all that is missing at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.required import NAMES

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "cho.example",
    "DATABASE_URL": "sqlite:////nowhere/db.sqlite3",
    "BASE_URL": "https://cho.example",
    "EMAIL_URL": "smtp://mail.example:25",
    "DEFAULT_FROM_EMAIL": "cho@cho.example",
    "PROXY_COUNT": "1",
}
SHOW = (
    "import django.conf as c; s = c.settings;"
    "print([s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.DEBUG, s.EMAIL_BACKEND, s.SESSION_ENGINE,"
    " s.STORAGES['default']['BACKEND'], s.CSRF_TRUSTED_ORIGINS])"
)


def start(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        **environment,
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_empty_environment_names_everything() -> None:
    result = start(SHOW, {})
    assert result.returncode == 1
    last = result.stderr.strip().splitlines()[-1]
    assert f"Missing in the environment: {', '.join(NAMES)}." in last
    assert "docs/settings.md" in last


@pytest.mark.parametrize("name", NAMES)
def test_each_missing_name_is_named_alone(name: str) -> None:
    result = start(SHOW, {key: value for key, value in COMPLETE.items() if key != name})
    assert result.returncode == 1
    assert f"Missing in the environment: {name}." in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY is shorter than 50"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must name"),
        ("BASE_URL", "http://cho.example", "BASE_URL must begin with https://"),
        ("PROXY_COUNT", "many", "PROXY_COUNT must be the number of proxies"),
        ("PROXY_COUNT", "-1", "PROXY_COUNT must be the number of proxies"),
        (
            "EMAIL_URL",
            "mail.example:587",
            "EMAIL_URL does not begin with a scheme we know: write submission://",
        ),
        (
            "DATABASE_URL",
            "cho_db",
            "DATABASE_URL must name a PostgreSQL or SQLite database: write postgres://",
        ),
        ("REDIS_URL", "cache.example:6379", "REDIS_URL must name a Redis server: write redis://"),
        ("UNPAID_ORDERS", "few", "UNPAID_ORDERS"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL"),
    ],
)
def test_nonsense_is_refused_by_name(name: str, value: str, words: str) -> None:
    result = start(SHOW, COMPLETE | {name: value})
    assert result.returncode == 1
    assert words in result.stderr


def test_all_that_is_wrong_is_named_at_once_and_no_password_with_it() -> None:
    wrong = {
        "DATABASE_URL": "mysql://cho:hidden@db/cho",
        "EMAIL_URL": "cho:hidden@mail.example",
        "REDIS_URL": "hidden@cache",
    }
    result = start(SHOW, COMPLETE | wrong)
    assert result.returncode == 1
    said = result.stderr.strip().splitlines()[-1]
    assert [name for name in wrong if f"{name} " not in said] == []
    assert "hidden" not in said


def test_pages_are_not_served_without_their_stylesheets(tmp_path: Path) -> None:
    code = "import config.wsgi"
    result = start(code, COMPLETE | {"VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/db"})
    assert result.returncode == 1
    assert "No collected static files" in result.stderr
    assert "tools/release" in result.stderr


def test_a_complete_environment_starts() -> None:
    result = start(SHOW, COMPLETE)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == str(
        [
            True,
            True,
            False,
            "post_office.EmailBackend",
            "django.contrib.sessions.backends.db",
            "config.storage.LocalFiles",
            ["https://cho.example"],
        ]
    )


def test_redis_and_s3_are_taken_from_the_environment() -> None:
    more = {
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "S3_BUCKET": "cho",
        "S3_PUBLIC_URL": "https://media.example/cho",
    }
    code = (
        "import django; django.setup();"
        "from django.conf import settings as s; from django.core.files.storage import default_storage as d;"
        "print(s.SESSION_ENGINE, s.CACHES['default']['BACKEND']);"
        "print(d.url('images/b.webp'), d.url('documents/b.pdf'), s.MEDIA_ORIGIN)"
    )
    result = start(code, COMPLETE | more | {"S3_ACCESS_KEY_ID": "a", "S3_SECRET_ACCESS_KEY": "b"})
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == [
        "django.contrib.sessions.backends.cached_db",
        "django_redis.cache.RedisCache",
        "https://media.example/cho/images/b.webp",
        "/media/documents/b.pdf",
        "https://media.example",
    ]
