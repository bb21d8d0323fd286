"""An order that costs nothing: a voucher takes all of it off, and nobody is asked for money."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from post_office.models import Email
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM
from shop.fulfilment import parcels
from shop.fulfilment.cancelling import cancel_order
from shop.ledger.models import LedgerEntry
from shop.order.models import Order
from tests.factories import make_product
from tests.integration.test_vouchers import make_voucher
from tests.markup import flat
from tests.prepaid import COD, PATH, Prepaid
from tests.shop import fill_basket, make_market, place, walk_to_review
from tests.staff import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> None:
    settings.PAYMENT_PROVIDERS = [COD, PATH]
    Prepaid.forget()
    make_market()


def buy(client: Client, method: str = "prepaid") -> Order:
    """Walk through the whole checkout with a code that takes everything off; the buyer fetches it."""
    voucher = make_voucher("MIENPHI", value=100, usage="Single use")
    fill_basket(client, make_product(title="Tranh gà", stock=5))
    client.post(reverse("basket:vouchers-add"), {"code": voucher.code})
    review = walk_to_review(client, method=method, pickup="1", province="", commune="", street="")
    answer = place(client, review)
    order = Order.objects.get()
    assert answer["Location"] == order.get_absolute_url()
    return order


def stock(order: Order) -> tuple[int, int]:
    record = order.lines.get().stockrecord
    record.refresh_from_db()
    return record.num_in_stock, record.num_allocated


@pytest.mark.parametrize("method", ["cod", "prepaid"])
def test_free_order_is_placed_without_a_payment(client: Client, method: str) -> None:
    Prepaid.silent = True  # nobody is asked
    order = buy(client, method)
    assert (order.status, order.total_incl_tax, order.payments.count()) == ("Placed", 0, 0)
    assert order.placed_at
    assert stock(order) == (5, 1)
    page = client.get(order.get_absolute_url()).content.decode()
    assert "Không phải trả tiền" in page
    assert reverse("order:pay", args=[order.token]) not in page


@pytest.mark.usefixtures("mail_queue")
def test_mail_says_that_there_is_nothing_to_pay(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        buy(client)
    mail = Email.objects.get(to="anh@example.vn")
    assert "Thanh toán: không phải trả tiền\n" in mail.message
    assert "Thanh toán: không phải trả tiền<" in flat(mail.html_message)


def test_free_order_goes_to_its_end_and_back(client: Client, django_user_model: Any) -> None:
    order = buy(client)
    parcel = order.parcels.get()
    for verb in (parcels.accept, parcels.pack, parcels.ship, parcels.deliver, parcels.return_):
        verb(parcel_id=parcel.pk, by=SYSTEM)
    order.refresh_from_db()
    assert (order.status, stock(order), LedgerEntry.objects.count()) == ("Complete", (5, 0), 0)
    call_command("check_ledger", verbosity=0)
    log_in(client, django_user_model, "view_order", "change_order")
    assert client.get(reverse("shop_orders:detail", args=[order.pk])).status_code == 200


def test_free_order_called_off_gives_stock_and_voucher_back(client: Client) -> None:
    order = buy(client)
    voucher = order.discounts.get().voucher
    assert (voucher.num_orders, voucher.applications.count()) == (1, 1)
    cancel_order(order_id=order.pk, by=SYSTEM)
    voucher.refresh_from_db()
    order.refresh_from_db()
    assert (order.status, stock(order)) == ("Cancelled", (5, 0))
    assert (voucher.num_orders, voucher.applications.count()) == (0, 0)
