"""Paying again, in another way or late, holds no more than a new order; what counted is forgotten in time."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from catalogue.models import Product
from shop.core.actors import SYSTEM
from shop.fulfilment.cancelling import cancel_order
from shop.order.models import Order, OrderSubject
from shop.payment import attempts, expiring, settling, unpaid
from tests.factories import make_product
from tests.prepaid import Prepaid
from tests.shop import place
from tests.unpaid import MOST, buy, market, plenty, review

__all__ = ["market", "plenty"]
pytestmark = pytest.mark.django_db


class TestAgain:
    """An order that expired, or that shall be paid in cash after all, is looked at once more."""

    def test_expired_orders_are_not_revived_beyond_the_budget(self, plenty: Product) -> None:
        with time_machine.travel(timezone.now() - timedelta(hours=30), tick=False):
            buy(plenty)
        order = Order.objects.get()
        assert expiring.expire(order_id=order.pk)
        unpaid.forget_old()
        for _ in range(MOST):
            buy(plenty)
        with pytest.raises(attempts.CannotPay, match="chưa trả tiền"):
            attempts.pay_with(order_id=order.pk, code="bank", by=SYSTEM)
        attempts.pay_with(order_id=order.pk, code="prepaid", by=SYSTEM)
        assert order.subjects.exists()

    def test_an_expired_transfer_is_paid_by_card_like_a_new_order(self) -> None:
        """Who had never tried a card was bound to a share, and a new order by card was not."""
        product = make_product(stock=60)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            assert not buy(product, quantity=40, confirmed=True)
            order = Order.objects.get()
            clock.shift(timedelta(hours=30))
            assert expiring.expire(order_id=order.pk)
            payment = attempts.pay_with(order_id=order.pk, code="prepaid", by=SYSTEM)
            assert payment.deadline - timezone.now() == timedelta(minutes=35)
            clock.shift(timedelta(minutes=36))
            assert expiring.expire(order_id=order.pk)
            with pytest.raises(attempts.CannotPay, match="hãy đặt lại đơn mới, có mã gửi tới email"):
                attempts.pay_with(order_id=order.pk, code="prepaid", by=SYSTEM)
            assert buy(product, network=2, quantity=40, method="prepaid") == "units"  # the free try was used
            assert not buy(product, network=2, quantity=40, method="prepaid", confirmed=True)

    def test_transfers_do_not_become_cash_beyond_the_budget(self, settings: Settings) -> None:
        settings.OPEN_CASH = 700_000
        settings.UNPAID_ORDERS = 9
        product = make_product(price=300_000, stock=100)
        for _ in range(4):
            buy(product)
        orders = list(Order.objects.order_by("pk"))
        for order in orders[:2]:
            attempts.pay_with(order_id=order.pk, code="cod", by=SYSTEM)
        with pytest.raises(attempts.CannotPay):
            attempts.pay_with(order_id=orders[2].pk, code="cod", by=SYSTEM)
        attempts.pay_with(order_id=orders[2].pk, code="prepaid", by=SYSTEM)

    def test_a_card_becomes_no_transfer_beyond_the_budget(self) -> None:
        """Forty of sixty by card, which nobody asks about, were then held for a day by transfer."""
        product = make_product(stock=60)
        assert not buy(product, quantity=40, method="prepaid")
        order = Order.objects.get()
        with pytest.raises(attempts.CannotPay) as refused:
            attempts.pay_with(order_id=order.pk, code="bank", by=SYSTEM)
        assert "huỷ" not in str(refused.value)
        assert order.payment.method == "prepaid"
        assert Prepaid.called == []  # its page was not closed for nothing

    def test_cards_become_transfers_no_more_often_than_transfers_are_placed(self, plenty: Product) -> None:
        for number in range(MOST):
            assert not buy(plenty, network=number)
        assert not buy(plenty, network=9, method="prepaid")
        order = Order.objects.latest("pk")
        with pytest.raises(attempts.CannotPay):
            attempts.pay_with(order_id=order.pk, code="bank", by=SYSTEM)

    def test_who_has_had_a_code_may_try_a_card_and_come_back(self) -> None:
        product = make_product(stock=60)
        assert not buy(product, quantity=50, confirmed=True)
        order = Order.objects.get()
        for code in ("prepaid", "bank", "prepaid"):
            assert attempts.pay_with(order_id=order.pk, code=code, by=SYSTEM).method == code


@pytest.mark.parametrize("method", ["bank", "prepaid"])
def test_only_ways_that_would_do_are_named(
    client: Client, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """A card that refuses this bill, or whose own budget is used up, was named as the way out."""
    product = make_product(stock=60)
    if method == "bank":
        monkeypatch.setattr(Prepaid, "refusal", lambda _self, bill: "Không nhận." if bill.total else "")
    else:
        assert not buy(product, quantity=31, method="prepaid")
    page = review(client, product, quantity=35 if method == "bank" else 20, method="bank")
    answer = " ".join(place(client, page).content.decode().split())
    assert "Cần mã" in answer
    assert "Không cần mã nếu trả bằng" not in answer


class TestForgetting:
    def test_subjects_go_when_the_order_is_paid_or_over(self, plenty: Product, settings: Settings) -> None:
        settings.UNPAID_ORDERS = 9
        with time_machine.travel(timezone.now() - timedelta(hours=2), tick=False):
            for method in ("bank", "prepaid", "cod", "bank"):
                buy(plenty, method=method)
        waiting, paid, cash, cancelled = Order.objects.order_by("pk")
        payment = paid.payments.get()
        Prepaid.receive(payment, int(payment.amount))
        settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
        cancel_order(order_id=cancelled.pk, by=SYSTEM)
        assert unpaid.forget_old() == 6
        assert set(OrderSubject.objects.values_list("order", flat=True)) == {waiting.pk, cash.pk}

    def test_no_address_is_kept_in_plain_words(self, plenty: Product) -> None:
        buy(plenty)
        kept = " ".join(OrderSubject.objects.values_list("digest", flat=True))
        assert set(OrderSubject.objects.values_list("kind", flat=True)) == {"phone", "mailbox", "network"}
        assert all(word not in kept for word in ("198.51", "912345678", "anh@"))
