"""No address, however it is written, is answered by a fault: every one of the site's, with values nobody means."""

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import AbstractUser
from django.db import connection
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern
from django.utils.regex_helper import normalize
from django.utils.translation import override

from config import media
from tests import factories as make

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite takes what PostgreSQL refuses, and this takes minutes",
    ),
    pytest.mark.filterwarnings("ignore::django.utils.deprecation.RemovedInDjango60Warning"),  # Oscar's forms
]
ODD_VALUES = {
    "nul": "a\0b",
    "digits": "9" * 5000,
    "large": "9" * 19,
    "long": "x" * 5000,
    "superscript": "²",
    "surrogate": "\udce9",
    "dots": "..",
}
ODD_QUERIES = (
    "p=²&page=²&trang=²",
    "q=%00&p=%00&next=%00&sao=%00",
    "p=99999999999999999999&page=99999999999999999999&id=99999999999999999999&parent=99999999999999999999",
    "q=%FF%FE&ordering=%00&id=%00&id=all",
    "q=" + "x" * 5000,
    "created_at_from=%00&locale=%00&content_type=²&collection_id=²&owner=²",
)


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[tuple[str, list[str]]]:
    """Give every address below `resolver` as a template of its parameters, with their names."""
    for entry in resolver.url_patterns:
        if isinstance(entry.pattern, LocalePrefixPattern):
            parts = [("", [])]
        else:
            parts = normalize(entry.pattern.regex.pattern)[:1]
        for part, names in parts:
            if isinstance(entry, URLPattern):
                yield before + part, names
            else:
                for rest, more in addresses(entry, before + part):
                    yield rest, [*names, *more]


def written(template: str, names: list[str], value: str) -> str:
    return quote((template % dict.fromkeys(names, value)).encode("utf-8", "surrogateescape"))


@pytest.fixture
def known() -> list[tuple[str, list[str]]]:
    with override("vi"):
        found = list(addresses(get_resolver()))
    assert len(found) > 300
    return [one for one in found if one[0] != "/admin/failwhale/"]  # Wagtail's own page that fails on purpose


@pytest.fixture
def quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def keys_of_a_new_database(db: None) -> None:
    """Count keys as in a database that no other test has used, so that key 1 is what it always is."""
    with connection.cursor() as cursor:
        for sequence in connection.introspection.sequence_list():
            name, table, column = sequence["name"], sequence["table"], sequence["column"]
            cursor.execute(f'SELECT COALESCE(MAX("{column}"), 0) + 1 FROM "{table}"')  # noqa: S608 - names of the schema
            cursor.execute(f'ALTER SEQUENCE "{name}" RESTART WITH {cursor.fetchone()[0]}')


@pytest.fixture(params=["visitor", "superuser"])
def asker(
    request: pytest.FixtureRequest,
    keys_of_a_new_database: None,
    site_root: Any,
    admin_user: AbstractUser,
    quiet: None,
) -> Client:
    make.make_product(stars=4)
    client = Client(raise_request_exception=False)
    if request.param == "superuser":
        client.force_login(admin_user)
    return client


@pytest.mark.parametrize("odd", ODD_VALUES)
def test_odd_values_in_any_address(asker: Client, known: list[tuple[str, list[str]]], odd: str) -> None:
    faults = []
    for template, names in known:
        if names:
            url = written(template, names, ODD_VALUES[odd])
            answer = asker.get(url)
            if answer.status_code >= 500:
                faults.append(f"{template} {type(answer.exc_info[1]).__name__ if answer.exc_info else ''}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("query", ODD_QUERIES, ids=range(len(ODD_QUERIES)))
def test_odd_questions_to_any_address(asker: Client, known: list[tuple[str, list[str]]], query: str) -> None:
    faults = []
    for template, names in known:
        url = f"{written(template, names, '1')}?{quote(query, safe='&=%')}"
        answer = asker.get(url)
        if answer.status_code >= 500:
            faults.append(f"{template} {answer.exc_info[1]!r}" if answer.exc_info else template)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("data", [{}, {"q": "\0", "next": "\0"}], ids=["empty", "nul"])
def test_empty_and_odd_forms_to_any_address(
    asker: Client, known: list[tuple[str, list[str]]], data: dict[str, str]
) -> None:
    faults = []
    for template, names in known:
        if any(word in template for word in ("logout", "dang-xuat", "delete")):
            continue  # what a superuser takes away is gone for the next address
        answer = asker.post(written(template, names, "1"), data)
        if answer.status_code >= 500:
            faults.append(f"{template} {answer.exc_info[1]!r}" if answer.exc_info else template)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("value", ["t=1,v1=é", "\udce9", "²" * 3000, "", "t=²,v1=²"])
def test_odd_signatures_to_every_door_of_a_provider(
    quiet: None, known: list[tuple[str, list[str]]], value: str
) -> None:
    client = Client(raise_request_exception=False)
    doors = [one for one in known if one[0].startswith("/payments/")]
    assert doors
    for template, names in doors:
        sent = value.encode("utf-8", "surrogateescape").decode("latin-1")
        headers = dict.fromkeys(
            ("Stripe-Signature", "Authorization", "X-SePay-Signature", "Secure-Token"), sent
        )
        answer = client.post(
            written(template, names, "stripe"),
            b'{"a": "\xff\x00"}',
            content_type="application/json",
            headers=headers,
        )
        assert answer.status_code < 500, template


def test_names_with_many_digits_are_names(site_root: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "1234567890123456789_n.jpg").write_bytes(b"x")
    request = RequestFactory().get("/media/images/1234567890123456789_n.jpg")
    answer = media.serve(request, "images/1234567890123456789_n.jpg")
    answer.file_to_stream.close()  # the file alone: the end of a request ends the test's connection
    assert answer.status_code == 200
    with pytest.raises(Http404):
        media.serve(request, "images/" + "x" * 300)
    assert Client().get(f"/mat-khau/moi/MQ/{'1' * 19}-{'a' * 300}/").status_code == 200
