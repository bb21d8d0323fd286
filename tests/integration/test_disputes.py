"""Card owners who dispute, banks that ask or warn, a second session that is paid: no goods and no money leave twice."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as site
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from demo.stripe_double import acts, api, switches
from shop.backoffice.attention.page import doubtful_payments
from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import jobs as parcel_jobs
from shop.fulfilment import parcels
from shop.order.models import Order
from shop.payment import attempts, balances, jobs, rechecking, review, settling
from shop.payment.models import Payment, Receipt, Refund
from shop.payment.providers.stripe import charges
from shop.payment.providers.stripe.webhook import EVENTS
from shop.payment.refunds import refunding
from tests.factories import make_product
from tests.shop import make_market, make_order, make_purchase
from tests.staff import log_in
from tests.stripe import change, deliver, double, plan, things

__all__ = ["double"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("double")]
STAFF = Actor(name="Hoa")
STEPS = ("accept", "pack", "ship", "deliver")
TWO_DAYS = timedelta(days=2)
INTENT, SESSION = "payment_intent", "checkout.session"


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.BASE_URL = "https://cho.example"
    make_market()
    yield
    call_command("check_ledger", verbosity=0)


@pytest.fixture
def order() -> Order:
    """Return an order that is paid by card."""
    order = make_order(make_product(price=250_000, stock=5), purchase=make_purchase(method="card"))
    attempts.begin(order)
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    settling.fetch_and_settle(payment_id=order.payments.get().pk, by=SYSTEM)
    deliver(Client())
    order.refresh_from_db()
    assert order.status == "Placed"
    return order


def move(order: Order, *steps: str) -> None:
    for step in steps:
        getattr(parcels, step)(parcel_id=order.parcels.get().pk, by=STAFF)


def dispute(order: Order, amount: int | None = None) -> str:
    """Let the card's owner dispute, and the shop hear of it; return the dispute's id."""
    made = acts.dispute(things(INTENT)[0]["id"], amount)
    assert set(deliver(Client())) == {200}
    return str(made["id"])


def decide(made: str, *, won: bool) -> None:
    acts.decide_dispute(made, won=won)
    assert set(deliver(Client())) == {200}


def payment_of(order: Order) -> Payment:
    found: Payment = order.payments.get()
    return found


def attention(client: Client, django_user_model: Any) -> str:
    log_in(client, django_user_model, "view_order", "change_order")
    return client.get(reverse("attention:index")).content.decode()


# --- the goods -----------------------------------------------------------------------------------


@pytest.mark.parametrize("less", [0, 1_000, 249_000], ids=["whole", "nearly", "part"])
@pytest.mark.parametrize("steps", [(), ("accept",), ("accept", "pack")], ids=["accept", "pack", "ship"])
def test_undecided_dispute_stops_whatever_its_sum(order: Order, less: int, steps: tuple[str, ...]) -> None:
    move(order, *steps)
    dispute(order, int(order.total_incl_tax) - less)
    review.mark_seen(payment_id=payment_of(order).pk, by=STAFF)
    with pytest.raises(parcels.InvalidTransition, match="Chủ thẻ khiếu nại"):
        move(order, STEPS[len(steps)])


def test_won_the_goods_go(order: Order) -> None:
    made = dispute(order, 200_000)
    decide(made, won=True)
    move(order, *STEPS)
    assert balances.kept(payment_of(order)) == order.total_incl_tax


def test_lost_they_do_not(order: Order) -> None:
    made = dispute(order, int(order.total_incl_tax) - 1_000)
    decide(made, won=False)
    assert not Refund.objects.get().dispute_open
    with pytest.raises(parcels.InvalidTransition, match="Chủ thẻ khiếu nại"):
        move(order, "accept")
    move(order, "cancel")


def press_send_anyway(client: Client, order: Order) -> str:
    url = reverse("shop_orders:send_anyway", args=[order.pk, payment_of(order).pk])
    return client.post(url, follow=True).content.decode()


def test_staff_let_the_goods_go_after_a_small_loss(
    client: Client, django_user_model: Any, order: Order
) -> None:
    """However small the sum, the parcel could only be cancelled."""
    log_in(client, django_user_model, "view_order", "change_order")
    page, words = reverse("shop_orders:detail", args=[order.pk]), "hàng vẫn gửi"
    made = dispute(order, 20_000)
    assert words not in client.get(page).content.decode()
    assert "Không cho gửi được" in press_send_anyway(client, order)
    decide(made, won=False)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert parcel_jobs.cancel_unaccepted() == 0
    assert words in client.get(page).content.decode()
    assert "được gửi" in press_send_anyway(client, order)
    move(order, *STEPS)
    assert order.log.filter(verb="note", amount=20_000, actor_name="hoa@example.vn").count() == 1
    assert balances.kept(payment_of(order)) == order.total_incl_tax - 20_000


def test_another_dispute_after_that_stops_anew(order: Order) -> None:
    decide(dispute(order, 20_000), won=False)
    review.send_anyway(payment_id=payment_of(order).pk, by=STAFF)
    dispute(order, 30_000)
    with pytest.raises(parcels.InvalidTransition, match="Chủ thẻ khiếu nại"):
        move(order, "accept")


def test_without_any_money_left_nothing_goes(order: Order) -> None:
    decide(dispute(order), won=False)
    with pytest.raises(review.CannotAccept):
        review.send_anyway(payment_id=payment_of(order).pk, by=STAFF)


def test_sum_in_another_currency_counts_as_all_that_was_paid(order: Order) -> None:
    made = acts.dispute(things(INTENT)[0]["id"])
    change(made, currency="usd", amount=1_020)
    deliver(Client())
    assert Refund.objects.get().amount == order.total_incl_tax


@pytest.mark.parametrize("ends", ["not yet", "won", "lost, sent anyway"])
def test_what_no_producer_might_accept_is_not_cancelled_for_that(order: Order, ends: str) -> None:
    made = dispute(order, 20_000)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        if ends != "not yet":
            decide(made, won=ends == "won")
        if ends == "lost, sent anyway":
            review.send_anyway(payment_id=payment_of(order).pk, by=STAFF)
        assert parcel_jobs.cancel_unaccepted() == 0


# --- who only asks or warns ----------------------------------------------------------------------


def test_inquiry_reaches_a_person_and_stops_nothing(
    client: Client, django_user_model: Any, order: Order
) -> None:
    made = acts.inquire(things(INTENT)[0]["id"])
    assert deliver(client) == [200]
    assert "Ngân hàng của chủ thẻ hỏi" in payment_of(order).doubt_words
    assert not Refund.objects.exists()
    assert made["id"] in attention(client, django_user_model)
    move(order, *STEPS)
    review.mark_seen(payment_id=payment_of(order).pk, by=STAFF)
    settling.fetch_and_settle(payment_id=payment_of(order).pk, by=SYSTEM)
    assert list(doubtful_payments()) == []


def test_inquiry_that_becomes_a_dispute_reaches_a_person_again(order: Order) -> None:
    made = acts.inquire(things(INTENT)[0]["id"])
    deliver(Client())
    review.mark_seen(payment_id=payment_of(order).pk, by=STAFF)
    change(made, status="needs_response")
    settling.fetch_and_settle(payment_id=payment_of(order).pk, by=SYSTEM)
    assert "Chủ thẻ khiếu nại" in payment_of(order).doubt_words
    assert Refund.objects.get().dispute_open


def test_fraud_warning_reaches_a_person_once(client: Client, django_user_model: Any, order: Order) -> None:
    made = acts.warn_of_fraud(things(INTENT)[0]["id"])
    assert deliver(client) == [200]
    doubt = payment_of(order).doubt
    assert made["id"] in doubt
    assert "made_with_stolen_card" in doubt
    assert made["id"] in attention(client, django_user_model)
    review.mark_seen(payment_id=payment_of(order).pk, by=STAFF)
    review.add_doubt(payment_id=payment_of(order).pk, why=doubt, by=SYSTEM)  # the notice comes again
    assert list(doubtful_payments()) == []


def test_events_that_are_taken_are_in_the_manual() -> None:
    manual = Path(site.BASE_DIR, "docs", "payments.md").read_text(encoding="utf-8")
    assert [event for event in sorted(EVENTS) if f"`{event}`" not in manual] == []


# --- refunds -------------------------------------------------------------------------------------


def given_back() -> list[int]:
    return [row["amount"] for row in things("refund")]


def test_charge_of_another_account_is_left_to_people(
    order: Order, django_capture_on_commit_callbacks: Any
) -> None:
    Receipt.objects.update(reference="pi_of_another_account")
    with django_capture_on_commit_callbacks(execute=True):
        made = refunding.request(
            payment=payment_of(order), amount=payment_of(order).amount, key="k", by=STAFF
        )
    made.refresh_from_db()
    assert (made.state, made.error) == ("failed", "Không có khoản thẻ nào để hoàn.")


@pytest.fixture
def under_way(order: Order, django_capture_on_commit_callbacks: Any) -> Refund:
    """Return a refund that Stripe has not answered yet."""
    switches.set_network("outage")
    with django_capture_on_commit_callbacks(execute=True):
        made = refunding.refund_by_staff(
            order_id=order.pk,
            payment_id=payment_of(order).pk,
            amount=payment_of(order).amount - 50_000,
            key="k",
            by=STAFF,
            reason="vỡ",
        )
    switches.set_network("up")
    made.refresh_from_db()
    assert (made.state, made.attempts, given_back()) == ("requested", 1, [])
    return made


def test_refund_under_way_is_held_while_the_dispute_is_undecided(under_way: Refund, order: Order) -> None:
    made = dispute(order)
    assert jobs.send_refunds() == 0
    assert refunding.send(under_way.pk).state == "requested"
    assert given_back() == []
    assert "Giữ lại" in Refund.objects.get(pk=under_way.pk).error_words
    decide(made, won=True)
    assert [jobs.send_refunds(), jobs.send_refunds()] == [1, 0]
    assert given_back() == [under_way.amount]
    assert balances.kept(payment_of(order)) == 50_000


def test_held_refund_of_a_lost_dispute_is_seen_by_a_person(under_way: Refund, order: Order) -> None:
    """The bank has given the money back: Stripe refuses, staff drop the refund."""
    decide(dispute(order), won=False)
    assert jobs.send_refunds() == 1
    under_way.refresh_from_db()
    assert (under_way.state, given_back()) == ("failed", [])


def test_dispute_that_nobody_told_of_holds_the_refund_too(under_way: Refund, order: Order) -> None:
    acts.dispute(things(INTENT)[0]["id"])  # its notice is lost
    assert jobs.send_refunds() == 0
    assert given_back() == []
    assert [refund.dispute_open for refund in Refund.objects.order_by("pk")] == [False, True]
    assert "Chủ thẻ khiếu nại" in payment_of(order).doubt_words
    with pytest.raises(parcels.InvalidTransition):
        move(order, "accept")


@pytest.mark.parametrize("found", ["when it looks", "when it sends"])
@pytest.mark.parametrize("sender", ["vi", "en"])
def test_why_a_refund_is_held_is_read_by_each_in_their_own_language(
    under_way: Refund, order: Order, monkeypatch: pytest.MonkeyPatch, sender: str, found: str
) -> None:
    """It was kept in the language of who pressed the button, or in Stripe's English."""
    acts.dispute(things(INTENT)[0]["id"])  # its notice is lost
    if found == "when it sends":
        monkeypatch.setattr(charges, "_decided", lambda _receipt: [])
    with translation.override(sender):
        refunding.send(under_way.pk)
    assert given_back() == []
    payment, refund = payment_of(order), Refund.objects.get(pk=under_way.pk)
    with translation.override("vi"):
        assert "khiếu nại" in payment.doubt_words
        assert "Giữ lại" in refund.error_words
    with translation.override("en"):
        assert "disput" in payment.doubt_words
        assert "Held until" in refund.error_words
    with translation.override(sender):
        review.mark_seen(payment_id=payment.pk, by=STAFF)
        refunding.send(under_way.pk)
    assert payment_of(order).doubt == ""
    assert any("khiếu nại" in note for note in order.log.values_list("note", flat=True))


