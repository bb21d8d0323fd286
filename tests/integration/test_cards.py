"""Paying by card, from the checkout to the money, whatever the network, the buyer and Stripe do."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from demo.stripe_double import acts, notifications
from shop.core.actors import SYSTEM
from shop.order.models import Order, OrderLog
from shop.payment import attempts, expiring, settling
from shop.payment.models import Inbox, Payment, Refund
from shop.payment.providers import provider
from shop.payment.providers.base import Bill, PaymentUnavailable
from shop.payment.providers.stripe import sessions
from tests.cards import INTENT, SESSION, begin, begun, booked, come_back, market, receipts, state, waiting
from tests.factories import make_product
from tests.shop import fill_basket, place, walk_to_review
from tests.stripe import change, deliver, double, plan, post, things

__all__ = ["double", "market"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("double")]


def test_checkout_leads_to_the_pay_page(client: Client, site_root: Any) -> None:
    fill_basket(client, make_product(price=250_000, stock=5))
    response = place(client, walk_to_review(client, method="card"))
    [opened] = things(SESSION)
    order = Order.objects.get()
    assert response["Location"] == opened["url"]
    assert (order.status, order.payments.get().reference) == ("Pending payment", opened["id"])


def test_session_says_what_is_paid_and_where_to_go() -> None:
    order, payment = begun()
    [opened] = things(SESSION)
    assert (opened["amount_total"], opened["currency"]) == (order.total_incl_tax, "vnd")
    assert opened["metadata"] == {"payment": payment.token, "order": order.number}
    assert opened["payment_intent_data"] == {"metadata": opened["metadata"]}
    assert opened["client_reference_id"] == payment.token
    assert opened["adaptive_pricing"] == {"enabled": False}
    assert opened["success_url"] == f"https://cho.example/don-hang/{order.token}/thanh-toan/xong/"
    assert opened["cancel_url"] == f"https://cho.example/don-hang/{order.token}/"
    assert opened["expires_at"] == int((payment.created_at + timedelta(minutes=32)).timestamp())
    assert payment.deadline is not None
    assert payment.deadline - payment.created_at > timedelta(minutes=34)


def test_english_order_goes_to_english_pages() -> None:
    with translation.override("en"):
        order = waiting()
    begin(order.payments.get())
    [opened] = things(SESSION)
    assert opened["locale"] == "en"
    assert opened["success_url"] == f"https://cho.example/en/orders/{order.token}/payment/done/"
    assert opened["line_items"][0]["price_data"]["product_data"]["name"] == f"Order {order.number}"


def test_paid_by_coming_back(client: Client) -> None:
    order, _payment = begun()
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    come_back(client, order)
    assert booked(order)
    assert deliver(client) == [200, 200]
    come_back(client, order)
    assert booked(order)


def test_paid_by_notification_before_coming_back(client: Client) -> None:
    order, payment = begun()
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    assert deliver(client) == [200, 200]
    assert booked(order)
    [notice] = Inbox.objects.all()
    assert (notice.kind, notice.payment, notice.done_at is not None) == ("stripe", payment, True)
    come_back(client, order)
    assert booked(order)
    assert OrderLog.objects.filter(order=order, verb="pay").count() == 1


def test_notifications_twice_and_in_any_order(client: Client) -> None:
    order, _payment = begun()
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    acts.refund(things(INTENT)[0]["id"], 50_000)
    found = notifications.undelivered()
    assert deliver(client, [*reversed(found), *found, *found]) == [200] * 3 * len(found)
    assert booked(order)
    assert list(Refund.objects.values_list("amount", "external", "state")) == [(50_000, True, "done")]


def test_timer_finds_what_no_notification_told(client: Client) -> None:
    order, payment = begun()
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert booked(order)


def test_coming_back_without_paying_changes_nothing(client: Client) -> None:
    order, _payment = begun()
    come_back(client, order)
    assert (state(order), receipts()) == (("Pending payment", ["pending"]), [])


def test_declined_then_paid(client: Client) -> None:
    order, _payment = begun()
    page = things(SESSION)[0]["id"]
    acts.pay(page, acts.DECLINED)
    assert deliver(client) == [200]
    come_back(client, order)
    assert state(order) == ("Pending payment", ["pending"])
    acts.pay(page, acts.CHALLENGED)
    acts.challenge(page, passed=True)
    come_back(client, order)
    assert booked(order)


def test_lost_answer_makes_no_second_session() -> None:
    order = waiting()
    payment = order.payments.get()
    plan("lose", "drop", "drop", call="POST /v1/checkout/sessions")
    with pytest.raises(PaymentUnavailable):
        begin(payment)
    payment.refresh_from_db()
    assert (payment.reference, len(things(SESSION))) == (None, 1)
    assert begin(payment) == things(SESSION)[0]["url"]
    payment.refresh_from_db()
    assert [payment.reference] == [row["id"] for row in things(SESSION)]


def test_process_that_died_before_it_wrote_the_session_down(client: Client) -> None:
    """The buyer has paid, and nothing here knows the session: the notification's metadata does."""
    order, payment = begun()
    Payment.objects.update(reference=None)
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    assert deliver(client) == [200, 200]
    assert booked(order)
    payment.refresh_from_db()
    assert payment.reference == things(SESSION)[0]["id"]


