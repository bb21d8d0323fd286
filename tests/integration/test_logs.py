"""What operators read: one line an event, with the id of its request; metrics; reports without people."""

import json
import logging.config
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from post_office.logutils import setup_loghandlers
from post_office.models import STATUS
from pytest_django.fixtures import Settings

from config import health, log, metrics, reporting
from shop.core.codes import new_token
from shop.timer import clock
from shop.users.models import User

ID = "0123456789abcdef0123456789abcdef"


def fails(request: HttpRequest) -> HttpResponse:
    logging.getLogger("shop.example").warning("first\nERROR forged: second")
    raise ValueError("broken")


urlpatterns = [path("fails/", fails)]


@pytest.fixture
def shaped() -> Iterator[Any]:
    """Log as production does, in a shape; afterwards as before."""
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    yield lambda shape: logging.config.dictConfig(log.to_stderr("INFO", shape))
    root.handlers[:], root.level = kept


def ask_for_trouble(client: Client) -> HttpResponse:
    client.raise_request_exception = False
    response = client.get("/fails/", headers={"Request-Id": ID})
    assert response.status_code == 500
    return response


@pytest.mark.urls(__name__)
def test_an_event_is_one_line_with_its_request(
    client: Client, shaped: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    shaped("line")
    assert ask_for_trouble(client)["Request-Id"] == ID
    said = capfd.readouterr().err.splitlines()
    assert len(said) == 2, said
    assert f"WARNING {ID} shop.example: first ⏎ ERROR forged: second" in said[0]
    assert f"ERROR {ID} django.request: Internal Server Error: /fails/" in said[1]
    assert said[1].endswith("ValueError: broken")


@pytest.mark.urls(__name__)
def test_an_event_is_one_object(client: Client, shaped: Any, capfd: pytest.CaptureFixture[str]) -> None:
    shaped("json")
    ask_for_trouble(client)
    first, second = (json.loads(line) for line in capfd.readouterr().err.splitlines())
    assert (first["level"], first["logger"], first["request_id"]) == ("WARNING", "shop.example", ID)
    assert second["message"] == "Internal Server Error: /fails/"
    assert second["exc_info"].endswith("ValueError: broken")
    assert second["time"][:3] == "202"


@pytest.mark.parametrize("shape", ["line", "json"])
def test_keys_of_orders_and_passwords_stay_out(
    client: Client, shaped: Any, capfd: pytest.CaptureFixture[str], shape: str
) -> None:
    order, password = new_token(), default_token_generator.make_token(User(pk=1))
    shaped(shape)
    for path_of in (f"/don-hang/{order}/huy/", f"/tai-khoan/moi/MQ/{password}/x", f"/nowhere/{order}"):
        logging.getLogger("django.request").warning("Not Found: %s", path_of)
    logging.getLogger("django.request").warning("Not Found: /san-pham/banh-phu-the-dinh-bang-hop-10-cai/")
    said = capfd.readouterr().err
    assert order not in said
    assert password not in said
    assert said.count("…") == 3
    assert "banh-phu-the-dinh-bang-hop-10-cai" in said


def test_hosts_of_scanners_are_not_told(shaped: Any, capfd: pytest.CaptureFixture[str]) -> None:
    shaped("line")
    logging.getLogger("django.security.DisallowedHost").error("Invalid HTTP_HOST header")
    assert capfd.readouterr().err == ""


def test_what_the_mail_queue_says_is_said_once(shaped: Any, capfd: pytest.CaptureFixture[str]) -> None:
    shaped("line")
    setup_loghandlers("INFO").error("no mail server")
    assert len(capfd.readouterr().err.splitlines()) == 1


def test_each_request_has_an_id_of_its_own(client: Client) -> None:
    ids = {client.get("/healthz")["Request-Id"] for _ in range(2)}
    assert len(ids) == 2
    assert client.get("/healthz", headers={"Request-Id": "made up\nline"})["Request-Id"] not in {
        *ids,
        "made up",
    }


def test_nobody_measures_without_a_token(client: Client) -> None:
    assert "/metrics" not in health.HealthMiddleware.answers


@pytest.mark.django_db
def test_metrics_tell_how_the_shop_stands(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.METRICS_TOKEN = "secret"
    monkeypatch.setitem(health.HealthMiddleware.answers, "/metrics", metrics.metrics)
    clock.begin_turn()
    metrics.Email.objects.create(from_email="a@b.example", to="c@d.example", status=STATUS.failed)
    for wrong in ({}, {"Authorization": "Bearer no"}, {"Authorization": "Bearer ắ"}):
        assert client.get("/metrics", headers=wrong).status_code == 401
    answer = client.get("/metrics", headers={"Authorization": "Bearer secret"})
    text = answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert 'cho_mails{state="failed"} 1.0' in text
    assert 'cho_orders{status="Placed"} 0.0' in text
    assert 'cho_part_ok{part="database"} 1.0' in text
    age = re.search(r"^cho_timer_age_seconds (\S+)$", text, re.MULTILINE)
    assert age
    assert 0 <= float(age[1]) < 60


@pytest.mark.django_db
def test_metrics_of_a_dead_database_tell_so(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead() -> None:
        raise metrics.DatabaseError("gone")

    settings.METRICS_TOKEN = "secret"
    monkeypatch.setitem(health.HealthMiddleware.answers, "/metrics", metrics.metrics)
    monkeypatch.setattr(metrics, "mail", dead)
    answer = client.get("/metrics", headers={"Authorization": "Bearer secret"})
    assert (answer.status_code, b"cho_orders" in answer.content) == (200, False)


ROUTE = {"transaction": "/don-hang/{token}/", "transaction_info": {"source": "route"}}


def test_reports_name_nobody() -> None:
    event = {
        **ROUTE,
        "user": {"ip_address": "203.0.113.7"},
        "request": {"method": "GET", "url": "https://cho.example/don-hang/key/", "headers": {"Cookie": "x"}},
        "extra": {"request": "<WSGIRequest: GET '/don-hang/key/'>"},
        "contexts": {"trace": {"trace_id": "1", "description": "GET https://cho.example/don-hang/key/"}},
    }
    kept = {
        **ROUTE,
        "request": {"method": "GET", "url": "/don-hang/{token}/"},
        "contexts": {"trace": {"trace_id": "1"}},
    }
    assert reporting.without_people(event, {}) == kept


def test_reports_do_not_quote_what_an_error_says() -> None:
    row = "Failing row contains (1, An, +84912345678, Thôn Đoàn Kết)."
    frames = {"frames": [{"function": "place"}]}
    event = {
        "exception": {"values": [{"type": "IntegrityError", "value": row, "stacktrace": frames}]},
        "logentry": {"message": "Job %s failed", "formatted": f"Job {row} failed", "params": [row]},
    }
    kept = {
        "exception": {"values": [{"type": "IntegrityError", "stacktrace": frames}]},
        "logentry": {"message": "Job %s failed"},
        "request": {"method": "", "url": ""},
    }
    assert reporting.without_people(event, {}) == kept
    told_twice = {"exception": {"values": [{"type": "X", "value": row}]}, "logentry": {"message": row}}
    assert "logentry" not in reporting.without_people(told_twice, {})


def test_reports_without_a_route_have_no_address() -> None:
    event = {"transaction": "/don-hang/key", "transaction_info": {"source": "url"}}
    kept = {"transaction_info": {"source": "url"}, "request": {"method": "", "url": ""}}
    assert reporting.without_people(event, {}) == kept


def test_reporting_without_its_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(reporting, "import_module", missing)
    reporting.start("", environment="test")
    with pytest.raises(ImproperlyConfigured, match=r"requirements-sentry\.txt"):
        reporting.start("https://key@sentry.example/1", environment="test")


def test_reporting_keeps_bodies_and_people_here(monkeypatch: pytest.MonkeyPatch) -> None:
    said: dict[str, Any] = {}

    class Sentry:
        @staticmethod
        def init(**options: Any) -> None:
            said.update(options)

    monkeypatch.setattr(reporting, "import_module", lambda _: Sentry)
    reporting.start("https://key@sentry.example/1", environment="test")
    assert (said["send_default_pii"], said["include_local_variables"]) == (False, False)
    assert said["max_request_body_size"] == "never"
