"""Staff find every refund in one list, and what is to be transferred in one file."""

import csv
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shop.core.actors import SYSTEM
from shop.payment import settling
from shop.payment.models import Refund, RefundAccount
from shop.payment.providers.base import RefundAnswer
from shop.payment.refunds import refund_accounts, refunding
from tests.factories import make_product
from tests.prepaid import Prepaid
from tests.producer_accounts import log_in as enter
from tests.producer_accounts import make_producer_account
from tests.shop import make_order, make_purchase
from tests.staff import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prepaid_market")]
LIST = "shop_refunds:index"


@pytest.fixture
def hub(client: Client, django_user_model: Any) -> Client:
    log_in(client, django_user_model, "view_order", "change_order")
    return client


def make_refund(way: Refund.Way = Refund.Way.BANK, amount: int = 1000, **account: str) -> Refund:
    order = make_order(make_product(stock=5), purchase=make_purchase(method="prepaid"))
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax), f"tx-{order.pk}")
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    refund = refunding.request(
        payment=payment, amount=Decimal(amount), key=f"r{order.pk}", by=SYSTEM, way=way
    )
    if account:
        refund_accounts.save_account(order_id=order.pk, account=RefundAccount(**account), by=SYSTEM)
    return refund


def listed(hub: Client, **query: str) -> list[Refund]:
    return list(hub.get(reverse(LIST), query).context["object_list"])


def test_list_by_state_way_and_order_code(hub: Client) -> None:
    due, cash = make_refund(), make_refund(Refund.Way.CASH)
    failed, done = make_refund(Refund.Way.CARD), make_refund()
    refunding.finish(refund_id=failed.pk, answer=RefundAnswer(failed=True, error="closed"), by=SYSTEM)
    refunding.finish(refund_id=done.pk, answer=RefundAnswer(done=True, reference="FT77"), by=SYSTEM)
    assert listed(hub) == [done, failed, cash, due]
    assert listed(hub, state="requested") == [cash, due]
    assert listed(hub, state="failed") == [failed]
    assert listed(hub, state="todo") == [failed, cash, due]
    assert listed(hub, way="bank") == [done, due]
    assert listed(hub, way="bank", state="requested") == [due]
    assert listed(hub, q=due.payment.order.number) == [due]
    assert listed(hub, q="FT77") == [done]


def test_each_line_leads_to_its_order_and_attention_leads_here(hub: Client) -> None:
    refund = make_refund()
    order = reverse("shop_orders:detail", args=[refund.payment.order_id])
    assert order in hub.get(reverse(LIST)).content.decode()
    assert f"{reverse(LIST)}?state=todo" in hub.get(reverse("attention:index")).content.decode()
    assert reverse(LIST) in hub.get(reverse("wagtailadmin_home")).content.decode()


def test_bank_list_has_what_is_to_be_transferred_and_nothing_else(hub: Client) -> None:
    ready = make_refund(bank="970436", number="0011001234567", holder="=NGUYEN")
    missing = make_refund(amount=2500)
    make_refund(Refund.Way.CASH)
    done = make_refund()
    refunding.finish(refund_id=done.pk, answer=RefundAnswer(done=True, reference="FT1"), by=SYSTEM)
    answer = hub.get(reverse("shop_refunds:bank_list"))
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    one, two = ready.payment.order.number, missing.payment.order.number
    assert rows[1:] == [
        [one, "Nguyễn Thị Ánh", "970436", "Vietcombank", "0011001234567", "'=NGUYEN", "1000",
         f"HOAN TIEN {one}"],
        [two, "Nguyễn Thị Ánh", "", "", "", "", "2500", f"HOAN TIEN {two}"],
    ]  # fmt: skip
    assert "no-store" in answer["Cache-Control"]


def test_list_shows_the_end_of_the_number_only(hub: Client) -> None:
    make_refund(bank="970436", number="0011001234567", holder="NGUYEN")
    page = hub.get(reverse(LIST)).content.decode()
    assert ("Vietcombank •••4567" in page, "0011001234567" in page) == (True, False)


@pytest.mark.parametrize(
    ("codenames", "statuses"),
    [((), [302, 302]), (("view_order",), [200, 302]), (("view_payout", "view_payment"), [302, 302])],
)
def test_who_may_see_the_list_and_the_numbers(
    client: Client, django_user_model: Any, codenames: tuple[str, ...], statuses: list[int]
) -> None:
    log_in(client, django_user_model, *codenames)
    urls = [reverse(LIST), reverse("shop_refunds:bank_list")]
    assert [client.get(url).status_code for url in urls] == statuses


def test_producers_see_no_refunds() -> None:
    browser = enter(make_producer_account(email="lan@example.vn", name="Gốm Lan").user)
    urls = [reverse(LIST), reverse("shop_refunds:bank_list")]
    assert {browser.get(url).status_code for url in urls} <= {302, 403, 404}


def test_list_costs_the_same_for_one_and_three(
    hub: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    make_refund()
    hub.get(reverse(LIST))
    with django_assert_max_num_queries(60) as first:
        hub.get(reverse(LIST))
    for _ in range(2):
        make_refund()
    with django_assert_num_queries(len(first.captured_queries)):
        hub.get(reverse(LIST))