def test_process_that_died_is_found_by_the_timer_too() -> None:
    order, payment = begun()
    Payment.objects.update(reference=None)
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert booked(order)


def test_provider_down_leaves_the_order_and_another_try(client: Client, site_root: Any) -> None:
    fill_basket(client, make_product(price=250_000, stock=5))
    review = walk_to_review(client, method="card")
    plan("drop", "drop", "drop")
    response = place(client, review)
    order = Order.objects.get()
    assert response["Location"] == order.get_absolute_url()
    assert state(order) == ("Pending payment", ["pending"])
    response = client.post(reverse("order:pay", args=[order.token]), {"method": "card"})
    assert response["Location"] == things(SESSION)[0]["url"]
    assert Payment.objects.count() == 1


def test_coming_back_while_stripe_is_silent(client: Client) -> None:
    order, _payment = begun()
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    plan("drop", "drop", "drop")
    come_back(client, order)
    assert state(order) == ("Pending payment", ["pending"])
    come_back(client, order)
    assert booked(order)


def test_session_that_never_opened_ends_the_attempt() -> None:
    order = waiting()
    payment = order.payments.get()
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        with pytest.raises(PaymentUnavailable):
            begin(payment)
        settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
        assert state(order) == ("Pending payment", ["failed"])
        again = attempts.pay_with(order_id=order.pk, code="card", by=SYSTEM)
        assert begin(again) == things(SESSION)[0]["url"]
    assert state(order) == ("Pending payment", ["failed", "pending"])


def test_time_is_up_closes_the_session_and_frees_the_stock(client: Client) -> None:
    order, _payment = begun()
    with time_machine.travel(timezone.now() + timedelta(minutes=36)):
        assert expiring.expire_due() == 1
        assert things(SESSION)[0]["status"] == "expired"
        assert state(order) == ("Expired", ["expired"])
        assert deliver(client) == [200]
    assert state(order) == ("Expired", ["expired"])


def test_money_that_came_in_the_last_second_places_the_order() -> None:
    order, _payment = begun()
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    with time_machine.travel(timezone.now() + timedelta(minutes=36)):
        assert expiring.expire_due() == 0
    assert booked(order)


def test_silent_stripe_keeps_no_stock() -> None:
    order, _payment = begun()
    with time_machine.travel(timezone.now() + timedelta(minutes=36)):
        plan("fail", "fail", "fail")
        assert expiring.expire_due() == 1
    assert state(order) == ("Expired", ["expired"])


def test_session_of_another_account_holds_no_stock_for_ever() -> None:
    order, _payment = begun()
    Payment.objects.update(reference="cs_test_of_another_account")
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        with pytest.raises(PaymentUnavailable):
            settling.fetch_and_settle(payment_id=order.payments.get().pk, by=SYSTEM)
        assert expiring.expire_due() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=36)):
        assert expiring.expire_due() == 1
    assert state(order) == ("Expired", ["expired"])


def test_paying_again_after_stripe_closed_the_page(client: Client) -> None:
    """The page closes three minutes before the stock is freed: the next press opens another one."""
    order, _payment = begun()
    with time_machine.travel(timezone.now() + timedelta(minutes=33)):
        response = client.post(reverse("order:pay", args=[order.token]), {"method": "card"})
        assert response["Location"] == things(SESSION)[0]["url"]
        assert [row["status"] for row in things(SESSION)] == ["open", "expired"]
    assert state(order) == ("Pending payment", ["failed", "pending"])


def test_paying_again_what_is_paid_already_is_noticed(client: Client) -> None:
    order, _payment = begun()
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    response = client.post(reverse("order:pay", args=[order.token]), {"method": "card"})
    assert response["Location"] == order.get_absolute_url()
    assert booked(order)
    assert len(things(SESSION)) == 1


def test_late_success_takes_the_stock_again(client: Client) -> None:
    order, _payment = begun()
    with time_machine.travel(timezone.now() + timedelta(minutes=36)):
        expiring.expire_due()
    opened = things(SESSION)[0]
    change(opened, status="open", expires_at=opened["expires_at"] + 3600)  # Stripe's word was too early
    acts.pay(opened["id"], acts.GOOD)
    deliver(client)
    assert booked(order)


