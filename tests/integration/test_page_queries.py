"""Pages cost a fixed number of queries, however much they show and however deep they lie."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.listing.rows import rebuild
from catalogue.models import Certification, GeographicalIndication, ProductCertification, VillageRecognition
from home.models import HomePage, MarketSettings, MenuItem
from tests import factories as make

pytestmark = pytest.mark.django_db
LIMITS = {"home": 12, "village": 12, "product": 14}


@pytest.fixture
def count(client: Client) -> Callable[[str], int]:
    """Count the queries of a page that has been shown before (menus kept, renditions made)."""

    def queries(url: str) -> int:
        rebuild()
        assert client.get(url).status_code == 200
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    return queries


def body_with_picture() -> list[Any]:
    return [("picture", {"picture": make.make_picture(), "caption": "Lò nung"}), ("text", "<p>Đất.</p>")]


def make_menu(home: HomePage) -> None:
    settings = MarketSettings.objects.create(site=home.get_site(), owner_name="Chợ")
    for page in home.get_children():
        MenuItem.objects.create(settings=settings, menu="main", page=page)


def fill_village(village: Any, *, number: int) -> None:
    """Give a village `number` of everything that its page lists."""
    for position in range(number):
        producer = make.make_producer(village=village, portrait=make.make_picture())
        make.make_product(producer=producer, village=village, stars=4, photo=True)
        make.make_event(village=village, in_days=10 + position)
        VillageRecognition.objects.create(page=village, kind="gi", name=f"Số {position}", is_checked=True)
        make.make_village(title=f"Làng {position}", hero=make.make_picture(), latitude=21, longitude=106)


def test_village(count: Callable[[str], int]) -> None:
    village = make.make_village(
        hero=make.make_picture(),
        commune=make.make_commune(),
        latitude=21,
        longitude=106,
        body=body_with_picture(),
    )
    make_menu(make.make_home())
    fill_village(village, number=1)
    one = count(village.url)
    fill_village(village, number=2)
    assert count(village.url) == one
    assert one <= LIMITS["village"]


def fill_product(product: Any, *, number: int) -> None:
    """Give a product `number` of everything that its page lists."""
    page = product.pages.get()
    for position in range(number):
        page.photos.add(make.ProductPhoto(picture=make.make_picture()))
        name = f"Chứng nhận {Certification.objects.count()}"
        scheme = Certification.objects.create(code=f"ma-{Certification.objects.count()}", name=name)
        ProductCertification.objects.create(
            product=product, certification=scheme, number="1", expires_on=date(2099, 1, 1)
        )
        make.make_variant(parent=product, name=f"{position} g", price=1000 + position)
        make.make_product(producer=page.get_parent().specific, village=product.village, photo=True)
    page.save_revision().publish()


def test_product(count: Callable[[str], int]) -> None:
    village, specialty = make.make_village(), make.make_specialty()
    indication = GeographicalIndication.objects.create(name="Lục Ngạn", register_no="00015")
    producer = make.make_producer(village=village, portrait=make.make_picture())
    product = make.make_product(
        producer=producer,
        village=village,
        specialty=specialty,
        stars=5,
        photo=True,
        variants={"1 kg": (90_000, 3)},
        geographical_indication=indication,
        origin_commune=make.make_commune(),
        page={"season_months": [6], "body": body_with_picture(), "share_picture": make.make_picture()},
    )
    indication.authorised_users.add(producer.partner)
    make.make_tariff()
    make_menu(make.make_home())
    fill_product(product, number=1)
    page = product.pages.get()
    one = count(page.url)
    fill_product(product, number=2)
    assert count(page.url) == one
    assert count(f"{page.url}?loai=khong-co") == one
    assert one <= LIMITS["product"]


def sections(*, villages: list[Any]) -> list[Any]:
    home = make.make_home()
    return [
        ("season", {"title": "Tháng này", "link_label": "Cả năm", "count": 3}),
        ("villages", {"title": "Làng", "link_label": "Tất cả", "villages": villages}),
        ("stars", {"title": "Bốn sao", "link_label": "Tất cả", "stars": "4", "count": 8}),
        ("groups", {"title": "Nhóm", "link_label": ""}),
        ("events", {"title": "Sự kiện", "link_label": "Tất cả", "count": 4}),
        ("call_to_action", {"text": "Mời", "label": "Vào", "page": home, "url": ""}),
    ]


def fill_home(home: HomePage, *, number: int) -> None:
    """Give the front page `number` of everything that its sections show."""
    month = timezone.localdate().month
    villages = []
    for position in range(number):
        village = make.make_village(title=f"Làng {position}", hero=make.make_picture())
        specialty = make.make_specialty(
            title=f"Đặc sản {position}", season_months=[month], picture=make.make_picture()
        )
        specialty.origins.create(village=village)
        category = make.make_category(code=("I", "II", "III")[position], name=f"Nhóm {position}")
        make.make_product(village=village, stars=4, photo=True, category=category)
        make.make_event(in_days=20 + position)
        villages.append(village)
    home.body = sections(villages=villages)
    home.save_revision().publish()


def test_home(count: Callable[[str], int]) -> None:
    home = make.make_home()
    home.hero_picture = make.make_picture()
    make.make_index(make.CataloguePage)
    make_menu(home)
    fill_home(home, number=1)
    one = count(home.url)
    fill_home(home, number=3)
    assert count(home.url) == one
    assert one <= LIMITS["home"]


def test_the_lists_ask_as_often_for_three_as_for_one(count: Callable[[str], int]) -> None:
    village = make.make_village(hero=make.make_picture())
    fill_village(village, number=1)
    make.make_specialty(season_months=[5], picture=make.make_picture())
    urls = [page.url for page in make.make_home().get_children().live()]
    before = {url: count(url) for url in urls if "san-pham" not in url}
    fill_village(village, number=2)
    make.make_specialty(title="Nem Bùi", season_months=[5], picture=make.make_picture())
    make.make_specialty(title="Mì Chũ", season_months=[6], picture=make.make_picture())
    assert {url: count(url) for url in before} == before
