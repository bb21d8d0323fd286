"""What public and personal answers say about being kept."""

import datetime
import logging
from collections.abc import Iterator

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django.fixtures import Settings

from catalogue.caching import public_view
from catalogue.listing import rows as listing_rows
from tests.factories import make_certificate, make_home, make_product

NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)


@public_view
def public(request: HttpRequest) -> HttpResponse:
    return HttpResponse("for everybody")


@public_view
def leaking(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.user.pk))


@public_view
def failing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("bad", status=400)


def personal(request: HttpRequest) -> HttpResponse:
    return HttpResponse("for one")


def own(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x", headers={"Cache-Control": "max-age=5"})


urlpatterns = [path(f"{view.__name__}/", view) for view in (public, leaking, failing, personal, own)]


@pytest.fixture
def client(client: Client, settings: Settings) -> Iterator[Client]:
    settings.ROOT_URLCONF = __name__
    settings.PUBLIC_CACHE_S, settings.PUBLIC_CACHE_STALE_S = 60, 30
    with time_machine.travel(NOON, tick=False):
        yield client


@pytest.mark.django_db
def test_a_star_found_by_the_search_is_not_kept_past_midnight(settings: Settings) -> None:
    settings.PUBLIC_CACHE_S = settings.PUBLIC_CACHE_STALE_S = 60
    with time_machine.travel("2026-11-21 23:58:30+07:00", tick=False):
        make_home()
        product = make_product(title="Mỳ Chũ")
        make_certificate(product=product, stars=4, expires_on=datetime.date(2026, 11, 21))
        listing_rows.rebuild()
        evening = Client().get("/tim-kiem/?q=my+chu")
    with time_machine.travel("2026-11-22 00:00:00+07:00", tick=False):
        morning = Client().get("/tim-kiem/?q=my+chu")
    assert evening["Cache-Control"] == "public, max-age=0, s-maxage=60, stale-while-revalidate=30"
    assert morning["Cache-Control"] == "public, max-age=0, s-maxage=60, stale-while-revalidate=60"
    assert [answer.context["rows"][0].stars for answer in (evening, morning)] == [4, None]


@pytest.mark.parametrize(
    ("clock", "header"),
    [
        ("23:57:00", "public, max-age=0, s-maxage=60, stale-while-revalidate=30"),
        ("23:58:50", "public, max-age=0, s-maxage=60, stale-while-revalidate=10"),
        ("23:59:30", "public, max-age=0, s-maxage=30"),
        ("23:59:59", "public, max-age=0, s-maxage=1"),
        ("00:00:00", "public, max-age=0, s-maxage=60, stale-while-revalidate=30"),
    ],
)
def test_every_copy_ends_at_midnight_in_vietnam(client: Client, clock: str, header: str) -> None:
    with time_machine.travel(f"2026-11-21 {clock}+07:00", tick=False):
        assert client.get("/public/")["Cache-Control"] == header


def test_a_public_answer_may_be_kept(client: Client) -> None:
    response = client.get("/public/")
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=60, stale-while-revalidate=30"
    assert response["ETag"]
    assert "Vary" not in response
    assert not response.cookies


def test_who_has_it_already_is_told_so(client: Client) -> None:
    etag = client.get("/public/")["ETag"]
    again = client.get("/public/", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"].startswith("public")
    assert client.get("/public/", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/personal/", "/failing/"])
def test_all_else_is_not_kept(client: Client, address: str) -> None:
    response = client.get(address)
    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response


def test_a_post_is_not_kept(client: Client) -> None:
    assert client.post("/public/")["Cache-Control"] == "private, no-store"


def test_a_view_may_decide_for_itself(client: Client) -> None:
    assert client.get("/own/")["Cache-Control"] == "max-age=5"


@pytest.mark.django_db
def test_a_public_view_that_reads_the_visitor_is_not_kept_and_told(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = client.get("/leaking/")
    assert response["Cache-Control"] == "private, no-store"
    assert any("/leaking/" in message for message in caplog.messages)
