"""Every kind of page answers in both languages, to everybody alike, with few queries."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.models import CataloguePage, SalesPoint
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> dict[str, Any]:
    """A small market: one page of every kind."""
    home = make.make_home()
    village = make.make_village(hero=make.make_picture(), commune=make.make_commune())
    specialty = make.make_specialty(season_months=[5, 6, 7], picture=make.make_picture())
    producer = make.make_producer(village=village, portrait=make.make_picture())
    product = make.make_product(
        producer=producer,
        village=village,
        specialty=specialty,
        stars=4,
        photo=True,
        page={"season_months": [6]},
    )
    return {
        "home": home,
        "village": village,
        "specialty": specialty,
        "producer": producer,
        "product": product,
    }


def pages(market: dict[str, Any]) -> list[Any]:
    return [*market["home"].get_descendants(inclusive=True).not_type(CataloguePage).live().specific()]


def test_every_page_answers_in_both_languages(market: dict[str, Any], client: Client) -> None:
    for page in pages(market):
        make.translate(page, title=f"{page.title} in English")
    for page in pages(market):
        for shown in [page, page.get_translations().first()]:
            answer = client.get(shown.url)
            assert answer.status_code == 200, shown.url
            assert answer.cookies == {}
            assert "Cookie" not in answer.headers.get("Vary", "")


def test_showing_a_page_writes_nothing(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        village = make.make_village(
            hero=make.make_picture(),
            body=[("picture", {"picture": make.make_picture(), "caption": ""})],
            share_picture=make.make_picture(),
        )
        producer = make.make_producer(village=village, portrait=make.make_picture())
        product = make.make_product(producer=producer, village=village, photo=True)
        specialty = make.make_specialty(picture=make.make_picture())
        make.make_event(village=village, picture=make.make_picture())
    for page in [village, producer, product.pages.get(), specialty, make.make_home()]:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page.url).status_code == 200
        written = [query["sql"] for query in captured if not query["sql"].startswith("SELECT")]
        assert written == [], page


def test_a_picture_whose_file_is_gone_leaves_the_page_standing(client: Client) -> None:
    picture = make.make_picture()
    village = make.make_village(hero=picture)
    picture.file.storage.delete(picture.file.name)
    answer = client.get(village.url)
    assert answer.status_code == 200
    assert village.title in answer.content.decode()


def test_sales_points_stand_under_their_kind(client: Client) -> None:
    make.make_index(make.SalesPointIndexPage)
    for name, kind in (("Quầy A", "shop"), ("Trung tâm", "provincial_centre"), ("Quầy B", "shop")):
        commune = make.make_commune()
        SalesPoint.objects.create(slug=name[-1:], name=name, kind=kind, commune=commune, address="Phố")
    text = client.get("/diem-ban/").content.decode().split("<main")[1]
    heads = re.findall(r"<h([23])[^>]*>([^<]*)<", text)
    assert heads == [
        ("2", "Trung tâm cấp tỉnh"),
        ("3", "Trung tâm"),
        ("2", "Cửa hàng"),
        ("3", "Quầy A"),
        ("3", "Quầy B"),
    ]
