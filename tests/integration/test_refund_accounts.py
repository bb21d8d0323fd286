"""A refund by bank needs the buyer's account: asked for by mail, given on the order's page, seen by staff only."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from post_office.models import Email
from pytest_django.fixtures import Settings

from shop.order import mails, parcels
from shop.order.audit import SYSTEM, Actor
from shop.order.models import Order, OrderMail
from shop.payment import refund_accounts, refunding, settling
from shop.payment.forms import RefundAccountForm
from shop.payment.models import Payment, Refund, RefundAccount
from shop.payment.providers.base import RefundAnswer
from shop.ratelimit import REFUND_ACCOUNT
from tests.factories import make_product
from tests.integration.test_order_desk import log_in
from tests.prepaid import COD, PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db
NUMBER = "0011001234567"
ACCOUNT = {"bank": "970436", "number": "0011 0012 34567", "holder": "Nguyễn Thị Ánh"}
STAFF = Actor(name="Hoa")


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [PATH, COD]
    Prepaid.forget()
    make_market()
    yield
    Prepaid.forget()


def paid() -> Payment:
    order = make_order(make_product(stock=5), make_product(stock=5), purchase=make_purchase(method="prepaid"))
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax))
    return settling.look(payment_id=payment.pk, by=SYSTEM)


def refund(payment: Payment, amount: int = 1000, way: Refund.Way = Refund.Way.BANK) -> Refund:
    key = f"test-{payment.refunds.count()}"
    return refunding.request(payment=payment, amount=Decimal(amount), key=key, by=STAFF, way=way)


def give(browser: Client, order: Order, **fields: str) -> Any:
    return browser.post(reverse("order:refund_account", args=[order.token]), {**ACCOUNT, **fields})


def page(browser: Client, order: Order) -> str:
    return browser.get(order.get_absolute_url()).content.decode()


def told(order: Order, kind: OrderMail.Kind) -> int:
    return order.mails.filter(kind=kind).count()


def test_buyer_gives_the_account_and_sees_its_end_only(client: Client) -> None:
    one = refund(paid())
    order = one.payment.order
    two = refund(one.payment, 500)
    assert "Chúng tôi hoàn bạn 1.500" in page(client, order)
    assert give(client, order).status_code == 302
    found = [(row.refund, row.bank, row.number, row.holder) for row in RefundAccount.objects.all()]
    assert found == [(each, "970436", NUMBER, "NGUYEN THI ANH") for each in (one, two)]
    shown = page(client, order)
    assert ("Vietcombank •••4567" in shown, NUMBER in shown, "NGUYEN" in shown) == (True, False, False)


def test_account_is_changed_until_the_money_is_sent(client: Client) -> None:
    one = refund(paid())
    order = one.payment.order
    give(client, order)
    give(client, order, number="99 8877")
    assert RefundAccount.objects.get().number == "998877"
    refunding.finish(refund_id=one.pk, answer=RefundAnswer(reference="FT1", done=True), by=STAFF)
    assert "Chúng tôi hoàn bạn" not in page(client, order)
    assert give(client, order).status_code == 302
    assert RefundAccount.objects.get().number == "998877"


def test_log_and_mail_name_no_full_number(client: Client) -> None:
    order = refund(paid()).payment.order
    for _ in range(2):
        give(client, order)
    notes = list(order.log.filter(verb="note").values_list("actor_name", "note"))
    assert notes == [("người mua", "Tài khoản nhận tiền hoàn: Vietcombank •••4567")]
    assert told(order, OrderMail.Kind.REFUND_TO) == 1


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nonsense_is_told_and_not_kept(client: Client, language: str) -> None:
    order = refund(paid()).payment.order
    with translation.override(language):
        answer = give(client, order, number="12 é")
    assert (answer.status_code, RefundAccount.objects.count()) == (422, 0)
    words = {"vi": "Từ 4 đến 19 chữ số hoặc chữ cái.", "en": "4 to 19 digits or letters."}[language]
    assert words in answer.content.decode()
    assert 'value="12 é"' in answer.content.decode()


def test_holder_that_is_too_long_in_capitals_is_told(client: Client) -> None:
    order = refund(paid()).payment.order
    assert (give(client, order, holder="ß" * 80).status_code, RefundAccount.objects.count()) == (422, 0)


def test_account_is_checked_like_the_hubs_own() -> None:
    assert RefundAccountForm(ACCOUNT).is_valid()
    nonsense = [{"bank": ""}, {"bank": "123456"}, {"bank": "970408"}, {"number": ""}, {"number": "1" * 20},
                {"number": "=1+1"}, {"holder": ""}, {"holder": "123"}, {"holder": "a" * 81},
                {"holder": "ß" * 80}]  # fmt: skip
    found = [list(RefundAccountForm({**ACCOUNT, **wrong}).errors) for wrong in nonsense]
    assert found == [list(wrong) for wrong in nonsense]


@pytest.mark.parametrize("way", [None, Refund.Way.CARD, Refund.Way.CASH])
def test_nobody_is_asked_where_no_transfer_is_due(client: Client, way: Refund.Way | None) -> None:
    payment = paid()
    if way:
        refund(payment, way=way)
    assert "Chúng tôi hoàn bạn" not in page(client, payment.order)
    assert give(client, payment.order).status_code == 302
    assert not RefundAccount.objects.exists()
    assert told(payment.order, OrderMail.Kind.REFUND_DUE) == 0


def test_one_mail_asks_for_all_that_waits_and_a_later_refund_keeps_the_account(client: Client) -> None:
    one = refund(paid())
    order = one.payment.order
    refund(one.payment)
    assert told(order, OrderMail.Kind.REFUND_DUE) == 1
    give(client, order)
    assert refund(one.payment).account.number == NUMBER
    assert told(order, OrderMail.Kind.REFUND_DUE) == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ["ghi tài khoản ngân hàng nhận tiền", "hãy ghi tài khoản nhận tiền", "Vietcombank •••4567"]),
        ("en", ["enter the bank account", "please enter your bank account", "Vietcombank •••4567"]),
    ],
)
def test_mails_say_where_to_enter_the_account(client: Client, language: str, words: list[str]) -> None:
    payment = paid()
    order = payment.order
    mails.queue_due()
    Email.objects.all().delete()
    Order.objects.filter(pk=order.pk).update(language=language)
    refund(payment)
    parcels.cancel(parcel_id=order.parcels.all()[0].pk, by=STAFF)
    mails.queue_due()
    give(client, order)
    mails.queue_due()
    found = [email.message for email in Email.objects.order_by("pk")]
    assert [text in mail for text, mail in zip(words, found, strict=True)] == [True] * 3
    assert not any(NUMBER in mail for mail in found)


def test_mail_names_the_new_account_beside_an_older_one_that_was_paid(client: Client) -> None:
    one = refund(paid())
    order, two = one.payment.order, refund(one.payment)
    give(client, order, number="11112222")
    refunding.finish(refund_id=two.pk, answer=RefundAnswer(reference="FT2", done=True), by=STAFF)
    mails.queue_due()
    give(client, order, number="33334444")
    mails.queue_due()
    assert "•••4444" in Email.objects.latest("pk").message


def test_too_many_changes_are_braked(client: Client) -> None:
    order = refund(paid()).payment.order
    for number in range(REFUND_ACCOUNT.tries):
        assert give(client, order, number=f"1000{number}").status_code == 302
    assert give(client, order).status_code == 422
    assert RefundAccount.objects.get().number == f"1000{REFUND_ACCOUNT.tries - 1}"


def test_staff_type_it_in_and_see_the_whole_number(client: Client, django_user_model: Any) -> None:
    log_in(client, django_user_model, "view_order", "change_order")
    order = refund(paid()).payment.order
    data = {f"account-{name}": value for name, value in ACCOUNT.items()}
    url = reverse("shop_orders:refund_account", args=[order.pk])
    wrong = client.post(url, {**data, "account-number": "12AB-??"})
    assert (wrong.status_code, RefundAccount.objects.count()) == (422, 0)
    for value in ("12AB-??", ACCOUNT["holder"]):
        assert f'value="{value}"' in wrong.content.decode()
    assert NUMBER in client.post(url, data, follow=True).content.decode()
    assert order.log.get(verb="note").actor_name == "hoa@example.vn"


def test_who_may_only_look_sees_the_end_and_changes_nothing(client: Client, django_user_model: Any) -> None:
    order = refund(paid()).payment.order
    give(client, order)
    log_in(client, django_user_model, "view_order")
    shown = client.get(reverse("shop_orders:detail", args=[order.pk])).content.decode()
    assert ("Vietcombank •••4567" in shown, NUMBER in shown) == (True, False)
    data = {f"account-{name}": value for name, value in {**ACCOUNT, "number": "5555"}.items()}
    client.post(reverse("shop_orders:refund_account", args=[order.pk]), data)
    assert RefundAccount.objects.get().number == NUMBER


def test_account_is_forgotten_some_time_after_the_transfer(client: Client, settings: Settings) -> None:
    one = refund(paid())
    give(client, one.payment.order)
    assert later(settings.REFUND_ACCOUNT_KEEP_D + 100) == 0
    refunding.finish(refund_id=one.pk, answer=RefundAnswer(reference="FT1", done=True), by=STAFF)
    assert later(settings.REFUND_ACCOUNT_KEEP_D - 1) == 0
    assert later(settings.REFUND_ACCOUNT_KEEP_D + 1) == 1
    assert later(settings.REFUND_ACCOUNT_KEEP_D + 1) == 0
    assert not RefundAccount.objects.exists()


def later(days: int) -> int:
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        return refund_accounts.forget_old()


def test_page_in_english(client: Client) -> None:
    order = refund(paid()).payment.order
    with translation.override("en"):
        assert "We are giving you 1" in page(client, order)
