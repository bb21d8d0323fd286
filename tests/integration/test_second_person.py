"""Large refunds and payouts wait for a second person, where the setting says so."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.backoffice.attention import second_person as attention
from shop.backoffice.attention.page import refunds_to_make
from shop.core.actors import SYSTEM, Actor, buyer
from shop.fulfilment.cancelling import cancel_order
from shop.ledger import payouts, posting, transfer_files
from shop.ledger.models import Payout, PayoutLog
from shop.order.models import Order
from shop.payment import jobs, settling
from shop.payment.models import Payment, Refund, RefundApproval
from shop.payment.providers.base import RefundAnswer
from shop.payment.refunds import refunding
from tests.factories import make_partner, make_product
from tests.integration.test_order_money import give, note
from tests.prepaid import Prepaid
from tests.producer_accounts import log_in
from tests.shop import make_order, make_purchase
from tests.staff import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prepaid_market")]
BANK = {"bank_bin": "970436", "bank_account": "0011001234567", "bank_holder": "HTX GOM"}
RIGHTS = ("view_order", "change_order", "view_payout", "change_payout")


@pytest.fixture(autouse=True)
def limit(settings: Settings) -> None:
    settings.SECOND_PERSON_ABOVE = 50_000


@pytest.fixture
def hoa(django_user_model: Any) -> Client:
    return log_in(make_staff(django_user_model, *RIGHTS))


@pytest.fixture
def duc(django_user_model: Any) -> Client:
    return log_in(make_staff(django_user_model, *RIGHTS, email="duc@example.vn"))


@pytest.fixture
def payment() -> Payment:
    order = make_order(make_product(stock=5, price=200_000), purchase=make_purchase(method="prepaid"))
    made = order.payments.get()
    Prepaid.receive(made, int(order.total_incl_tax))
    settling.fetch_and_settle(payment_id=made.pk, by=SYSTEM)
    made.refresh_from_db()
    return made


def confirm(client: Client, refund: Refund) -> str:
    url = reverse("shop_orders:confirm_refund", args=[refund.payment.order_id, refund.pk])
    return client.post(url, follow=True).content.decode()


def sent(refund: Refund) -> bool:
    refund.refresh_from_db()
    return refund.attempts > 0 or refund.state == Refund.State.DONE


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Prepaid, "refund", lambda _self, refund: RefundAnswer(refund.key, done=True))


def test_a_large_refund_is_sent_once_another_person_confirms(
    hoa: Client, duc: Client, payment: Payment, answers: None, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = give(hoa, payment, amount="60000").content.decode()
    assert "Chờ người thứ hai xác nhận" in page
    refund = Refund.objects.get()
    button = reverse("shop_orders:confirm_refund", args=[payment.order_id, refund.pk])
    assert button not in page
    jobs.send_refunds()
    assert not sent(refund)
    assert not refunds_to_make(timezone.now() + timedelta(days=1)).exists()
    assert attention.refunds().count == 1
    assert "cần người thứ hai" in confirm(hoa, refund)
    assert not sent(refund)
    assert button in duc.get(reverse("shop_orders:detail", args=[payment.order_id])).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert "Đã xác nhận khoản hoàn." in confirm(duc, refund)
    assert sent(refund)
    assert refund.state == Refund.State.DONE
    assert "không còn chờ" in confirm(duc, refund)
    assert payment.order.log.filter(actor__email="duc@example.vn", note="người thứ hai xác nhận").exists()
    assert attention.refunds().count == 0


def test_one_by_hand_is_neither_listed_nor_noted_before(hoa: Client, duc: Client, payment: Payment) -> None:
    give(hoa, payment, amount="60000", way="bank")
    refund = Refund.objects.get()
    table = reverse("shop_refunds:bank_list")
    assert "60000" not in hoa.get(table).content.decode()
    assert "chờ người thứ hai" in note(hoa, refund, "FT1")
    refund.refresh_from_db()
    assert refund.state == Refund.State.REQUESTED
    confirm(duc, refund)
    assert "60000" in hoa.get(table).content.decode()
    note(hoa, refund, "FT1")
    refund.refresh_from_db()
    assert refund.state == Refund.State.DONE


def test_several_small_ones_count_together(hoa: Client, payment: Payment, answers: None) -> None:
    for number in range(3):
        give(hoa, payment, amount="20000", key=f"k{number}")
    assert [refund.is_unapproved for refund in Refund.objects.order_by("pk")] == [False, False, True]


def test_one_that_waits_is_dropped_not_sent(hoa: Client, duc: Client, payment: Payment) -> None:
    give(hoa, payment, amount="60000")
    refund = Refund.objects.get()
    drop = reverse("shop_orders:drop_refund", args=[payment.order_id, refund.pk])
    hoa.post(drop, {f"drop-{refund.pk}-reason": "gõ nhầm"})
    refund.refresh_from_db()
    assert refund.state == Refund.State.CANCELLED
    assert "không còn chờ" in confirm(duc, refund)
    refunding.send(refund.pk)
    assert not sent(refund)


def test_what_is_the_buyers_right_and_small_sums_wait_for_nobody(
    hoa: Client, payment: Payment, settings: Settings
) -> None:
    give(hoa, payment, amount="50000")
    assert not RefundApproval.objects.exists()
    settings.SECOND_PERSON_ABOVE = 0
    give(hoa, payment, amount="60000", key="k2")
    assert not RefundApproval.objects.exists()


def test_a_buyers_own_cancelling_waits_for_nobody(payment: Payment) -> None:
    cancel_order(order_id=payment.order_id, by=buyer(payment.order.user))
    assert Refund.objects.get().amount > 50_000
    assert not RefundApproval.objects.exists()


@pytest.fixture
def partner() -> Any:
    made = make_partner(**BANK)
    posting.adjust(
        partner=made, amount=Decimal(90_000), reason="thử", key=f"thu-{made.pk}", by=Actor(name="Hoa")
    )
    return made


def test_a_large_payout_waits_for_another_person(hoa: Client, duc: Client, partner: Any) -> None:
    hoa.post(reverse("shop_payouts:run"))
    payout = Payout.objects.get()
    page, button = (reverse(f"shop_payouts:{name}", args=[payout.pk]) for name in ("detail", "confirm"))
    shown = hoa.get(page).content.decode()
    assert "Chờ người thứ hai xác nhận" in shown
    assert button not in shown
    files = hoa.post(reverse("shop_payouts:files"), follow=True).content.decode()
    assert "chờ người thứ hai xác nhận" in files
    assert not transfer_files.waiting()
    pay = reverse("shop_payouts:pay", args=[payout.pk])
    assert "chờ người thứ hai" in hoa.post(pay, {"reference": "FT1"}, follow=True).content.decode()
    assert "cần người thứ hai" in hoa.post(button, follow=True).content.decode()
    assert attention.payouts().count == 1
    assert button in duc.get(page).content.decode()
    assert "Đã xác nhận" in duc.post(button, follow=True).content.decode()
    assert "đã được xác nhận" in duc.post(button, follow=True).content.decode()
    assert PayoutLog.objects.filter(verb="confirm", actor__email="duc@example.vn").count() == 1
    assert transfer_files.waiting() == [payout]
    hoa.post(pay, {"reference": "FT1"})
    payout.refresh_from_db()
    assert payout.is_paid
    assert attention.payouts().count == 0
    assert "đã được ghi là đã chuyển" in duc.post(button, follow=True).content.decode()


def test_small_payouts_wait_for_nobody(hoa: Client, partner: Any, settings: Settings) -> None:
    settings.SECOND_PERSON_ABOVE = 90_000
    payouts.run(by=SYSTEM)
    payout = Payout.objects.get()
    assert not payout.is_unapproved
    answer = hoa.post(reverse("shop_payouts:confirm", args=[payout.pk]), follow=True)
    assert "không cần xác nhận" in answer.content.decode()


def test_orders_page_asks_no_more_for_three_refunds(
    hoa: Client, payment: Payment, django_assert_num_queries: Any
) -> None:
    page = reverse("shop_orders:detail", args=[payment.order_id])
    give(hoa, payment, amount="60000", way="bank")
    hoa.get(page)
    with CaptureQueriesContext(connection) as one:
        hoa.get(page)
    queries = len(one)
    for number in range(2):
        give(hoa, payment, amount="1000", way="bank", key=f"k{number}")
    with django_assert_num_queries(queries):
        hoa.get(page)
    assert Order.objects.count() == 1
