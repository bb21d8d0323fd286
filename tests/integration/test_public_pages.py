"""A public page is the same for everybody: no cookie, nothing of the visitor, no write to the database."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page

from shop.users.models import User
from tests import factories
from tests.pages import PAGE_TYPES, one_of_each

TODAY = datetime.date(2026, 11, 21)
BODY = [("text", "<p>Lửa cháy ba ngày.</p>")]


@pytest.fixture
def market(db: None) -> dict[type[Page], Page]:
    """One live page of each type."""
    return one_of_each()


@pytest.fixture
def visitor(db: None) -> Client:
    """Somebody known: logged in as administrator, with a session and things in the basket."""
    client = Client()
    client.force_login(User.objects.create_superuser("chu@example.vn", "một hai ba bốn"))
    client.cookies["cho_basket"] = "3"
    client.cookies["oscar_open_basket"] = "1:forged"
    return client


def writes(queries: CaptureQueriesContext) -> list[str]:
    return [
        query["sql"]
        for query in queries
        if query["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE", "REPLACE"}
    ]


def assert_same_for_everybody(response: HttpResponse) -> None:
    assert response.status_code == 200
    assert response["Cache-Control"].startswith("public, max-age=0, s-maxage=")
    assert response["ETag"]
    assert not response.cookies
    assert not {"cookie", "accept-language", "*"} & {
        word.strip().lower() for word in response.get("Vary", "").split(",")
    }


def test_every_page_type_is_tried(market: dict[type[Page], Page]) -> None:
    assert set(market) == set(PAGE_TYPES)


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
def test_a_page_is_the_same_for_everybody(
    market: dict[type[Page], Page], visitor: Client, model: type[Page]
) -> None:
    address = market[model].get_url()
    Client().get(address)  # the first visitor may have pictures cut to size
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = Client().get(address, headers={"Accept-Language": "en"})
    assert_same_for_everybody(response)
    assert writes(queries) == []
    known = visitor.get(address, headers={"Accept-Language": "fr"})
    assert known.content == response.content
    assert_same_for_everybody(known)


def test_an_english_page_is_the_same_for_everybody(market: Any, visitor: Client) -> None:
    address = factories.translate(factories.make_home(), title="Bắc Ninh Market").get_url()
    assert address.startswith("/en/")
    response = Client().get(address)
    assert_same_for_everybody(response)
    assert visitor.get(address).content == response.content


@pytest.mark.parametrize("name", ["basket:summary", "customer:login", "order:lookup", "wagtailadmin_login"])
def test_personal_pages_are_never_kept(market: Any, name: str) -> None:
    response = Client().get(reverse(name))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
