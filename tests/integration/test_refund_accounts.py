"""A refund by bank needs the buyer's account: asked for by mail, given on the order's page, seen by staff only."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from post_office.models import Email
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM, Actor
from shop.core.ratelimit import REFUND_ACCOUNT
from shop.customer.orders import proof
from shop.fulfilment import parcels
from shop.order import mails
from shop.order.models import Order, OrderMail
from shop.payment import settling
from shop.payment.forms import RefundAccountForm
from shop.payment.models import Payment, Refund, RefundAccount
from shop.payment.providers.base import RefundAnswer
from shop.payment.refunds import refund_accounts, refunding
from shop.users.mail_codes import CodeFor
from tests.factories import make_product
from tests.prepaid import Prepaid
from tests.shop import make_order, make_purchase
from tests.staff import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prepaid_market")]
NUMBER = "0011001234567"
ACCOUNT = {"bank": "970436", "number": "0011 0012 34567", "holder": "Nguyễn Thị Ánh"}
STAFF = Actor(name="Hoa")


def paid() -> Payment:
    order = make_order(make_product(stock=5), make_product(stock=5), purchase=make_purchase(method="prepaid"))
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax), f"tx-{payment.pk}")
    return settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)


def refund(payment: Payment, amount: int = 1000, way: Refund.Way = Refund.Way.BANK) -> Refund:
    key = f"test-{payment.pk}-{payment.refunds.count()}"
    return refunding.request(payment=payment, amount=Decimal(amount), key=key, by=STAFF, way=way)


def give(browser: Client, order: Order, **fields: str) -> Any:
    """Say where the money goes, with the code from the mailbox."""
    answer = send(browser, order, **fields)
    if answer.status_code != 422 or list(answer.context["transfer"]["form"].errors) != ["code"]:
        return answer
    return send(browser, order, **fields, code=code_of(order))


def send(browser: Client, order: Order, **fields: str) -> Any:
    return browser.post(reverse("order:refund_account", args=[order.token]), {**ACCOUNT, **fields})


def look_up(browser: Client, order: Order, phone: str, number: int = 0) -> Any:
    """Look an order up, from some address of the network."""
    data = {"code": order.number, "contact": phone}
    return browser.post(reverse("order:lookup"), data, REMOTE_ADDR=f"198.51.100.{number}")


def code_of(order: Order) -> str:
    """Take the code out of the mailbox; "" where none was sent."""
    words = Q(subject__contains="xác nhận tài khoản") | Q(subject__startswith="Code for the account")
    mail = Email.objects.filter(words, to=order.email).last()
    if mail is None:
        return ""
    mail.delete()
    return str(re.search(r"\b(\d{6})\b", mail.message)[1])


def page(browser: Client, order: Order) -> str:
    return browser.get(order.get_absolute_url()).content.decode()


def panel(text: str) -> str:
    """Return the part of an order's page that asks where a refund goes."""
    return text.partition('id="nhan-hoan"')[2].partition("</section>")[0]


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


def test_too_many_changes_are_braked(client: Client, settings: Settings) -> None:
    settings.MAILS_PER_RECIPIENT = 0
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


def test_it_is_never_changed_without_a_mail(client: Client, settings: Settings) -> None:
    settings.MAILS_PER_RECIPIENT = 3
    order = refund(paid()).payment.order
    answers = [give(client, order, number=f"00110012345{number}") for number in range(10, 15)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 422, 422]
    assert "thử lại sau một giờ" in answers[-1].content.decode()
    assert RefundAccount.objects.get().number == "0011001234512"
    assert told(order, OrderMail.Kind.REFUND_TO) == 3


