"""Prices and availability: VAT inside, the lowest variant, stock required."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import RequestFactory
from oscar.core.loading import get_class
from pytest_django import DjangoAssertNumQueries

from shop.partner.models import StockRecord
from tests.factories import make_product

pytestmark = pytest.mark.django_db
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Forbidden:
    def __getattr__(self, name: Any) -> Any:
        raise AssertionError(f"The strategy looked at the visitor: {name}")


@pytest.fixture
def strategy() -> Any:
    return get_class("partner.strategy", "Selector")().strategy()


def test_price_has_its_vat_inside(strategy: Any) -> None:
    info = strategy.fetch_for_product(make_product(price=250_000))
    assert info.price.incl_tax == info.price.excl_tax == info.price.effective_price == Decimal(250_000)
    assert info.price.tax == 0
    assert info.price.is_tax_known


def test_visitor_is_never_looked_at() -> None:
    request = RequestFactory().get("/")
    request.user = Forbidden()
    request.session = Forbidden()
    strategy = get_class("partner.strategy", "Selector")().strategy(request=request, user=request.user)
    assert strategy.fetch_for_product(make_product()).price.exists


def test_parent_is_priced_by_its_cheapest_variant_on_sale(strategy: Any) -> None:
    product = make_product(variants={"500 g": (60_000, 0), "1 kg": (110_000, 3), "3 kg": (300_000, 3)})
    info = strategy.fetch_for_parent(product)
    assert info.price.incl_tax == 110_000
    assert info.availability.is_available_to_buy


def test_sold_out_parent_still_has_a_price(strategy: Any) -> None:
    product = make_product(variants={"500 g": (60_000, 0), "1 kg": (110_000, 0)})
    info = strategy.fetch_for_parent(product)
    assert info.price.incl_tax == 60_000
    assert info.availability.is_purchase_permitted(1) == (False, "Tạm hết hàng.")


@pytest.mark.parametrize(
    ("counted", "wanted", "answer"),
    [
        ((3, None), 3, (True, "")),
        ((3, 0), 4, (False, "Chỉ còn 3.")),
        ((3, 2), 2, (False, "Chỉ còn 1.")),
        ((3, 3), 1, (False, "Tạm hết hàng.")),
        ((0, None), 1, (False, "Tạm hết hàng.")),
    ],
)
def test_only_what_is_not_promised_can_be_bought(
    strategy: Any, counted: tuple[int, int | None], wanted: int, answer: tuple[bool, str]
) -> None:
    product = make_product()
    StockRecord.objects.update(num_in_stock=counted[0], num_allocated=counted[1])
    assert strategy.fetch_for_product(product).availability.is_purchase_permitted(wanted) == answer


@pytest.mark.parametrize(
    ("facts", "buyable"),
    [({"made_to_order": True}, True), ({"bookable": True}, True), ({}, False)],
)
def test_uncounted_stock_is_for_orders_and_services(strategy: Any, facts: Any, buyable: Any) -> None:
    product = make_product(**facts)
    StockRecord.objects.update(num_in_stock=None)
    assert strategy.fetch_for_product(product).availability.is_available_to_buy is buyable


def test_made_to_order_with_a_number_runs_out(strategy: Any) -> None:
    product = make_product(made_to_order=True, stock=2)
    assert strategy.fetch_for_product(product).availability.is_purchase_permitted(3) == (False, "Chỉ còn 2.")


@pytest.mark.parametrize("variants", [None, {"1 kg": (90_000, 5)}])
def test_fresh_goods_are_sold_in_their_season_alone(strategy: Any, variants: Any) -> None:
    product = make_product(perishable=True, variants=variants, page={"season_months": [6, 7]})
    sold = product.children.get() if variants else product
    with time_machine.travel(datetime(2026, 12, 20, 12, tzinfo=VIETNAM)):
        assert strategy.fetch_for_product(sold).availability.is_purchase_permitted(1) == (
            False,
            "Hết mùa, mở bán lại tháng 6.",
        )
        assert strategy.fetch_for_product(sold).price.exists
        if variants:
            assert not strategy.fetch_for_parent(product).availability.is_available_to_buy
    with time_machine.travel(datetime(2027, 6, 1, 0, 0, tzinfo=VIETNAM)):
        assert strategy.fetch_for_product(sold).availability.is_available_to_buy


def test_unpublished_product_has_no_price(strategy: Any) -> None:
    product = make_product()
    product.is_public = False
    info = strategy.fetch_for_product(product)
    assert not info.price.exists
    assert info.availability.is_purchase_permitted(1) == (False, "Món này không còn bán.")


def test_variant_of_an_unpublished_product_is_gone(strategy: Any) -> None:
    product = make_product(variants={"1 kg": (90_000, 5)})
    product.is_public = False
    product.save(update_fields=["is_public"])
    assert not strategy.fetch_for_product(product.children.get()).availability.is_available_to_buy


def test_withdrawn_variant_is_gone_and_no_longer_prices_its_product(strategy: Any) -> None:
    product = make_product(variants={"500 g": (60_000, 5), "1 kg": (110_000, 0)})
    product.children.filter(title="500 g").update(is_public=False)
    withdrawn, kept = product.children.order_by("pk")
    assert strategy.fetch_for_product(withdrawn).availability.is_purchase_permitted(1) == (
        False,
        "Món này không còn bán.",
    )
    assert not strategy.fetch_for_product(withdrawn).price.exists
    assert strategy.fetch_for_product(kept).price.incl_tax == 110_000
    info = strategy.fetch_for_parent(product)
    assert (info.price.incl_tax, info.availability.is_available_to_buy) == (110_000, False)


@pytest.mark.parametrize("stock", [0, 5])
def test_withdrawn_product_is_gone_with_its_variants_on_the_shelf(strategy: Any, stock: int) -> None:
    product = make_product(variants={"1 kg": (90_000, stock)})
    product.is_public = False
    product.save(update_fields=["is_public"])
    for info in (
        strategy.fetch_for_parent(product),
        strategy.fetch_for_product(product.children.get()),
    ):
        assert not info.price.exists
        assert info.availability.is_purchase_permitted(1) == (False, "Món này không còn bán.")


def test_product_without_a_price_cannot_be_bought(strategy: Any) -> None:
    info = strategy.fetch_for_product(make_product(price=None))
    assert not info.price.exists
    assert not info.availability.is_available_to_buy


def test_variants_cost_the_same_queries(
    strategy: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one = make_product(variants={"1": (1_000, 1)})
    three = make_product(variants={"1": (1_000, 1), "2": (2_000, 1), "3": (3_000, 1)})
    for product in (one, three):
        with django_assert_num_queries(2, connection=connection):
            strategy.fetch_for_parent(product)