def test_late_success_without_stock_goes_back(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    order, _payment = begun()
    with time_machine.travel(timezone.now() + timedelta(minutes=36)):
        expiring.expire_due()
    record = order.lines.get().stockrecord
    type(record).objects.filter(pk=record.pk).update(num_in_stock=0)
    opened = things(SESSION)[0]
    change(opened, status="open", expires_at=opened["expires_at"] + 3600)
    acts.pay(opened["id"], acts.GOOD)
    with django_capture_on_commit_callbacks(execute=True):
        deliver(client)
    assert state(order) == ("Expired", ["review"])
    assert [row["amount"] for row in things("refund")] == [order.total_incl_tax]
    assert list(Refund.objects.values_list("state", "amount")) == [("done", order.total_incl_tax)]


@pytest.mark.parametrize(
    ("lie", "words", "sums"),
    [
        ({"amount_received": 200_000}, "đơn cần", [200_000]),
        ({"currency": "usd"}, "không phải đồng", []),
    ],
)
def test_other_sum_or_currency_waits_for_a_person(
    client: Client, lie: dict[str, Any], words: str, sums: list[int]
) -> None:
    order, payment = begun()
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    change(things(INTENT)[0], **lie)
    come_back(client, order)
    payment.refresh_from_db()
    assert state(order) == ("Pending payment", ["review"])
    assert words in payment.doubt_words
    assert [row[2] for row in receipts()] == sums


def test_session_of_another_payment_is_not_believed(client: Client) -> None:
    order, _payment = begun()
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    change(things(SESSION)[0], metadata={"payment": "somebody-elses"})
    come_back(client, order)
    assert (state(order), receipts()) == (("Pending payment", ["review"]), [])


def test_foreign_session_is_ignored(client: Client) -> None:
    order, _payment = begun()
    opened = things(SESSION)[0]
    change(opened, metadata={"shop": "another"})
    Payment.objects.update(reference=None)
    acts.pay(opened["id"], acts.GOOD)
    acts.refund(things(INTENT)[0]["id"])
    change(things(INTENT)[0], metadata={})
    assert deliver(client) == [200, 200, 200]
    assert (state(order), receipts()) == (("Pending payment", ["pending"]), [])


def test_signature_must_be_right_and_fresh(client: Client, settings: Settings) -> None:
    order, _payment = begun()
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    notification = notifications.undelivered()[-1]
    with time_machine.travel(timezone.now() - timedelta(minutes=6)):
        old = notification.signature
    assert post(client, notification.body, "") == 400
    assert post(client, notification.body, "t=1,v1=00") == 400
    assert post(client, notification.body, old) == 400
    assert post(client, notification.body.replace("completed", "expired"), notification.signature) == 400
    settings.STRIPE_WEBHOOK_SECRET = ""
    assert post(client, notification.body, notification.signature) == 400
    assert not Inbox.objects.exists()
    assert state(order) == ("Pending payment", ["pending"])


def test_only_post_is_taken(client: Client) -> None:
    assert client.get(reverse("payment:stripe-webhook")).status_code == 405


def test_unknown_event_is_ignored(client: Client) -> None:
    notification = notifications.Notification(
        0, '{"id": "evt_1", "type": "customer.created", "data": {"object": {}}}'
    )
    assert post(client, notification.body, notification.signature) == 200
    assert not Inbox.objects.exists()


def test_notification_that_cannot_be_dealt_with_is_repeated(client: Client) -> None:
    order, _payment = begun()
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    notification = notifications.undelivered()[-1]
    plan("fail", "fail", "fail")
    assert post(client, notification.body, notification.signature) == 500
    notice = Inbox.objects.get()
    assert (notice.done_at, notice.error.startswith("PaymentUnavailable")) == (None, True)
    assert post(client, notification.body, notification.signature) == 200
    notice.refresh_from_db()
    assert (notice.done_at is not None, notice.error) == (True, "")
    assert booked(order)


@pytest.mark.parametrize(
    ("total", "word"),
    [(0, ""), (14_999, "15.000"), (15_000, ""), (99_999_999, ""), (100_000_000, "99.999.999")],
)
def test_bounds(total: int, word: str) -> None:
    card = provider("card")
    assert card is not None
    assert bool(card.refusal(Bill(total=Decimal(total)))) == bool(word)
    assert word in card.refusal(Bill(total=Decimal(total)))


def test_without_a_key_nobody_sees_it(client: Client, settings: Settings, site_root: Any) -> None:
    settings.STRIPE_SECRET_KEY = ""
    fill_basket(client, make_product(price=250_000, stock=5))
    walk_to_review(client)
    page = client.get(reverse("checkout:shipping-method"))
    assert "card" not in [row["value"] for row in page.context["methods"]]
    card = provider("card")
    assert card is not None
    assert card.refusal(Bill(total=Decimal(250_000)))


def test_half_a_dong_is_never_sent() -> None:
    with pytest.raises(ValueError, match="not whole"):
        sessions.whole(Decimal("1000.5"))
