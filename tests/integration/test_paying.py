"""Paying from the order page: by the method chosen, another one, or later; in both languages."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM
from shop.core.ratelimit import COME_BACK, PAY
from shop.order.models import Order
from shop.payment import expiring, settling
from shop.payment.models import Payment
from tests.factories import make_product
from tests.prepaid import COD, OTHER_PATH, PATH, Prepaid
from tests.shop import fill_basket, make_market, make_order, make_purchase, place, walk_to_review

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [PATH, OTHER_PATH, COD]
    Prepaid.forget()
    make_market()
    yield
    Prepaid.forget()


def waiting() -> Order:
    return make_order(make_product(stock=3), purchase=make_purchase(method="prepaid"))


def test_order_page_offers_the_ways_while_money_is_missing(client: Client) -> None:
    order = waiting()
    page = client.get(order.get_absolute_url())
    assert [way["value"] for way in page.context["ways"]] == ["prepaid", "other", "cod"]
    assert "Đơn đang chờ bạn thanh toán" in page.content.decode()


def test_paying_leads_to_the_provider(client: Client) -> None:
    order = waiting()
    answer = client.post(reverse("order:pay", args=[order.token]), {"method": "other"})
    payment = Payment.objects.get(method="other")
    assert answer.url == f"https://pay.example/{payment.token}"


def test_paid_order_offers_nothing_more(client: Client) -> None:
    order = waiting()
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax))
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert client.get(order.get_absolute_url()).context["ways"] == []
    answer = client.post(reverse("order:pay", args=[order.token]), {"method": "cod"}, follow=True)
    assert "Đơn này không chờ thanh toán" in answer.content.decode()
    assert order.payments.count() == 1


def press(client: Client, order: Order, method: str = "prepaid", **where: str) -> Any:
    return client.post(reverse("order:pay", args=[order.token]), {"method": method}, **where)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", "Bạn đã thử quá nhiều lần. Hãy thử lại sau 15 phút. Đơn vẫn giữ nguyên."),
        ("en", "You have tried too often. Please try again in 15 minutes. Your order stands."),
    ],
)
def test_pressing_without_end_is_braked_and_the_order_stands(
    client: Client, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    order, other = waiting(), waiting()
    asked: list[str] = []
    monkeypatch.setattr(Prepaid, "_answer", lambda self: asked.append(self.code))
    with override(language), time_machine.travel("2026-11-22 10:00:00+07:00", tick=False) as clock:
        for _ in range(PAY.tries):
            assert press(client, order).url.startswith("https://pay.example/")
        before = len(asked)
        answer = press(client, order)
        assert answer.url == order.get_absolute_url()
        assert words in client.get(answer.url).content.decode()
        assert len(asked) == before
        assert press(client, other).url.startswith("https://pay.example/")
        assert press(client, order, REMOTE_ADDR="203.0.113.9").url.startswith("https://pay.example/")
        clock.shift(PAY.window_s + 1)
        assert press(client, order).url.startswith("https://pay.example/")
    order.refresh_from_db()
    assert (order.status, order.payments.get().state) == ("Pending payment", "pending")


def test_coming_back_without_end_asks_the_provider_no_more(client: Client) -> None:
    order = waiting()
    press(client, order)
    address = reverse("order:paid", args=[order.token])
    for _ in range(COME_BACK.tries):
        client.get(address)
    before = len(Prepaid.called)
    assert client.get(address).url == order.get_absolute_url()
    assert (before > COME_BACK.tries, len(Prepaid.called)) == (True, before)


@pytest.mark.parametrize("method", ["", "nonsense", "x" * 5000])
def test_unknown_method_changes_nothing(client: Client, method: str) -> None:
    order = waiting()
    answer = client.post(reverse("order:pay", args=[order.token]), {"method": method}, follow=True)
    assert "không trả được bằng cách đó" in answer.content.decode()
    assert [payment.state for payment in order.payments.all()] == ["pending"]


def test_silent_provider_leaves_the_order_payable(client: Client) -> None:
    order = waiting()
    Prepaid.silent = True
    answer = client.post(reverse("order:pay", args=[order.token]), {"method": "prepaid"}, follow=True)
    assert "Đơn của bạn đã được giữ: thử lại, hoặc đổi cách trả." in answer.content.decode()
    order.refresh_from_db()
    assert order.status == Order.Status.PENDING_PAYMENT


def test_expired_order_can_be_paid_from_its_page(client: Client) -> None:
    order = waiting()
    with time_machine.travel(timezone.now() + timedelta(minutes=36), tick=False):
        expiring.expire_due()
    page = client.get(order.get_absolute_url())
    assert "hàng đã trả về kho" in page.content.decode()
    client.post(reverse("order:pay", args=[order.token]), {"method": "cod"})
    order.refresh_from_db()
    assert order.status == Order.Status.PLACED


def test_checkout_leads_to_the_provider(client: Client) -> None:
    fill_basket(client, make_product(stock=3))
    review = walk_to_review(client, method="prepaid")
    answer = place(client, review)
    payment = Payment.objects.get()
    assert (payment.method, answer.url) == ("prepaid", f"https://pay.example/{payment.token}")
    assert payment.order.status == Order.Status.PENDING_PAYMENT


def test_silent_provider_at_the_checkout_leads_to_the_order(client: Client) -> None:
    fill_basket(client, make_product(stock=3))
    review = walk_to_review(client, method="prepaid")
    Prepaid.silent = True
    assert place(client, review).url == Order.objects.get().get_absolute_url()


def test_english_page_is_english(client: Client) -> None:
    order = waiting()
    with override("en"):
        text = client.get(order.get_absolute_url()).content.decode()
    assert "The order is waiting for your payment." in text
    assert "How to pay" in text
