"""The page of what needs a person names everything that waits, and nothing that is done."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from post_office.mail import get_queued
from post_office.models import STATUS, Email
from pytest_django.fixtures import Settings

from shop.backoffice.attention.page import all_items, waiting_items
from shop.core.actors import SYSTEM
from shop.fulfilment import parcels, returns
from shop.order.models import Order, ReturnRequest
from shop.payment import breaker, settling
from shop.payment.models import BankLine, Inbox, Refund
from shop.payment.providers.base import PaymentReport, RefundAnswer
from shop.payment.refunds import refunding
from shop.tax.rates import load_rates
from shop.timer import clock
from tests.factories import make_product
from tests.prepaid import COD, PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase
from tests.staff import log_in

pytestmark = pytest.mark.django_db
PAGE = "attention:index"
HOUR = timedelta(hours=1)
QUERIES = 42  # two or three for each item, the rest is the admin's frame


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [PATH, COD]
    Prepaid.forget()
    make_market()
    load_rates()
    clock.begin_turn()
    yield
    Prepaid.forget()


@pytest.fixture
def hub(client: Client, django_user_model: Any) -> Client:
    log_in(client, django_user_model, "view_order", "change_order")
    return client


def waiting() -> Order:
    return make_order(make_product(stock=5), purchase=make_purchase(method="prepaid"))


def found() -> dict[str, int]:
    return {item.title: item.count for item in waiting_items(timezone.now())}


def test_handbook_names_each_heading() -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text(encoding="utf-8")
    table = text.partition("## What needs a person")[2].partition("\n## ")[0]
    headings = [row.split("|")[1].strip() for row in table.splitlines() if row.startswith("| ")][1:]
    now = timezone.now()
    vietnamese = [item.title for item in all_items(now)]
    with translation.override("en"):
        english = [item.title for item in all_items(now)]
    assert headings == [f"{vi} ({en})" for vi, en in zip(vietnamese, english, strict=True)]


def test_quiet_shop_has_nothing_to_show(hub: Client) -> None:
    waiting()
    assert found() == {}
    assert "Không có việc gì chờ bạn" in hub.get(reverse(PAGE)).content.decode()


def test_doubtful_payment_waits_until_somebody_has_looked(hub: Client) -> None:
    order = waiting()
    payment = order.payments.get()
    settling.settle(payment_id=payment.pk, report=PaymentReport(doubt="Tiền khác: USD"), by=SYSTEM)
    page = hub.get(reverse(PAGE)).content.decode()
    assert f"{order.number}: Tiền khác: USD" in page
    hub.post(reverse("shop_orders:seen", args=[order.pk, payment.pk]))
    assert found() == {}
    assert order.log.filter(verb="note", actor__email="hoa@example.vn").count() == 1


def test_provider_that_does_not_answer_is_shown_until_it_does(hub: Client) -> None:
    for _time in range(breaker.THRESHOLD):
        breaker.failed("card", "No answer within 8.0 s")
    page = hub.get(reverse(PAGE)).content.decode()
    assert "card: No answer within 8.0 s" in page
    breaker.succeeded("card")
    assert found() == {}


def test_refunds_by_hand_and_failed_ones_wait() -> None:
    order = waiting()
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax))
    payment = settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    by_hand = refunding.request(
        payment=payment, amount=Decimal(1000), key="a", by=SYSTEM, way=Refund.Way.BANK
    )
    failed = refunding.request(payment=payment, amount=Decimal(2000), key="b", by=SYSTEM)
    refunding.finish(refund_id=failed.pk, answer=RefundAnswer(failed=True, error="closed"), by=SYSTEM)
    assert list(found().values()) == [2]
    refunding.finish(refund_id=by_hand.pk, answer=RefundAnswer(done=True, reference="FT1"), by=SYSTEM)
    refunding.request(payment=payment, amount=Decimal(2000), key="c", by=SYSTEM)
    assert found() == {}


def test_late_parcels_wait_only_where_the_order_is_placed() -> None:
    make_order(make_product(stock=5))
    waiting()
    assert found() == {}
    Order.objects.filter(status=Order.Status.PLACED).update(placed_at=timezone.now() - timedelta(hours=49))
    assert list(found().values()) == [1]


def ask_for_return(*, hours_ago: int) -> ReturnRequest:
    parcel = make_order(make_product(stock=5)).parcels.get()
    for verb in ("accept", "pack", "ship", "deliver"):
        getattr(parcels, verb)(parcel_id=parcel.pk, by=SYSTEM)
    request = returns.ask(parcel_id=parcel.pk, by=SYSTEM, reason="vỡ nắp")
    ReturnRequest.objects.filter(pk=request.pk).update(created_at=timezone.now() - timedelta(hours=hours_ago))
    return request


def test_returns_wait_when_their_producer_does_not_decide(hub: Client) -> None:
    ask_for_return(hours_ago=71)
    assert found() == {}
    late = ask_for_return(hours_ago=73)
    page = hub.get(reverse(PAGE)).content.decode()
    assert (f"{late.parcel}: {late.parcel.partner}, vỡ nắp" in page, sum(found().values())) == (True, 1)
    returns.refuse(request_id=late.pk, by=SYSTEM, note="đã dùng")
    assert found() == {}


def test_with_no_time_to_decide_every_request_waits(settings: Settings) -> None:
    settings.RETURN_LATE_AFTER_H = 0
    ask_for_return(hours_ago=0)
    assert list(found().values()) == [1]


def test_lines_of_the_bank_and_failed_mail_wait() -> None:
    BankLine.objects.create(
        account_number="1",
        direction="in",
        amount=5000,
        key="FT9",
        source="webhook",
        state="waiting",
        reason="no_order",
    )
    Inbox.objects.create(kind="stripe", key="evt_1", body={})
    Email.objects.create(from_email="a@example.vn", to=["b@example.vn"], subject="Đơn", status=STATUS.failed)
    assert list(found().values()) == [1, 1]


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_for_one_and_three(
    hub: Client, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        settling.settle(payment_id=waiting().payments.get().pk, report=PaymentReport(doubt="?"), by=SYSTEM)
    hub.get(reverse(PAGE))
    with django_assert_num_queries(QUERIES):
        hub.get(reverse(PAGE))


def test_page_is_not_for_everybody(client: Client, django_user_model: Any) -> None:
    log_in(client, django_user_model)
    assert client.get(reverse(PAGE)).status_code == 302


@pytest.mark.parametrize(
    ("codenames", "status"),
    [(("view_order", "change_order"), STATUS.queued), (("view_order",), STATUS.failed)],
)
def test_failed_mail_is_sent_again_by_a_button(
    client: Client, django_user_model: Any, codenames: tuple[str, ...], status: int
) -> None:
    log_in(client, django_user_model, *codenames)
    facts = {"status": STATUS.failed, "number_of_retries": 5, "scheduled_time": timezone.now() + HOUR}
    mail = Email.objects.create(from_email="a@example.vn", to=["b@example.vn"], subject="Đơn", **facts)
    address = reverse("attention:resend_mail", args=[mail.pk])
    may = status == STATUS.queued
    assert (f'action="{address}"' in client.get(reverse(PAGE)).content.decode()) == may
    client.post(address)
    mail.refresh_from_db()
    assert (mail.status, mail in get_queued()) == (status, may)
    Email.objects.update(status=STATUS.sent)
    client.post(address)
    assert Email.objects.get().status == STATUS.sent
