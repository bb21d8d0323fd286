"""Staff cancel a whole order on its page: one that waits for money, too, whatever its provider says."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shop.core.actors import SYSTEM
from shop.fulfilment import parcels
from shop.order.models import Order
from shop.payment import settling
from shop.payment.models import Refund
from tests.books import assert_balanced
from tests.factories import make_product
from tests.integration.test_parcels import stock_of
from tests.prepaid import Prepaid
from tests.shop import make_order, make_purchase
from tests.staff import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prepaid_market")]


@pytest.fixture
def hub(client: Client, django_user_model: Any) -> Client:
    log_in(client, django_user_model, "view_order", "change_order")
    return client


def cancel(client: Client, order: Order, reason: str = "khách gọi huỷ") -> Any:
    url = reverse("shop_orders:cancel", args=[order.pk])
    return client.post(url, {"cancel-order-reason": reason}, follow=True)


def page(client: Client, order: Order) -> str:
    text: str = client.get(reverse("shop_orders:detail", args=[order.pk])).content.decode()
    return text


@pytest.mark.parametrize("silent", [False, True])
def test_staff_cancel_an_order_that_waits_for_money(hub: Client, *, silent: bool) -> None:
    product = make_product(stock=3)
    order = make_order(product, purchase=make_purchase(method="prepaid"))
    assert (order.status, stock_of(product)) == ("Pending payment", (3, 1))
    assert "Huỷ cả đơn" in page(hub, order)
    Prepaid.called.clear()
    Prepaid.silent = silent
    for _press in range(2):
        assert cancel(hub, order).status_code == 200
    order.refresh_from_db()
    assert (order.status, order.payments.get().state) == ("Cancelled", "cancelled")
    assert (stock_of(product), Prepaid.called) == ((3, 0), ["cancel"])
    assert order.mails.filter(kind="cancelled").count() == 1
    lines = order.log.filter(verb="cancel")
    assert {(line.actor_name, line.note) for line in lines} == {("hoa@example.vn", "khách gọi huỷ")}
    assert "Huỷ cả đơn" not in page(hub, order)


def test_money_that_comes_after_all_goes_back(hub: Client) -> None:
    order = make_order(make_product(stock=3), purchase=make_purchase(method="prepaid"))
    Prepaid.silent = True
    cancel(hub, order)
    Prepaid.silent = False
    payment = order.payments.get()
    Prepaid.receive(payment, int(payment.amount))
    settled = settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert (settled.state, Refund.objects.get().amount) == ("review", payment.amount)
    assert_balanced()


def test_why_must_be_said_and_what_is_packed_stays(hub: Client) -> None:
    order = make_order()
    again = cancel(hub, order, "")
    assert (again.status_code, "open" in again.content.decode().split("<details")[1][:20]) == (422, True)
    parcel = order.parcels.get()
    parcels.accept(parcel_id=parcel.pk, by=SYSTEM)
    parcels.pack(parcel_id=parcel.pk, by=SYSTEM)
    assert "không huỷ được nữa" in cancel(hub, order).content.decode()
    order.refresh_from_db()
    assert order.status == "Processing"


@pytest.mark.parametrize("codenames", [[], ["view_order"]])
def test_without_the_permission_nothing_is_cancelled(
    client: Client, django_user_model: Any, codenames: list[str]
) -> None:
    log_in(client, django_user_model, *codenames)
    order = make_order()
    cancel(client, order)
    order.refresh_from_db()
    assert order.status == "Placed"
