"""What each variable turns into: database, cache, files, mail, log."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from config import cache, database, environment, files, mail

HOSTS = ["cho.example", ".chobacninh.example"]


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
    assert files.storages(env)["default"]["BACKEND"].endswith("LocalFiles")
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


@pytest.mark.parametrize("url", ["console:", "dummy:", "memory:", "file:///srv/cho/mail"])
def test_mail_without_a_server_stays_here(url: str) -> None:
    assert mail.from_url(url)["MAIL_GOES_OUT"] is False
    assert mail.from_url("submission://cho:secret@mail.example:587")["MAIL_GOES_OUT"] is True


def in_base_url(url: str) -> list[str]:
    return environment.base_url(url, HOSTS)


def in_hosts(text: str) -> list[str]:
    return environment.allowed_hosts(environment.listed(text))


def in_origins(text: str) -> list[str]:
    return environment.origins("CSRF_TRUSTED_ORIGINS", environment.listed(text))


def in_bucket(text: str) -> list[str]:
    return environment.address("S3_PUBLIC_URL", text)


def on_disk(url: str) -> list[str]:
    return environment.database_url(url, absolute=True)


Reader = Callable[[str], list[str]]
WRONG: list[tuple[Reader, str, str]] = [
    (environment.email_url, "mail.example", "does not begin with a scheme"),
    (environment.email_url, "mail.example:587", "does not begin with a scheme"),
    (environment.email_url, "cho:word@mail.example:587", "does not begin with a scheme"),
    (environment.email_url, "https://mail.example", "does not begin with a scheme"),
    (environment.email_url, "smtp://", "names no mail server"),
    (environment.email_url, "submission://cho:p/w@mail.example:587", "%2F"),
    (environment.email_url, "submission://cho:p#w@mail.example:587", "%23"),
    (environment.email_url, "smtp://mail.example:port", "cannot be read"),
    (environment.email_url, "smtp://mail.example?timeout=soon", "?timeout=15"),
    (environment.email_url, "file://", "names no folder"),
    (environment.email_url, '"smtp://mail.example"', "quotation marks"),
    (environment.database_url, "cho_db", "must name a PostgreSQL or SQLite"),
    (environment.database_url, "mysql://cho@db/cho", "must name a PostgreSQL or SQLite"),
    (environment.database_url, "postgis://cho@db/cho", "must name a PostgreSQL or SQLite"),
    (environment.database_url, "postgres://cho@db", "names no database"),
    (environment.database_url, "postgres://cho:p/w@db:5432/cho", "cannot be read"),
    (environment.database_url, "postgres://cho:p#w@db:5432/cho", "%23"),
    (environment.database_url, "sqlite://db.sqlite3", "four slashes"),
    (environment.database_url, "/srv/cho/db.sqlite3", "must name a PostgreSQL or SQLite"),
    (on_disk, "sqlite:///db.sqlite3", "four slashes"),
    (environment.redis_url, "cache.example", "redis://"),
    (environment.redis_url, "cache.example:6379", "redis://"),
    (environment.redis_url, "http://cache.example", "redis://"),
    (environment.redis_url, "redis://cache.example:six", "cannot be read"),
    (environment.redis_url, "redis://cache.example/first", "number of a database"),
    (environment.redis_url, "redis://", "redis://"),
    (in_hosts, "https://cho.example", "no https://"),
    (in_hosts, "cho.example:443", "no port"),
    (in_hosts, "cho.example/", "no path"),
    (in_hosts, "'cho.example'", "bare names"),
    (in_hosts, "cho.example;www.cho.example", "bare names"),
    (in_hosts, "chợ.example", "xn--"),
    (in_hosts, "cho..example", "bare names"),
    (in_hosts, "cho.example,*", "not *"),
    (in_base_url, "http://cho.example", "must begin with https://"),
    (in_base_url, "cho.example", "must begin with https://"),
    (in_base_url, "https://cho.example/shop", "takes no path"),
    (in_base_url, "https://cho.example?a=1", "takes no path"),
    (in_base_url, "https://other.example", "ALLOWED_HOSTS does not name"),
    (environment.proxy_count, "-1", "number of proxies"),
    (environment.proxy_count, "one", "number of proxies"),
    (environment.proxy_count, "1.5", "number of proxies"),
    (environment.sender, "Chợ Bắc Ninh", "no e-mail address"),
    (environment.sender, "cho@localhost", "no e-mail address"),
    (in_origins, "pay.example", "https://pay.example"),
    (in_origins, "https://pay.example/way", "https://pay.example"),
    (in_bucket, "media.example", "https://"),
]
RIGHT: list[tuple[Reader, str]] = [
    (environment.email_url, "console:"),
    (environment.email_url, "submission://cho:p%2Fw@mail.example:587?timeout=5"),
    (environment.email_url, "file:///srv/cho/mail"),
    (environment.database_url, "postgres://cho:p%2Fw@db.example:5432/cho?sslmode=require"),
    (environment.database_url, "postgres:///cho"),
    (environment.database_url, "sqlite:///db.sqlite3"),
    (on_disk, "sqlite:////srv/cho/db.sqlite3"),
    (environment.redis_url, ""),
    (environment.redis_url, "rediss://:word@cache.example:6380/1"),
    (environment.redis_url, "unix:///run/redis.sock?db=1"),
    (in_hosts, "cho.example, www.cho.example , .cho.example,[::1],10.0.0.7"),
    (in_base_url, "https://cho.example/"),
    (in_base_url, "https://www.chobacninh.example:8443"),
    (environment.proxy_count, "0"),
    (environment.proxy_count, "2"),
    (environment.sender, "Chợ Bắc Ninh <cho@cho.example>"),
    (in_origins, "https://pay.example, http://10.0.0.7:8000"),
    (in_bucket, "https://media.example/cho"),
]


@pytest.mark.parametrize(("read", "value", "words"), WRONG)
def test_a_wrong_value_is_named_with_the_right_form(read: Reader, value: str, words: str) -> None:
    (problem,) = read(value)
    assert words in problem


@pytest.mark.parametrize(("read", "value"), RIGHT)
def test_a_right_value_is_taken(read: Reader, value: str) -> None:
    assert read(value) == []


@pytest.mark.parametrize(
    ("take", "name"),
    [(mail.from_url, "EMAIL_URL"), (database.from_url, "DATABASE_URL"), (cache.from_url, "REDIS_URL")],
)
def test_no_settings_take_what_names_nothing(take: Callable[[str], object], name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        take("mail.example:587")
