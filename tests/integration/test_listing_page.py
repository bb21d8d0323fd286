"""The listing as a page: ten queries at most, one answer for everybody, never an error."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.listing import rows as listing_rows
from catalogue.models import CataloguePage
from tests.factories import make_certificate, make_index, make_producer, make_product, make_village, translate
from tests.markup import flat

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing() -> CataloguePage:
    return make_index(CataloguePage)


def queries(client: Client, address: str) -> int:
    client.get(address)  # warms what is kept between requests
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_ten_queries_however_many_products(listing: CataloguePage, client: Client) -> None:
    producer = make_producer()
    counts = []
    for more in (1, 2, 21):
        for _number in range(more):
            make_product(producer=producer, stars=4)
        listing_rows.rebuild()
        counts.append(queries(client, f"{listing.url}?sao=4&con-hang=1&tu=1000"))
    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= 10


def test_facets_cards_and_filters_are_drawn(listing: CataloguePage, client: Client) -> None:
    village = make_village(title="Làng gốm Phù Lãng", short_name="Phù Lãng")
    shown = make_product(title="Chum gốm", village=village, price=250_000)
    make_product(title="Rượu", price=90_000)
    make_certificate(product=shown, stars=5)
    listing_rows.rebuild()
    page = flat(client.get(f"{listing.url}?lang={village.slug}&sao=5"))
    assert "Chum gốm" in page
    assert "Rượu" not in page
    assert "250.000\u00a0₫" in page
    assert f'name="lang" value="{village.slug}" checked' in page
    assert f'href="{listing.url}?sao=5"' in page
    assert 'name="nguoi-lam"' in page


def test_english_listing_speaks_english(listing: CataloguePage, client: Client) -> None:
    product = make_product(title="Chum gốm", village=make_village(short_name="Phù Lãng"))
    translate(product.pages.get(), title="Stoneware jar")
    english = translate(listing, title="Products")
    listing_rows.rebuild()
    page = flat(client.get(english.url))
    assert "Stoneware jar" in page
    assert "Chum gốm" not in page
    assert '<span lang="vi">Phù Lãng</span>' in page


NONSENSE = [
    "trang=abc",
    "trang=-1&trang=99999999999999999999",
    "sao=99&sao=%00&sao=5",
    "lang=%27%22%3Cscript%3E",
    "lang=%00%01",
    "lang[]=a&lang[0]=b",
    "tu=-5",
    "tu=1e999&den=NaN",
    "tu=900000&den=1",
    "den=" + "9" * 20_000,
    "xep=%F0%9F%98%80",
    "nhom=" + "a" * 1_000_000,
    "%FF=%FE",
    "&&&=&=",
    "gia=0-50&gia=../../etc/passwd",
]


def test_nonsense_gives_a_clean_page(listing: CataloguePage, client: Client) -> None:
    make_product()
    listing_rows.rebuild()
    for query in NONSENSE:
        answer = client.get(f"{listing.url}?{query}")
        assert answer.status_code == 200, query
        assert "<script>" not in flat(answer).split("</head>")[1].split("basket-count")[0]


def test_wrong_price_is_told_beside_the_field_and_kept(listing: CataloguePage, client: Client) -> None:
    page = flat(client.get(f"{listing.url}?tu=-5&den=20"))
    assert 'value="-5"' in page
    assert 'aria-invalid="true"' in page
    assert "Nhập giá bằng số" in page


def test_answer_is_the_same_for_everybody_and_for_scripts(
    listing: CataloguePage, client: Client, django_user_model: Any
) -> None:
    make_product()
    listing_rows.rebuild()
    plain = client.get(listing.url)
    client.force_login(django_user_model.objects.create_user(email="mot@example.vn", password="x"))
    known = client.get(listing.url, headers={"HX-Request": "true"})
    assert plain.content == known.content
    assert not plain.cookies
    assert "Cookie" not in plain.get("Vary", "")
    assert plain["Cache-Control"].startswith("public")
