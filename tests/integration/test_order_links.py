"""An order's link ends some months after the order is over; it is looked up then, and no log has its key."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.log import without_keys
from shop.core.actors import SYSTEM
from shop.core.codes import new_token
from shop.fulfilment.cancelling import cancel_order
from shop.order.models import Order
from shop.users.models import User
from tests.factories import make_product
from tests.shop import make_market, make_order

DAYS = 180


@pytest.fixture
def order(db: None, site_root: Any, settings: Settings) -> Order:
    settings.ORDER_LINK_D = DAYS
    make_market()
    return make_order(make_product(stock=5))


@pytest.fixture
def months_later() -> Iterator[None]:
    with time_machine.travel(timezone.now() + timedelta(days=DAYS, hours=1)):
        yield


@pytest.fixture
def ended(order: Order, months_later: None) -> Order:
    with time_machine.travel(timezone.now() - timedelta(days=DAYS, hours=1)):
        cancel_order(order_id=order.pk, by=SYSTEM)
    return order


def look_up(client: Client, order: Order) -> Any:
    return client.post(reverse("order:lookup"), {"code": order.number, "contact": "0912 345 678"})


def test_link_shows_an_order_that_goes_on_for_ever(client: Client, order: Order, months_later: None) -> None:
    assert client.get(order.get_absolute_url()).status_code == 200


def test_link_of_a_closed_order_leads_to_the_look_up(client: Client, ended: Order) -> None:
    for answer in (
        client.get(ended.get_absolute_url()),
        client.post(reverse("order:cancel", args=[ended.token])),
    ):
        assert answer.url == reverse("order:lookup")
    assert "Đường dẫn của đơn này đã hết hạn" in client.get(reverse("order:lookup")).content.decode()
    assert look_up(client, ended).url == ended.get_absolute_url()
    assert client.get(ended.get_absolute_url()).status_code == 200
    assert Client().get(ended.get_absolute_url()).status_code == 302


def test_owner_who_is_signed_in_sees_it(client: Client, ended: Order) -> None:
    user = User.objects.create_user("khach@example.vn", "một hai ba bốn")
    client.force_login(user)
    assert client.get(ended.get_absolute_url()).status_code == 302
    Order.objects.filter(pk=ended.pk).update(user=user)
    assert client.get(ended.get_absolute_url()).status_code == 200


def test_what_happened_late_counts(client: Client, order: Order, months_later: None) -> None:
    cancel_order(order_id=order.pk, by=SYSTEM)
    assert client.get(order.get_absolute_url()).status_code == 200


def test_zero_lets_links_live(client: Client, ended: Order, settings: Settings) -> None:
    settings.ORDER_LINK_D = 0
    assert client.get(ended.get_absolute_url()).status_code == 200


@pytest.mark.django_db
def test_keys_in_addresses_are_hidden_in_logs_and_nothing_else() -> None:
    user = User.objects.create_user("khach@example.vn", "một hai ba bốn")
    signed = signing.dumps(["a@b.vn", ""], salt="x")
    for key in (new_token(), default_token_generator.make_token(user), signed, signed.replace(":", "%3A")):
        assert without_keys(f"GET /don-hang/{key}/ HTTP/1.1") == "GET /don-hang/…/ HTTP/1.1"
        assert without_keys(f"https://x.example/don-hang/{key}?a=1") == "https://x.example/don-hang/…?a=1"
    for path in (
        "/san-pham/binh-gom-phu-lang-men-da-luon/",
        "/media/images/a.2e16d0ba.fill-400x400.webp",
        "/",
    ):
        assert without_keys(path) == path
