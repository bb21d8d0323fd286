"""The pretended Stripe refuses what Stripe refuses; everything goes through Stripe's own library."""

import json
import time
from typing import Any

import pytest
import stripe
import time_machine
from django.core.exceptions import ImproperlyConfigured

from demo.stripe_double import acts, http_client, notifications, switches
from shop.payment.checks import stripe_double
from shop.payment.providers.stripe.client import client
from tests.stripe import double, plan, things

__all__ = ["double"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("double")]
MINUTE = 60


def order(**more: Any) -> Any:
    price = {"currency": "vnd", "unit_amount": 250_000, "product_data": {"name": "Đơn"}}
    return {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "success_url": "https://cho.example/xong/",
        "metadata": {"payment": "t" * 32},
        "expires_at": int(time.time()) + 32 * MINUTE,
        **more,
    }


def session(key: str = "cs-1", **more: Any) -> Any:
    return client().v1.checkout.sessions.create(order(**more), {"idempotency_key": key})


def paid() -> tuple[Any, str]:
    """Return a paid session and the id of its payment."""
    opened = session()
    assert acts.pay(opened.id, acts.GOOD) == "succeeded"
    return opened, things("payment_intent")[0]["id"]


def refund(intent: str, amount: int, key: str) -> Any:
    return client().v1.refunds.create(
        {"payment_intent": intent, "amount": amount, "metadata": {"refund": key}},
        {"idempotency_key": f"re-{key}"},
    )


def test_a_session_is_paid() -> None:
    opened = session()
    assert (opened.status, opened.payment_status, opened.amount_total) == ("open", "unpaid", 250_000)
    assert opened.url.endswith(f"/stripe-double/pay/{opened.id}/")
    acts.pay(opened.id, acts.GOOD)
    now = client().v1.checkout.sessions.retrieve(opened.id, {"expand": ["payment_intent"]})
    assert (now.status, now.payment_status, now.url) == ("complete", "paid", None)
    assert (now.payment_intent.amount_received, now.payment_intent.currency) == (250_000, "vnd")


PRICE = {"currency": "vnd", "unit_amount": 250_000, "product_data": {"name": "Đơn"}}


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types"),  # gone from this version of the API
        ({"nonsense": "x"}, "nonsense"),
        ({"mode": "barter"}, "mode"),
        ({"locale": "tlh"}, "locale"),
        ({"allowed_payment_method_types": ["cheque"]}, "allowed_payment_method_types[0]"),
        ({"adaptive_pricing": {"enabled": "maybe"}}, "adaptive_pricing[enabled]"),
        ({"line_items": []}, "line_items"),
        ({"line_items": [{"quantity": 1, "price_data": PRICE | {"unit_amount": "12.5"}}]}, "unit_amount"),
        ({"line_items": [{"quantity": 1, "price_data": PRICE | {"unit_amount": 1}}]}, "line_items"),
        ({"line_items": [{"quantity": 1, "price_data": PRICE | {"unit_amount": 100_000_000}}]}, "line_items"),
        ({"line_items": [{"quantity": 1, "price_data": {"unit_amount": 1}}]}, "currency"),
        ({"success_url": "/xong/"}, "success_url"),
        ({"metadata": {"k": "x" * 501}}, "metadata"),
        ({"metadata": "x"}, "metadata"),
        ({"client_reference_id": "x" * 201}, "client_reference_id"),
        ({"expires_at": 0}, "expires_at"),
    ],
)
def test_wrong_parameters_are_refused_by_name(more: Any, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        session(**more)
    assert param in str(refused.value.param)
    assert things("checkout.session") == []


@pytest.mark.parametrize(
    ("minutes", "accepted"), [(29, False), (30, True), (24 * 60, True), (24 * 60 + 1, False)]
)
def test_a_session_is_open_for_half_an_hour_to_a_day(minutes: int, accepted: bool) -> None:
    with time_machine.travel(1_800_000_000, tick=False):
        expires_at = 1_800_000_000 + minutes * MINUTE
        if accepted:
            assert session(expires_at=expires_at).status == "open"
        else:
            with pytest.raises(stripe.InvalidRequestError):
                session(expires_at=expires_at)


def test_the_same_key_gives_the_same_session() -> None:
    with time_machine.travel(1_800_000_000, tick=False):
        assert session().id == session().id
        assert len(things("checkout.session")) == 1
        with pytest.raises(stripe.IdempotencyError):
            session(client_reference_id="other")


def test_a_refused_request_does_not_use_its_key_up() -> None:
    with pytest.raises(stripe.InvalidRequestError):
        session(mode="barter")
    assert session().status == "open"


def test_a_key_is_forgotten_after_a_day() -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        first = session()
        clock.shift(24 * 3600 + 1)
        assert session().id != first.id


def test_cards_decline_and_another_pays() -> None:
    opened = session()
    assert acts.pay(opened.id, acts.DECLINED) == "requires_payment_method"
    assert acts.pay(opened.id, acts.NO_FUNDS) == "requires_payment_method"
    assert acts.pay(opened.id, acts.CHALLENGED) == "requires_action"
    assert acts.challenge(opened.id, passed=False) == "requires_payment_method"
    assert things("payment_intent")[0]["amount_received"] == 0
    assert acts.challenge(opened.id, passed=True) == "succeeded"
    assert len(things("payment_intent")) == 1
    with pytest.raises(http_client.Refused):
        acts.pay(opened.id, acts.GOOD)


def test_a_session_expires_by_the_clock_and_by_request() -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        first, second = session("a"), session("b")
        acts.pay(first.id, acts.DECLINED)
        assert client().v1.checkout.sessions.expire(second.id).status == "expired"
        clock.shift(32 * MINUTE)
        assert client().v1.checkout.sessions.retrieve(first.id).status == "expired"
    assert things("payment_intent")[0]["status"] == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        client().v1.checkout.sessions.expire(first.id)
    with pytest.raises(http_client.Refused):
        acts.pay(first.id, acts.GOOD)


def test_a_paid_session_does_not_expire() -> None:
    opened, _intent = paid()
    with pytest.raises(stripe.InvalidRequestError):
        client().v1.checkout.sessions.expire(opened.id)


def test_no_more_goes_back_than_came() -> None:
    _session, intent = paid()
    assert refund(intent, 200_000, "a").status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError):
        refund(intent, 50_001, "b")
    acts.refund(intent)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refund(intent, 1, "c")
    assert refused.value.code == "charge_already_refunded"
    rows = client().v1.refunds.list({"payment_intent": intent}).data
    assert [row.amount for row in rows] == [50_000, 200_000]


