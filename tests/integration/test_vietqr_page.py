"""The order page while a transfer is awaited: the code, the words, the poll, the picture to save."""

from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from PIL import Image
from pytest_django.fixtures import Settings

from shop.order.models import Order
from shop.payment.models import BankAccount
from shop.payment.providers.vietqr.payload import payload
from tests.factories import make_product
from tests.shop import fill_basket, make_market, make_order, make_purchase, place, walk_to_review
from tests.transfers import COD, KEY, NUMBER, VIETQR, make_account, make_waiting, pay

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def account(site_root: Any, settings: Settings) -> BankAccount:
    settings.PAYMENT_PROVIDERS = [VIETQR, COD]
    settings.BANK_WEBHOOK_API_KEY = KEY
    make_market()
    return make_account(holder="CONG TY CHO BAC NINH")


def poll(client: Client, order: Order, received: int) -> Any:
    url = reverse("order:money", args=[order.token])
    return client.get(f"{url}?nhan={received}", headers={"HX-Request": "true"})


def scan(order: Order, client: Client) -> str:
    response = client.get(reverse("order:qr", args=[order.token]))
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(response.content)).convert("L"))
    return str(found.text)


def test_buyer_chooses_transfer_and_lands_on_the_code(client: Client) -> None:
    fill_basket(client, make_product(stock=3))
    walk_to_review(client)
    page = client.get(reverse("checkout:shipping-method"))
    assert [row["value"] for row in page.context["methods"]] == ["bank", "cod"]
    ways = {
        choice["name"]: next(way["value"] for way in [*choice["near"], *choice["points"]] if way["checked"])
        for choice in page.context["choices"]
    }
    client.post(reverse("checkout:shipping-method"), {**ways, "method": "bank"})
    response = place(client, client.get(reverse("checkout:preview")))
    order = Order.objects.get()
    assert response.url == order.get_absolute_url()
    assert order.status == Order.Status.PENDING_PAYMENT
    assert "<svg role=" in client.get(response.url).content.decode()


def test_page_shows_code_and_words(client: Client) -> None:
    order = make_waiting()
    text = client.get(order.get_absolute_url()).content.decode()
    for word in (
        "Vietcombank",
        "CONG TY CHO BAC NINH",
        NUMBER,
        f'value="{order.total_incl_tax:.0f}"',
        order.number,
    ):
        assert word in text
    assert 'hx-trigger="every 5s"' in text
    assert '<meta http-equiv="refresh" content="30">' in text
    assert "Mã mẫu" not in text
    assert (
        "style=" not in text[text.index('id="vietqr"') : text.index("</section>", text.index('id="vietqr"'))]
    )


def test_page_speaks_english(client: Client) -> None:
    order = make_waiting()
    with translation.override("en"):
        url = order.get_absolute_url()
    text = client.get(url).content.decode()
    assert url.startswith("/en/")
    assert "Scan to pay" in text
    assert "Waiting for the money." in text


def test_sample_account_says_so(client: Client) -> None:
    BankAccount.objects.update(is_illustrative=True)
    assert "Mã mẫu, không dùng để trả tiền" in client.get(make_waiting().get_absolute_url()).content.decode()


def test_picture_pays_what_the_page_says(client: Client) -> None:
    order = make_waiting()
    wanted = {"bank": "970436", "account": NUMBER, "memo": order.number}
    assert scan(order, client) == payload(amount=order.total_incl_tax, **wanted)
    pay(order, 30_000)
    assert scan(order, client) == payload(amount=order.total_incl_tax - 30_000, **wanted)


def test_poll_says_nothing_until_money_comes(client: Client) -> None:
    order = make_waiting()
    assert poll(client, order, 0).status_code == 204
    pay(order, 30_000)
    assert poll(client, order, 0)["HX-Refresh"] == "true"
    assert poll(client, order, 30_000).status_code == 204
    pay(order, int(order.total_incl_tax) - 30_000)
    assert poll(client, order, 30_000)["HX-Refresh"] == "true"


def test_poll_is_cheap(client: Client) -> None:
    order = make_waiting()
    poll(client, order, 0)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        poll(client, order, 0)
    assert len(queries) <= 3


def test_poll_without_script_leads_to_the_page(client: Client) -> None:
    order = make_waiting()
    response = client.get(reverse("order:money", args=[order.token]))
    assert response.url == order.get_absolute_url()


def test_short_payment_is_told_on_the_page(client: Client) -> None:
    order = make_waiting()
    pay(order, 30_000)
    text = client.get(order.get_absolute_url()).content.decode()
    missing = f"{order.total_incl_tax - 30_000:,.0f}".replace(",", ".")
    assert f"Đã nhận 30.000\xa0₫, còn thiếu {missing}\xa0₫." in text


def test_nothing_is_asked_once_it_is_paid(client: Client) -> None:
    order = make_waiting()
    pay(order)
    page = client.get(order.get_absolute_url())
    assert page.context["waiting"] == {}
    assert 'id="vietqr"' not in page.content.decode()
    assert client.get(reverse("order:qr", args=[order.token])).status_code == 404


def test_other_orders_have_no_code(client: Client) -> None:
    order = make_order(make_product(), purchase=make_purchase(method="cod"))
    assert client.get(reverse("order:qr", args=[order.token])).status_code == 404
    assert poll(client, order, 0)["HX-Refresh"] == "true"
    assert client.get(reverse("order:qr", args=["x" * 32])).status_code == 404


def test_page_stands_when_all_accounts_are_closed(client: Client) -> None:
    order = make_waiting()
    order.payments.get().bank_transfer.delete()
    BankAccount.objects.update(is_active=False, is_default=False)
    page = client.get(order.get_absolute_url())
    assert (page.status_code, page.context["waiting"]) == (200, {})
    assert client.get(reverse("order:qr", args=[order.token])).status_code == 404