def test_held_refund_keeps_no_other_waiting(under_way: Refund, order: Order) -> None:
    dispute(order)
    other = make_order(make_product(price=250_000, stock=5), purchase=make_purchase(method="card"))
    attempts.begin(other)
    acts.pay(things(SESSION)[0]["id"], acts.GOOD)
    payment = settling.fetch_and_settle(payment_id=other.payments.get().pk, by=SYSTEM)
    refunding.request(payment=payment, amount=payment.amount, key="other", by=STAFF)
    assert jobs.send_refunds() == 1
    assert given_back() == [payment.amount]


# --- a second session ----------------------------------------------------------------------------


def second(order: Order, deliveries: Any) -> list[str]:
    """Let another session of the order's payment be paid too; return the intents, oldest first."""
    acts.pay_second_session(str(payment_of(order).reference))
    with deliveries(execute=True):
        assert set(deliver(Client())) == {200}
    return [row["id"] for row in reversed(things(INTENT))]


def test_second_session_is_found_and_given_back(
    order: Order, django_capture_on_commit_callbacks: Any
) -> None:
    intents = second(order, django_capture_on_commit_callbacks)
    total = order.total_incl_tax
    assert sorted(Receipt.objects.values_list("reference", flat=True)) == sorted(intents)
    assert [(row["payment_intent"], row["amount"]) for row in things("refund")] == [(intents[1], total)]
    assert balances.kept(payment_of(order)) == total
    assert (payment_of(order).state, Refund.objects.get().state) == ("paid", "done")
    for _time in range(2):
        settling.fetch_and_settle(payment_id=payment_of(order).pk, by=SYSTEM)
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("may_search", [True, False])
def test_second_session_whose_notice_is_lost_is_found_when_payments_are_asked_about_again(
    order: Order, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch, may_search: bool
) -> None:
    acts.pay_second_session(str(payment_of(order).reference))
    if not may_search:
        monkeypatch.setattr(api, "CALLS", [call for call in api.CALLS if "search" not in call[1]])
    for _time in range(2):
        with django_capture_on_commit_callbacks(execute=True), time_machine.travel(timezone.now() + TWO_DAYS):
            rechecking.recheck_paid()
            settling.fetch_and_settle(payment_id=payment_of(order).pk, by=SYSTEM)
    assert given_back() == [order.total_incl_tax] * may_search
    assert balances.kept(payment_of(order)) == order.total_incl_tax


