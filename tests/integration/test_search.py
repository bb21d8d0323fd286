"""The search page: found without marks, ranked with them, whatever is typed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.listing import rows as listing_rows
from catalogue.listing.index import listing_index
from catalogue.models import CatalogueVersion, VillagePage
from catalogue.search import results as found
from catalogue.search.matching import Query, pages
from tests.factories import make_producer, make_product, make_specialty, make_village, translate

pytestmark = pytest.mark.django_db
Capture = Callable[..., AbstractContextManager[Any]]


def look(words: str, language: str = "vi", page: str = "") -> dict[str, Any]:
    query = QueryDict(mutable=True)
    query["q"], query["trang"] = words, page
    return found.show(query, language=language, action="/tim-kiem/")


def titles(items: list[Any]) -> list[str]:
    return [item["title"] if isinstance(item, dict) else item.title for item in items]


@pytest.fixture
def market(django_capture_on_commit_callbacks: Capture) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        village = make_village(title="Làng gốm Phù Lãng", short_name="Phù Lãng", craft="Gốm men da lươn")
        make_village(title="Làng tranh Đông Hồ", short_name="Đông Hồ", craft="Tranh dân gian")
        make_specialty(title="Vải thiều Lục Ngạn", summary="Quả ngọt tháng sáu.")
        potters = make_producer(title="HTX Gốm Phù Lãng", village=village)
        make_product(title="Chum gốm Phù Lãng", producer=potters)
        make_product(title="Lọ hoa", producer=potters)
        make_product(title="Tranh Đông Hồ: Đàn lợn")
        make_product(title="Rượu Làng Vân")
        make_product(title="Rưới kho")


@pytest.mark.usefixtures("market")
def test_names_are_found_without_marks() -> None:
    expected = {
        "gom phu lang": ["Chum gốm Phù Lãng", "Lọ hoa"],
        "gốm Phù Lãng": ["Chum gốm Phù Lãng", "Lọ hoa"],
        "GOM PHU LANG": ["Chum gốm Phù Lãng", "Lọ hoa"],
        "dong ho": ["Tranh Đông Hồ: Đàn lợn"],
        "ruou lang van": ["Rượu Làng Vân"],
        "van ruou": ["Rượu Làng Vân"],
        "don ho": [],
        "dong h": ["Tranh Đông Hồ: Đàn lợn"],
        "ong ho": [],
        "dong ho dan lon": ["Tranh Đông Hồ: Đàn lợn"],
    }
    assert {typed: titles(look(typed)["rows"]) for typed in expected} == expected


@pytest.mark.usefixtures("market")
def test_villages_makers_and_specialties_stand_beside() -> None:
    shown = look("gom phu lang")
    assert titles(shown["villages"]) == ["Làng gốm Phù Lãng"]
    assert titles(shown["makers"]) == ["HTX Gốm Phù Lãng"]
    assert titles(look("vai luc ngan")["pages"]) == ["Vải thiều Lục Ngạn"]
    assert titles(look("tranh")["villages"]) == ["Làng tranh Đông Hồ"]


def test_marks_typed_decide_what_comes_first(django_capture_on_commit_callbacks: Capture) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for title in ("Bánh tế", "Bánh tẻ", "Bánh té"):
            make_product(title=title)
    for typed in ("bánh tẻ", "bánh té", "bánh tế"):
        assert titles(look(typed)["rows"])[0] == typed.capitalize()
        assert len(look(typed)["rows"]) == 3


def test_old_and_new_tone_marks_find_each_other(django_capture_on_commit_callbacks: Capture) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        make_product(title="Trà hoa hòa")
    assert titles(look("hoà")["rows"]) == ["Trà hoa hòa"]
    assert titles(look("ho\u0300a")["rows"]) == ["Trà hoa hòa"]


def test_only_what_is_live_in_the_readers_language_is_found(
    django_capture_on_commit_callbacks: Capture,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        village = make_village(title="Làng tranh Đông Hồ")
        product = make_product(title="Tranh lợn")
        translate(product.pages.get(), title="Pig print")
    assert titles(look("pig", "en")["rows"]) == ["Pig print"]
    assert titles(look("tranh lon", "en")["rows"]) == ["Pig print"]
    assert look("pig", "vi")["total"] == 0
    assert look("dong ho", "en")["villages"] == []
    with django_capture_on_commit_callbacks(execute=True):
        village.unpublish()
        product.pages.get(locale__language_code="vi").unpublish()
    assert (look("dong ho")["villages"], look("tranh")["total"]) == ([], 0)
    assert look("tranh lon", "en")["total"] == 1


def test_many_products_come_page_by_page(django_capture_on_commit_callbacks: Capture) -> None:
    producer = make_producer()
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(26):
            make_product(title=f"Mì Chũ {number}", producer=producer)
    first, last = look("mi chu"), look("mi chu", page="9")
    assert (first["total"], len(first["rows"]), len(last["rows"])) == (26, 24, 2)
    assert first["chooser"]["next_url"] == "/tim-kiem/?q=mi+chu&trang=2"
    assert last["chooser"]["previous_url"] == "/tim-kiem/?q=mi+chu"


def test_queries_do_not_grow_with_what_is_found(django_capture_on_commit_callbacks: Capture) -> None:
    counts = []
    for _round in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            for _number in range(3):
                village = make_village(title="Làng gốm Phù Lãng", slug="")
                producer = make_producer(title="HTX Gốm", village=village)
                make_product(title="Chum gốm", producer=producer, photo=True)
        look("gom")
        with CaptureQueriesContext(connection) as queries:
            shown = look("gom")
        counts.append(len(queries))
    assert shown["total"] == 6
    assert counts[0] == counts[1]
    assert counts[0] <= 10


def test_a_late_reader_finds_in_the_pages_that_another_one_loaded(
    django_capture_on_commit_callbacks: Capture, django_assert_num_queries: Capture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        make_village(title="Làng tranh Đông Hồ")
    late = listing_index("vi")
    with django_capture_on_commit_callbacks(execute=True):
        village = make_village(title="Làng gốm Phù Lãng")
    now, query = listing_index("vi"), Query.read("phu lang")
    assert pages(query, VillagePage, now, limit=9) == [village.pk]
    with django_assert_num_queries(0):
        for goods in (late, now, late):
            assert pages(query, VillagePage, goods, limit=9) == [village.pk]


def test_pages_of_a_restored_older_database_are_read_anew(
    django_capture_on_commit_callbacks: Capture,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        make_village(title="Làng gốm Phù Lãng")
    for version, live in [(90, True), (5, False), (7, True), (3, False)]:
        CatalogueVersion.objects.update(number=version)
        VillagePage.objects.update(live=live)
        assert titles(look("phu lang")["villages"]) == (["Làng gốm Phù Lãng"] if live else [])


NONSENSE = [
    "",
    " ",
    "\x00",
    '"',
    "'",
    "''; DROP TABLE",
    "%",
    "_",
    "\\",
    "*",
    "(",
    "NOT",
    "a" * 10_000_000,
    "😀",
    "\u202e",
]


@pytest.mark.usefixtures("market")
def test_nothing_typed_breaks_it() -> None:
    for typed in NONSENSE:
        shown = look(typed)
        assert shown["total"] == 0
        assert len(shown["q"]) <= 100
        assert "\x00" not in shown["q"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=40))
def test_any_text_is_read(typed: str) -> None:
    query = Query.read(typed)
    assert Query.read(query.text) == query
    assert all(word.isprintable() for word in query.words)


@pytest.mark.usefixtures("market")
def test_page_is_the_same_for_everybody(client: Client) -> None:
    for address in ("/tim-kiem/?q=gom+phu+lang", "/tim-kiem/", "/tim-kiem/?q=%00%22'%FF&trang=abc"):
        response = client.get(address)
        assert response.status_code == 200
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert response["Cache-Control"].startswith("public")


@pytest.mark.usefixtures("market")
def test_page_shows_what_was_found_and_typed(client: Client) -> None:
    page = client.get("/tim-kiem/", {"q": "gom <b>"}).content.decode()
    assert "Chum gốm Phù Lãng" not in page
    assert "gom &lt;b&gt;" in page
    page = client.get("/tim-kiem/", {"q": "gom phu lang"}).content.decode()
    assert "Chum gốm Phù Lãng" in page
    assert "HTX Gốm Phù Lãng" in page


def test_rows_written_before_are_rebuilt_for_search() -> None:
    product = make_product(title="Chè (trà) hoa vàng, 100 g")
    listing_rows.rebuild([product.pk])
    assert titles(look("tra hoa vang 100")["rows"]) == ["Chè (trà) hoa vàng, 100 g"]
