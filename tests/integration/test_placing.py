"""Placing: one transaction, few queries, and nothing ordered that was not shown."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model

from shop.checkout import placing
from shop.checkout.placing import BasketGone, QuoteChanged
from shop.checkout.quote import quote
from shop.checkout.quote_changes import describe_changes
from shop.core.codes import ALPHABET
from shop.order.models import Order, OrderLog, OrderMail, Parcel
from shop.partner.models import StockRecord
from shop.partner.stock import OutOfStock
from shop.payment.models import Payment
from tests.factories import make_product
from tests.shop import make_basket, make_order, make_purchase

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
MAX_QUERIES = 60
MAX_WITH_BUDGETS = 65


def order_of(basket: Any, purchase: Any, shown: Any = None) -> Order:
    shown = shown or quote(basket, purchase).shown()
    return placing.place(basket_id=basket.pk, purchase=purchase, shown=shown, user=AnonymousUser())


@pytest.mark.parametrize(
    ("asked_by", "most"), [(None, MAX_QUERIES), (placing.Asker(network="198.51.100.7"), MAX_WITH_BUDGETS)]
)
def test_three_lines_cost_at_most_sixty_queries(asked_by: placing.Asker | None, most: int) -> None:
    basket = make_basket(*(make_product(price=100_000 * n) for n in (1, 2, 3)))
    purchase = make_purchase()
    shown = quote(basket, purchase).shown()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        placing.place(
            basket_id=basket.pk,
            purchase=purchase,
            shown=shown,
            user=AnonymousUser(),
            asked_by=asked_by,
        )
    assert len(queries) <= most, "\n".join(query["sql"][:150] for query in queries)


def test_order_has_all_its_parts() -> None:
    product = make_product(price=400_000, stock=5)
    order = make_order(product, quantity=3)
    record = StockRecord.objects.get(product=product)
    payment = Payment.objects.get(order=order)
    parcel = Parcel.objects.get(order=order)
    assert set(order.number) <= set(ALPHABET)
    assert len(order.number) == 8
    assert (record.num_in_stock, record.num_allocated) == (5, 3)
    assert (parcel.goods, parcel.shipping, parcel.surcharge) == (1_200_000, 0, 1_600)
    assert order.total_incl_tax == parcel.total == payment.amount == 1_201_600
    assert (payment.state, payment.method, payment.deadline) == ("pending", "cod", None)
    assert parcel.commission_percent == product.producer.commission_percent
    assert order.basket.status == order.basket.SUBMITTED
    assert OrderLog.objects.get(order=order).verb == "place"
    assert OrderMail.objects.get(order=order).kind == "placed"


def test_submitted_basket_gives_the_same_order() -> None:
    basket, purchase = make_basket(make_product()), make_purchase()
    shown = quote(basket, purchase).shown()
    first = order_of(basket, purchase, shown)
    assert order_of(basket, purchase, shown) == first
    assert Order.objects.count() == 1


@pytest.mark.parametrize("status", ["Merged", "Saved", "Frozen"])
def test_basket_that_is_not_open_is_refused(status: str) -> None:
    basket, purchase = make_basket(make_product()), make_purchase()
    shown = quote(basket, purchase).shown()
    type(basket).objects.filter(pk=basket.pk).update(status=status)
    with pytest.raises(BasketGone):
        order_of(basket, purchase, shown)


def test_last_piece_sold_meanwhile_leaves_everything_as_it_was() -> None:
    first, second = make_product(stock=5), make_product(stock=2)
    basket, purchase = make_basket(first, second, quantity=2), make_purchase()
    shown = quote(basket, purchase).shown()
    make_order(second)
    with pytest.raises(OutOfStock) as short:
        order_of(basket, purchase, shown)
    basket.refresh_from_db()
    assert (short.value.left, short.value.wanted) == (1, 2)
    assert basket.status == basket.OPEN
    assert StockRecord.objects.get(product=first).num_allocated is None
    assert Order.objects.count() == 1


def change_price(basket: Any) -> None:
    StockRecord.objects.filter(product=basket.lines.first().product).update(price=450_000)


def change_quantity(basket: Any) -> None:
    basket.lines.update(quantity=2)


def change_rate(_basket: Any) -> None:
    get_model("shipping", "ShippingZone").objects.update(base_price=99_000)


def drop_line(basket: Any) -> None:
    basket.lines.last().delete()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (change_price, "giá 150.000\xa0₫ thành 450.000\xa0₫"),
        (change_quantity, "số lượng 1 thành 2"),
        (change_rate, "phí giao của"),
        (drop_line, "không còn trong đơn"),
    ],
)
def test_what_was_not_shown_is_not_ordered(change: Any, words: str) -> None:
    basket = make_basket(make_product(price=150_000, stock=9), make_product(price=150_000, stock=9))
    purchase = make_purchase()
    shown = quote(basket, purchase).shown()
    change(basket)
    with pytest.raises(QuoteChanged, match=words):
        order_of(basket, purchase, shown)
    assert not Order.objects.exists()


def test_purchase_edited_in_another_tab_is_shown_again() -> None:
    basket = make_basket(make_product())
    shown = quote(basket, make_purchase()).shown()
    with pytest.raises(QuoteChanged, match="không còn như lúc xem lại"):
        order_of(basket, make_purchase(street="Thôn Khác"), shown)


def test_nothing_shown_orders_nothing() -> None:
    basket, purchase = make_basket(make_product()), make_purchase()
    with pytest.raises(QuoteChanged):
        placing.place(basket_id=basket.pk, purchase=purchase, shown=None, user=AnonymousUser())
    assert describe_changes(None, quote(basket, purchase).shown())


def test_wine_by_cash_to_the_door_is_refused_and_at_the_counter_is_sold() -> None:
    wine = make_product(age_restricted=True)
    basket = make_basket(wine)
    now = quote(basket, make_purchase())
    assert "18" in now.refusal
    assert not now.is_complete
    fetched = make_purchase(pickup=True, ways={})
    order = placing.place(
        basket_id=basket.pk,
        purchase=fetched,
        shown=quote(basket, fetched).shown(),
        user=AnonymousUser(),
        adult=True,
    )
    assert order.age_confirmed_at is not None
    assert order.shipping_address.place_lines == []


def test_wine_needs_the_buyers_word_on_age() -> None:
    basket, purchase = make_basket(make_product(age_restricted=True)), make_purchase(pickup=True)
    with pytest.raises(QuoteChanged):
        order_of(basket, purchase)


@pytest.mark.parametrize(
    ("price", "fee"), [(900_000, 0), (1_000_000, 0), (1_500_000, 4_000), (5_000_000, 32_000)]
)
def test_cash_fee_is_on_what_exceeds_the_free_part(price: int, fee: int) -> None:
    now = quote(make_basket(make_product(price=price)), make_purchase())
    assert (now.shipping, now.surcharge, now.refusal) == (Decimal(0), Decimal(fee), "")


def test_cash_is_refused_above_its_limit() -> None:
    now = quote(make_basket(make_product(price=5_000_001)), make_purchase())
    assert "5.000.000" in now.refusal