def test_each_refund_is_taken_from_a_charge_that_has_as_much(
    order: Order, django_capture_on_commit_callbacks: Any
) -> None:
    intents = second(order, django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        refunding.request(payment=payment_of(order), amount=payment_of(order).amount, key="k", by=STAFF)
    assert [row["payment_intent"] for row in things("refund")] == intents
    assert balances.kept(payment_of(order)) == 0


def test_second_session_is_paid_first_and_the_first_one_later(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    order = make_order(make_product(price=250_000, stock=5), purchase=make_purchase(method="card"))
    attempts.begin(order)
    acts.pay_second_session(things(SESSION)[0]["id"])
    deliver(client)
    order.refresh_from_db()
    assert (order.status, payment_of(order).state) == ("Placed", "paid")
    acts.pay(str(payment_of(order).reference), acts.GOOD)
    with django_capture_on_commit_callbacks(execute=True):
        deliver(client)
    assert balances.kept(payment_of(order)) == order.total_incl_tax
    assert given_back() == [order.total_incl_tax]


def test_second_session_that_expires_fails_nothing(client: Client) -> None:
    order = make_order(make_product(price=250_000, stock=5), purchase=make_purchase(method="card"))
    attempts.begin(order)
    first = things(SESSION)[0]
    change(first, id="cs_test_second", status="expired", url=None)
    notice = {"id": "cs_test_second", "object": "checkout.session", "metadata": first["metadata"]}
    from demo.stripe_double.storage import open_storage

    with open_storage() as storage:
        storage.queue_event("checkout.session.expired", notice)
    assert deliver(client) == [200]
    assert payment_of(order).state == "pending"


def test_dispute_of_the_second_charge_is_noted(order: Order, django_capture_on_commit_callbacks: Any) -> None:
    plan("fail", "fail", "fail", call="POST /v1/refunds")  # it is not given back at once
    intents = second(order, django_capture_on_commit_callbacks)
    acts.dispute(intents[1])
    deliver(Client())
    assert "Chủ thẻ khiếu nại" in payment_of(order).doubt_words
    assert jobs.send_refunds() == 0
    assert given_back() == []
