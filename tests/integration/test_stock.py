"""Stock verbs: conditional, all or none, and the producer's change beside sales."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db.models.signals import post_save
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from shop.partner import stock
from shop.partner.models import StockRecord
from tests.factories import make_product

pytestmark = pytest.mark.django_db


def record_of(**facts: Any) -> Any:
    return make_product(**facts).stockrecords.get()


def numbers(record: Any) -> Any:
    record.refresh_from_db()
    return record.num_in_stock, record.num_allocated


@pytest.fixture
def heard() -> Any:
    """Record ids whose change was announced."""
    ids = []

    def hear(instance: Any, **_kwargs: Any) -> None:
        ids.append(instance.pk)

    post_save.connect(hear, sender=StockRecord, weak=False)
    yield ids
    post_save.disconnect(hear, sender=StockRecord)


def test_life_of_a_promise() -> None:
    record = record_of(stock=5)
    stock.allocate({record.pk: 3})
    assert numbers(record) == (5, 3)
    stock.release({record.pk: 1})
    assert numbers(record) == (5, 2)
    stock.consume({record.pk: 2})
    assert numbers(record) == (3, 0)
    stock.restock({record.pk: 1})
    assert numbers(record) == (4, 0)


def test_too_few_left_takes_nothing_at_all() -> None:
    plenty, few = record_of(stock=9), record_of(stock=2)
    with pytest.raises(stock.OutOfStock) as refusal:
        stock.allocate({few.pk: 3, plenty.pk: 1})
    assert (refusal.value.stockrecord_id, refusal.value.wanted, refusal.value.left) == (few.pk, 3, 2)
    assert numbers(plenty) == (9, None)
    assert numbers(few) == (2, None)


def test_missing_record_is_out_of_stock() -> None:
    with pytest.raises(stock.OutOfStock) as refusal:
        stock.allocate({987654: 1})
    assert refusal.value.left == 0


def test_rows_are_taken_in_the_order_of_their_keys() -> None:
    from django.db import connection

    first, second, third = (record_of() for _ in range(3))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        stock.allocate({third.pk: 1, first.pk: 1, second.pk: 1})
    updates = [query["sql"] for query in queries if query["sql"].startswith("UPDATE")]
    wheres = [sql.partition("WHERE")[2] for sql in updates]
    assert len(wheres) == 3
    assert all("num_in_stock" in where for where in wheres)
    for where, record in zip(wheres, (first, second, third), strict=True):
        assert f'"id" = {record.pk}' in where


@pytest.mark.parametrize("verb", [stock.consume, stock.release])
def test_nothing_is_given_back_that_was_not_promised(verb: Any) -> None:
    record = record_of(stock=5)
    stock.allocate({record.pk: 1})
    with pytest.raises(stock.NotAllocated):
        verb({record.pk: 2})
    assert numbers(record) == (5, 1)


@pytest.mark.parametrize("verb", [stock.allocate, stock.consume, stock.release, stock.restock])
@pytest.mark.parametrize("quantity", [0, -1])
def test_quantities_are_above_zero(verb: Any, quantity: Any) -> None:
    record = record_of()
    with pytest.raises(ValueError, match="quantity"):
        verb({record.pk: quantity})
    assert numbers(record) == (10, None)


def test_uncounted_stock_never_runs_out() -> None:
    record = record_of(made_to_order=True)
    StockRecord.objects.update(num_in_stock=None)
    stock.allocate({record.pk: 50})
    assert numbers(record) == (None, 50)
    stock.consume({record.pk: 50})
    assert numbers(record) == (None, 0)


def test_oscars_own_verbs_are_ours() -> None:
    record = record_of(stock=2)
    record.allocate(2)
    assert record.num_allocated == 2
    with pytest.raises(stock.OutOfStock):
        record.allocate(1)
    record.cancel_allocation(1)
    record.consume_allocation(1)
    assert (record.num_in_stock, record.num_allocated) == (1, 0)


def test_listing_hears_only_of_in_and_out_of_stock(heard: Any) -> None:
    record = record_of(stock=3)
    heard.clear()
    stock.allocate({record.pk: 2})
    assert heard == []
    stock.allocate({record.pk: 1})
    assert heard == [record.pk]
    stock.release({record.pk: 1})
    assert heard == [record.pk, record.pk]
    stock.release({record.pk: 2})
    assert heard == [record.pk, record.pk]


def test_saving_a_record_writes_back_no_number_it_only_read() -> None:
    stale = record_of(stock=5)
    stock.allocate({stale.pk: 2})
    stale.price = Decimal(120_000)
    stale.save()
    assert numbers(stale) == (5, 2)
    assert stale.price == 120_000
    stale.num_in_stock = 7
    stale.save()
    assert numbers(stale) == (7, 2)


class TestProducersTable:
    @pytest.fixture
    def producer(self) -> Any:
        return get_user_model().objects.create_user("tho@example.vn", "rat-dai-va-kho")

    def change(self, record: Any, producer: Any, **changes: Any) -> Any:
        seen = {
            "price": Decimal(100_000),
            "num_in_stock": 20,
            "seen_price": Decimal(100_000),
            "seen_stock": 20,
        }
        return stock.set_price_and_stock(stockrecord_id=record.pk, by=producer, **{**seen, **changes})

    def test_stock_is_a_difference_to_what_was_seen(self, producer: Any) -> None:
        record = record_of(stock=20)
        stock.allocate({record.pk: 4})
        stock.consume({record.pk: 4})  # sold and sent while the table was open
        assert self.change(record, producer, num_in_stock=25) is True
        assert numbers(record) == (21, 0)

    def test_nothing_changed_writes_nothing(
        self, producer: Any, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        record = record_of(stock=20)
        with django_assert_num_queries(0):
            assert self.change(record, producer) is False

    def test_never_below_what_orders_hold(self, producer: Any) -> None:
        record = record_of(stock=20)
        stock.allocate({record.pk: 6})
        with pytest.raises(stock.StaleTable, match="khách đã đặt: 6"):
            self.change(record, producer, num_in_stock=5, price=Decimal(1))
        assert numbers(record) == (20, 6)
        assert record.price == 100_000
        self.change(record, producer, num_in_stock=6)
        assert numbers(record) == (6, 6)

    def test_price_of_somebody_else_is_not_overwritten(self, producer: Any) -> None:
        record = record_of(stock=20)
        StockRecord.objects.update(price=90_000)
        with pytest.raises(stock.StaleTable, match="đổi giá"):
            self.change(record, producer, price=Decimal(110_000))
        record.refresh_from_db()
        assert record.price == 90_000

    def test_stock_changes_beside_somebody_elses_price(self, producer: Any) -> None:
        record = record_of(stock=20)
        StockRecord.objects.update(price=90_000)
        self.change(record, producer, num_in_stock=22)
        record.refresh_from_db()
        assert (record.price, record.num_in_stock) == (90_000, 22)

    def test_counting_can_begin_and_end(self, producer: Any) -> None:
        record = record_of(stock=20, made_to_order=True)
        self.change(record, producer, num_in_stock=None)
        assert numbers(record) == (None, None)
        stock.allocate({record.pk: 3})
        with pytest.raises(stock.StaleTable):
            self.change(record, producer, seen_stock=None, num_in_stock=2)
        self.change(record, producer, seen_stock=None, num_in_stock=8)
        assert numbers(record) == (8, 3)

    def test_product_that_is_gone(self, producer: Any) -> None:
        record = record_of()
        record.pk = 424242
        with pytest.raises(stock.StaleTable, match="không còn"):
            self.change(record, producer, price=Decimal(1))

    def test_change_is_announced_and_logged(self, producer: Any, heard: Any) -> None:
        from wagtail.models import ModelLogEntry

        record = record_of(stock=20)
        heard.clear()
        self.change(record, producer, price=Decimal(95_000))
        assert heard == [record.pk]
        assert ModelLogEntry.objects.get().user == producer
