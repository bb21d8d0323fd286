"""Lists of pages stay short however many producers, villages and stories there are."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from home.models import StoryIndexPage, StoryPage
from tests import factories as make

pytestmark = pytest.mark.django_db


def titles(client: Client, url: str) -> list[str]:
    return [card["title"] for card in client.get(url).context["cards"]]


@pytest.fixture
def makers() -> list[Page]:
    village = make.make_village()
    makers = [
        make.make_producer(title=f"{name} {number:02}", village=village if number < 13 else None)
        for number in range(15)
        for name in ("Đình Bảng", "Dương Ổ")
    ]
    specialty = make.make_specialty()
    for producer in makers[:14]:
        make.make_product(producer=producer, specialty=specialty)
    return [village, specialty, *makers]


def test_makers_come_page_by_page_by_their_names(client: Client, makers: list[Page]) -> None:
    first = titles(client, "/nguoi-lam/")
    assert (len(first), first[0], first[15]) == (24, "Đình Bảng 00", "Dương Ổ 00")
    assert len(titles(client, "/nguoi-lam/?trang=2")) == 6
    assert titles(client, "/nguoi-lam/?trang=99") == titles(client, "/nguoi-lam/?trang=2")
    assert 'href="/nguoi-lam/?trang=2"' in client.get("/nguoi-lam/").content.decode()


@pytest.mark.parametrize(
    "query", ["lang=%00", "lang=khong-co", "dac-san=" + "x" * 3000, "trang=-1", "trang=%00"]
)
def test_an_address_nobody_wrote_shows_all(client: Client, makers: list[Page], query: str) -> None:
    assert len(titles(client, f"/nguoi-lam/?{query}")) == 24


def test_a_village_and_a_specialty_name_their_first_makers_and_link_to_the_rest(
    client: Client, makers: list[Any]
) -> None:
    village, specialty = makers[:2]
    page = client.get(village.url)
    assert len(page.context["makers"]) == 12
    assert "<dd>26</dd>" in page.content.decode()
    link = f"/nguoi-lam/?lang={village.slug}"
    assert f'href="{link}"' in page.content.decode()
    assert "Cả 26 người làm" in page.content.decode()
    rest = titles(client, link)
    assert (len(rest), len(titles(client, f"{link}&trang=2"))) == (24, 2)
    shown = client.get(link).content.decode()
    assert "Làng gốm Phù Lãng" in shown
    assert f'href="{link}&amp;trang=2"' in shown
    page = client.get(specialty.url)
    assert "Cả 14 người làm" in page.content.decode()
    assert len(titles(client, f"/nguoi-lam/?dac-san={specialty.slug}")) == 14


def test_a_narrowing_says_its_language(client: Client, makers: list[Page]) -> None:
    village = makers[0]
    english = make.translate(makers[2].get_parent())
    link = f"{english.url}?lang={village.slug}"
    assert client.get(link).context["chosen"] == [{"label": village.title, "url": english.url, "lang": "vi"}]
    make.translate(village, title="Phù Lãng pottery")
    assert client.get(link).context["chosen"] == [
        {"label": "Phù Lãng pottery", "url": english.url, "lang": ""}
    ]


def test_the_list_asks_as_little_for_many_as_for_few(client: Client, makers: list[Page]) -> None:
    client.get("/nguoi-lam/")
    with CaptureQueriesContext(connection) as one:
        client.get("/nguoi-lam/?trang=2")
    with CaptureQueriesContext(connection) as many:
        client.get("/nguoi-lam/?trang=1")
    assert len(many) == len(one) <= 14


def test_villages_and_stories_come_page_by_page(client: Client) -> None:
    for number in range(26):
        make.make_village(title=f"Làng {number:02}")
    stories = make.make_index(StoryIndexPage)
    for number in range(25):
        stories.add_child(
            instance=StoryPage(
                title=f"Chuyện {number:02}", slug=f"c{number}", summary="Một.", told_on="2026-01-01"
            )
        )
    assert titles(client, "/lang-nghe/?trang=2") == ["Làng 24", "Làng 25"]
    assert titles(client, "/chuyen/?trang=2") == ["Chuyện 00"]
    assert 'href="/chuyen/?trang=2"' in client.get("/chuyen/").content.decode()
