"""Uses of vouchers and offers: back when the order expires, counted again when it is paid late, never twice."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from oscar.core.loading import get_model
from oscar.test.factories import BenefitFactory, ConditionalOfferFactory, ConditionFactory, RangeFactory
from pytest_django.fixtures import Settings

from shop.checkout import placing
from shop.checkout.quote import quote
from shop.core.actors import SYSTEM, Actor
from shop.order.models import Order
from shop.payment import attempts, balances, expiring, settling
from tests.factories import make_product
from tests.integration.test_vouchers import make_voucher
from tests.prepaid import COD, PATH, Prepaid
from tests.shop import make_basket, make_market, make_purchase

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("kind", ["voucher", "offer"])]
HOA = Actor(name="Hoa")


@pytest.fixture(autouse=True)
def market(settings: Settings) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, PATH]
    Prepaid.forget()
    make_market()
    yield
    Prepaid.forget()


@pytest.fixture
def product() -> Any:
    return make_product(price=100_000, stock=5)


@pytest.fixture(autouse=True)
def reduction(kind: str) -> Any:
    """Ten per cent off, for one order only: by a code, or for whoever comes first."""
    if kind == "voucher":
        return make_voucher("MOTLAN", value=10, usage="Single use")
    everything = RangeFactory(includes_all_products=True)
    return ConditionalOfferFactory(
        name="Người đầu tiên",
        benefit=BenefitFactory(range=everything, type="Percentage", value=10, max_affected_items=None),
        condition=ConditionFactory(range=everything, type="Count", value=1),
        max_global_applications=1,
    )


def order(product: Any, reduction: Any, method: str = "prepaid") -> Order:
    basket = make_basket(product)
    if isinstance(reduction, get_model("voucher", "Voucher")):
        basket.vouchers.add(reduction)
        basket.reset_offer_applications()
        placing.apply_offers(basket, AnonymousUser())
    purchase = make_purchase(method=method)
    shown = quote(basket, purchase).shown()
    return placing.place(basket_id=basket.pk, purchase=purchase, shown=shown, user=AnonymousUser())


def uses(reduction: Any) -> tuple[int, int]:
    """Return how often it was used and what it gave in all."""
    reduction.refresh_from_db()
    if isinstance(reduction, get_model("voucher", "Voucher")):
        assert reduction.applications.count() == reduction.num_orders
        return reduction.num_orders, int(reduction.total_discount)
    assert reduction.num_applications == reduction.num_orders
    return reduction.num_orders, int(reduction.total_discount)


def expired(found: Order) -> Order:
    with time_machine.travel(timezone.now() + timedelta(minutes=36), tick=False):
        assert expiring.expire(order_id=found.pk)
    return found


def pay(found: Order) -> Any:
    payment = found.payments.get()
    Prepaid.receive(payment, int(found.total_incl_tax))
    payment = settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    found.refresh_from_db()
    return payment


def allocated(product: Any) -> int:
    return product.stockrecords.get().num_allocated or 0


def test_use_comes_back_when_the_order_expires(product: Any, reduction: Any) -> None:
    found = order(product, reduction)
    assert uses(reduction) == (1, 10_000)
    expired(found)
    assert uses(reduction) == (0, 0)
    assert found.discounts.get().amount == 10_000  # the books keep what was shown
    assert order(product, reduction).discounts.get().amount == 10_000


def test_late_money_counts_the_use_again(product: Any, reduction: Any) -> None:
    found = expired(order(product, reduction))
    assert pay(found).state == "paid"
    assert (found.status, uses(reduction), allocated(product)) == ("Placed", (1, 10_000), 1)


def test_late_money_goes_back_when_somebody_else_has_the_use(product: Any, reduction: Any) -> None:
    found = expired(order(product, reduction))
    order(product, reduction, method="cod")
    payment = pay(found)
    assert (found.status, payment.state, balances.kept(payment)) == ("Expired", "review", 0)
    assert "đã hết lượt" in payment.doubt_words
    assert (uses(reduction), allocated(product)) == ((1, 10_000), 1)


def test_buyer_cannot_take_an_order_up_whose_use_somebody_else_has(product: Any, reduction: Any) -> None:
    found = expired(order(product, reduction))
    order(product, reduction, method="cod")
    with pytest.raises(attempts.CannotPay, match="đã hết lượt"):
        attempts.pay_with(order_id=found.pk, code="prepaid", by=HOA)
    found.refresh_from_db()
    assert (found.status, found.payments.count(), allocated(product)) == ("Expired", 1, 1)
    assert uses(reduction) == (1, 10_000)


def test_buyer_who_takes_it_up_has_the_use(product: Any, reduction: Any) -> None:
    found = expired(order(product, reduction))
    attempts.pay_with(order_id=found.pk, code="prepaid", by=HOA)
    assert uses(reduction) == (1, 10_000)
    second = expired(found)
    assert (second.payments.count(), uses(reduction)) == (2, (0, 0))