class TestProof:
    """Whoever has the order's link sees the order; where money goes needs its mailbox, or its telephone's end."""

    def test_the_link_alone_changes_nothing(self, client: Client) -> None:
        order = refund(paid()).payment.order
        answer = send(client, order)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "vừa gửi một mã 6 số tới anh@example.vn" in text
        assert "không bắt buộc" not in panel(text)
        assert 'name="code"' in text
        assert f'value="{ACCOUNT["number"]}"' in text
        assert send(client, order, code="").status_code == 422
        wrong = "111111" if code_of(order) != "111111" else "222222"
        assert "Mã không đúng" in send(client, order, code=wrong).content.decode()
        assert not RefundAccount.objects.exists()
        assert told(order, OrderMail.Kind.REFUND_TO) == 0
        send(client, order, code="")
        assert send(client, order, code=f" {code_of(order)} ").status_code == 302
        assert RefundAccount.objects.get().number == NUMBER

    def test_codes_are_not_guessed(self, client: Client) -> None:
        order = refund(paid()).payment.order
        send(client, order)
        code = code_of(order)
        for _ in range(10):
            send(client, order, code="000000" if code != "000000" else "111111")
        for typed in (code, ""):
            answer = send(client, order, code=typed)
            assert answer.status_code == 422
            assert "Mã bị nhập sai quá nhiều lần" in answer.content.decode()
        assert not code_of(order)  # no other one is mailed, which would not do
        assert not RefundAccount.objects.exists()

    def test_right_codes_are_no_guesses(self, client: Client, settings: Settings) -> None:
        settings.MAILS_PER_RECIPIENT = 0
        order = refund(paid()).payment.order
        send(client, order)
        code = code_of(order)
        wrong = "000000" if code != "000000" else "111111"
        for number in range(3):
            for _ in range(5):
                send(client, order, code=wrong)
            answer = send(client, order, code=code, number=f"1000{number}")
            assert answer.status_code == 302

    def test_code_of_another_order_opens_nothing(self, client: Client) -> None:
        order = refund(paid()).payment.order
        other = CodeFor(proof.CODE_GUESSES, str(order.pk + 1), order.email).code()
        assert send(client, order, code=other).status_code == 422

    def test_without_a_mailbox_the_end_of_the_telephone_is_asked_for(self, client: Client) -> None:
        order = refund(paid()).payment.order
        Order.objects.filter(pk=order.pk).update(guest_email="")
        shown = page(client, order)
        assert "4 số cuối của số điện thoại" in shown
        assert "0912 34• •••" in shown
        assert "0912 345" not in shown
        assert "không bắt buộc" not in panel(shown)
        assert "Bốn số cuối không đúng" not in send(client, order).content.decode()
        for _ in range(3):
            assert send(client, order, code="0000").status_code == 422
        assert send(client, order, code="5678").status_code == 302

    def test_ends_of_telephones_are_not_guessed(self, client: Client) -> None:
        order = refund(paid()).payment.order
        Order.objects.filter(pk=order.pk).update(guest_email="")
        for number in range(5):
            send(client, order, code=f"{number:04d}")
        assert send(client, order, code="5678").status_code == 422

    def test_nor_with_the_help_of_the_look_up(self, client: Client) -> None:
        """The page shows the code and six digits; the look-up said right or wrong to whoever had many addresses."""
        order = refund(paid()).payment.order
        Order.objects.filter(pk=order.pk).update(guest_email="")
        for number in range(3):
            assert look_up(client, order, f"0912 34{number:04d}", number).status_code == 422
        assert look_up(client, order, "0912345678").status_code == 302  # who knows it begins anew
        for number in range(5):
            assert look_up(client, order, f"0912 34{number:04d}", number).status_code == 422
        answer = look_up(client, order, "0912345678", 9)
        assert answer.status_code == 422
        assert "nhập sai số điện thoại nhiều lần" in answer.content.decode()
        assert send(client, order, code="5678").status_code == 422

    def test_orders_with_a_mailbox_are_looked_up_as_ever(self, client: Client) -> None:
        order = refund(paid()).payment.order
        for number in range(6):
            assert look_up(client, order, f"0912 34{number:04d}", number).status_code == 422
        assert look_up(client, order, "0912345678", 9).status_code == 302

    def test_buyers_without_a_mailbox_do_not_use_up_each_others_changes(
        self, client: Client, settings: Settings
    ) -> None:
        settings.MAILS_PER_RECIPIENT = 1
        orders = [refund(paid()).payment.order for _ in range(2)]
        Order.objects.update(guest_email="")
        assert [send(client, order, code="5678").status_code for order in orders] == [302, 302]
        assert send(client, orders[0], number="998877", code="5678").status_code == 422

    def test_english(self, client: Client) -> None:
        order = refund(paid()).payment.order
        with translation.override("en"):
            assert (
                "We have just sent a code of 6 digits to anh@example.vn"
                in send(client, order).content.decode()
            )