def test_a_dispute_is_listed() -> None:
    _session, intent = paid()
    made = acts.dispute(intent)
    acts.decide_dispute(made["id"], won=False)
    rows = client().v1.disputes.list({"payment_intent": intent, "limit": 100}).data
    assert [(row.amount, row.status) for row in rows] == [(250_000, "lost")]


def test_nothing_goes_back_while_it_is_disputed_nor_what_was_lost() -> None:
    _session, intent = paid()
    made = acts.dispute(intent, 100_000)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refund(intent, 1, "a")
    assert refused.value.code == "charge_disputed"
    acts.decide_dispute(made["id"], won=False)
    with pytest.raises(stripe.InvalidRequestError):
        refund(intent, 150_001, "b")
    assert refund(intent, 150_000, "c").status == "succeeded"


def test_an_inquiry_takes_no_money_and_a_warning_names_the_payment() -> None:
    _session, intent = paid()
    acts.inquire(intent)
    acts.warn_of_fraud(intent)
    assert refund(intent, 250_000, "a").status == "succeeded"
    kinds = [json.loads(one.body)["type"] for one in notifications.undelivered()]
    assert kinds[2:4] == ["charge.dispute.created", "radar.early_fraud_warning.created"]
    assert things("radar.early_fraud_warning")[0]["payment_intent"] == intent


def test_a_second_session_is_another_payment_of_the_same_metadata() -> None:
    opened, intent = paid()
    second = acts.pay_second_session(opened.id)
    assert second != intent
    assert {row["metadata"]["payment"] for row in things("checkout.session")} == {"t" * 32}


def test_a_network_stays_as_it_was_switched() -> None:
    opened = session()
    for network in ("outage", "refused"):
        switches.set_network(network)
        with pytest.raises((stripe.APIConnectionError, stripe.APIError)):  # after three tries
            client().v1.checkout.sessions.expire(opened.id)
    switches.set_network("hang", 0.05)
    began = time.monotonic()
    assert client().v1.checkout.sessions.expire(opened.id).status == "expired"
    assert time.monotonic() - began >= 0.05
    switches.set_network("up")
    with pytest.raises(http_client.Refused):
        switches.set_network("down")


def test_a_lost_answer_is_repeated_by_the_library() -> None:
    plan("lose", "drop", call="POST /v1/checkout/sessions")
    session()
    assert len(things("checkout.session")) == 1


def test_silence_and_errors_come_through_after_the_retries() -> None:
    plan("drop", "drop", "drop")
    with pytest.raises(stripe.APIConnectionError):
        session()
    plan("fail", "fail", "fail")
    with pytest.raises(stripe.APIError):
        session()
    assert things("checkout.session") == []


def test_a_wrong_key_is_refused(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = "sk_live_of_somebody"
    with pytest.raises(stripe.AuthenticationError):
        session()


def test_what_the_shop_never_calls_is_unknown() -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized"):
        client().v1.customers.create({})
    with pytest.raises(stripe.InvalidRequestError, match="No such"):
        client().v1.payment_intents.retrieve("pi_none")


def test_notifications_are_signed_and_wait_until_taken() -> None:
    paid()
    first, second = notifications.undelivered()
    assert stripe.WebhookSignature.verify_header(first.body, first.signature, http_client.WEBHOOK_SECRET, 300)
    notifications.mark_delivered(first)
    assert notifications.undelivered() == [second]


def test_only_a_developers_shop_may_use_it(settings: Any) -> None:
    with pytest.raises(ImproperlyConfigured):
        http_client.in_process()
    assert stripe_double(None) == []
    settings.STRIPE_DOUBLE = True
    assert [error.id for error in stripe_double(None)] == ["payment.E004"]
    with pytest.raises(ImproperlyConfigured):
        http_client.in_process()
    settings.DEMO_ALLOWED = True
    assert stripe_double(None) == []
    assert http_client.in_process().name == "double"


def test_its_way_of_carrying_is_refused_too(settings: Any) -> None:
    settings.STRIPE_HTTP_CLIENT = "demo.stripe_double.http_client.in_process"
    assert [error.id for error in stripe_double(None)] == ["payment.E004"]
