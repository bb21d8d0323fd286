"""The generator behind `make bench` makes real products: whole pages, rows, prices, stars."""

import pytest
from django.db import connection

from catalogue import statistics
from catalogue.listing import rows as listing_rows
from catalogue.models import Certificate, ListingRow, ProductPage
from demo.scale.measuring import cost
from demo.scale.products import grow
from shop.partner.models import StockRecord
from tests.factories import make_category, make_product, make_village

pytestmark = pytest.mark.django_db


def test_generated_products_are_whole() -> None:
    pattern = make_product(village=make_village(), category=make_category(), photo=True)
    assert grow(40) == 39
    assert grow(40) == 0
    assert listing_rows.rebuild() == 40
    page = ProductPage.objects.exclude(product=pattern).select_related("product").first()
    assert page is not None
    assert page.get_parent().specific.partner_id == pattern.producer_id
    assert page.specific.summary == pattern.pages.get().summary
    assert ProductPage.find_problems() == ([], [], [], [], [])
    assert (StockRecord.objects.count(), ProductPage.objects.count()) == (40, 40)
    assert Certificate.objects.count() > 10
    row = ListingRow.objects.get(product=page.product_id)
    assert row.url == page.url
    assert row.picture is not None
    assert row.groups == [["bo-01", "Rau, củ, quả, hạt tươi"]]


def test_sqlite_is_told_how_long_its_tables_are() -> None:
    make_product()
    statistics.refresh()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'wagtailcore_page'")
            assert cursor.fetchone()[0] > 0


def test_cost_counts_queries_and_refuses_errors() -> None:
    make_product()
    assert cost("/tim-kiem/?q=thu", rounds=2).queries > 0
    with pytest.raises(RuntimeError, match="answers 404"):
        cost("/khong-co/", rounds=1)
