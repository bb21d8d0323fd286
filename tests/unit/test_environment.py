"""What each variable turns into: database, cache, files, mail, log."""

import logging.config

import pytest
from environs import Env

from config import cache, database, files, log, mail


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> Env:
    for name in ("S3_BUCKET", "S3_PUBLIC_URL", "S3_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    return Env()


def test_sqlite_takes_its_write_lock_first_and_waits() -> None:
    options = database.from_url("sqlite:////tmp/db.sqlite3")["OPTIONS"]
    assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", 20)
    assert "journal_mode=WAL" in options["init_command"]


def test_postgresql_keeps_its_own_options() -> None:
    settings = database.from_url("postgres://u:p@db.example:5433/cho")
    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example", 5433, "cho")
    assert "transaction_mode" not in settings.get("OPTIONS", {})


def test_without_redis_each_process_has_its_cache() -> None:
    assert cache.from_url("")["default"]["BACKEND"].endswith("LocMemCache")
    assert cache.session_engine("") == "django.contrib.sessions.backends.db"


def test_uploads_stay_on_the_disk_without_a_bucket(env: Env) -> None:
    assert files.storages(env)["default"]["BACKEND"].endswith("FileSystemStorage")
    assert files.media_origin(env) == ""


def test_uploads_go_to_a_bucket(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3_BUCKET", "cho")
    monkeypatch.setenv("S3_ENDPOINT_URL", "https://s3.example:9000")
    options = files.storages(env)["default"]["OPTIONS"]
    assert (options["bucket_name"], options["querystring_auth"]) == ("cho", False)
    assert "custom_domain" not in options
    assert files.media_origin(env) == "https://s3.example:9000"


def test_mail_is_queued_and_sent_by_what_the_url_names() -> None:
    settings = mail.from_url("smtp://lan:p%40ss@mail.example:587/?tls=True")
    assert settings["EMAIL_BACKEND"] == "post_office.EmailBackend"
    assert settings["POST_OFFICE"]["BACKENDS"] == {"default": "django.core.mail.backends.smtp.EmailBackend"}
    assert (settings["EMAIL_HOST"], settings["EMAIL_HOST_PASSWORD"]) == ("mail.example", "p@ss")
    assert (settings["EMAIL_USE_TLS"], settings["EMAIL_TIMEOUT"]) == (True, 15)


def test_an_error_is_one_line_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    try:
        logging.config.dictConfig(log.to_stderr("INFO"))
        logging.getLogger("django.request").error("Internal Server Error: /x/")
        logging.getLogger("django.security.DisallowedHost").error("Invalid HTTP_HOST header")
    finally:
        root.handlers[:], root.level = kept
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].endswith("ERROR django.request: Internal Server Error: /x/")
