"""Stripe that hangs or is down: pages answer in time, nobody asks it without end, the timer makes up for it.

Only calls that hang take time here: test_stripe_threads.py has the real one.
"""

import logging
from datetime import timedelta
from typing import Any

import pytest
import stripe
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from demo.stripe_double import acts, http_client, switches
from shop.order.models import Order
from shop.payment import breaker, jobs, polling
from shop.payment import time_limit as time_limits
from shop.payment.models import Payment, ProviderBreaker
from shop.payment.providers.base import PaymentUnavailable
from shop.payment.providers.stripe import bounded
from shop.payment.providers.stripe.client import client as stripe_client
from shop.payment.providers.stripe.provider import StripeCard
from shop.payment.time_limit import begin_call, remaining, time_limit
from tests.factories import make_product
from tests.shop import fill_basket, make_market, make_order, make_purchase, place, walk_to_review
from tests.stripe import double, plan, things

__all__ = ["double"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("double", "clock")]
WAIT_S = 7
RETRY, OTHERWISE = "Thử lại", "Đổi cách trả"


class Clock:
    """A clock that stands still but for those who sleep by it."""

    def __init__(self) -> None:
        self._now = 1000.0

    def monotonic(self) -> float:
        """Return the seconds since whenever."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self._now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let calls that hang spend time of this clock; each is waited for, and came too late or not by it."""
    clock = Clock()
    for module in (time_limits, polling, http_client):
        monkeypatch.setattr(module, "time", clock)
    answer = bounded._Call.answer

    def answer_in_time(call: bounded._Call, seconds: float) -> bounded.Answer:
        call.join()
        if not remaining():
            raise stripe.APIConnectionError(f"No answer within {seconds:.1f} s", should_retry=False)
        return answer(call, seconds)

    monkeypatch.setattr(bounded._Call, "answer", answer_in_time)
    return clock


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> None:
    settings.PROVIDER_WAIT_S = WAIT_S
    make_market()


@pytest.fixture
def order() -> Order:
    return make_order(make_product(price=250_000, stock=5), purchase=make_purchase(method="card"))


def pay(client: Client, order: Order, method: str = "card") -> Any:
    return client.post(reverse("order:pay", args=[order.token]), {"method": method})


# --- the page ------------------------------------------------------------------------------------


def test_checkout_answers_at_once_while_stripe_hangs(client: Client) -> None:
    fill_basket(client, make_product(price=250_000, stock=5))
    review = walk_to_review(client, method="card")
    switches.set_network("hang", WAIT_S * 2)
    response = place(client, review)
    order = Order.objects.get()
    assert response["Location"] == order.get_absolute_url()
    page = client.get(response["Location"]).content.decode()
    assert "đơn của bạn đã được giữ" in page
    assert RETRY in page
    assert OTHERWISE in page
    assert page.count(reverse("order:pay", args=[order.token])) == 2
    assert (order.status, order.lines.get().stockrecord.num_allocated) == ("Pending payment", 1)


def test_one_time_for_all_that_a_page_asks(client: Client, order: Order) -> None:
    """Each call of this press has time enough, together they have not."""
    StripeCard().begin(order.payments.select_related("order").get())
    assert pay(client, order)["Location"] == things("checkout.session")[0]["url"]
    switches.set_network("hang", WAIT_S * 0.7)
    assert pay(client, order)["Location"] == order.get_absolute_url()


@pytest.mark.parametrize(
    ("language", "held", "retry"),
    [
        ("vi", "đơn của bạn đã được giữ", "Thử lại"),
        ("en", "your order is kept", "Try again"),
    ],
)
def test_buyer_reads_what_to_do(client: Client, language: str, held: str, retry: str) -> None:
    with translation.override(language):
        order = make_order(make_product(price=250_000, stock=5), purchase=make_purchase(method="card"))
        switches.set_network("outage")
        response = client.post(reverse("order:pay", args=[order.token]), {"method": "card"}, follow=True)
    page = response.content.decode()
    assert held in page
    assert retry in page


def test_buyer_tries_again_when_it_is_over(client: Client, order: Order) -> None:
    switches.set_network("refused")
    assert pay(client, order)["Location"] == order.get_absolute_url()
    switches.set_network("up")
    assert pay(client, order)["Location"] == things("checkout.session")[0]["url"]
    assert RETRY not in client.get(order.get_absolute_url()).content.decode()
    assert Payment.objects.count() == 1


def test_session_whose_answer_came_too_late_is_the_one_used(client: Client, order: Order) -> None:
    switches.set_network("hang", WAIT_S * 2)
    pay(client, order)
    switches.set_network("up")
    pay(client, order)
    [session] = things("checkout.session")
    assert order.payments.get().reference == session["id"]


# --- one time limit ------------------------------------------------------------------------------


def test_limits_nest() -> None:
    assert remaining() == float("inf")
    with time_limit(5):
        with time_limit(60):
            assert remaining() <= 5
        with time_limit(0):
            assert remaining() == 0
    assert remaining() == float("inf")


def test_clock_starts_with_the_first_call_and_goes_on_for_all(clock: Clock) -> None:
    """What a page did before, such as waiting for the database, is not the provider's."""
    with time_limit(5):
        clock.sleep(6)
        assert begin_call() == 5
        clock.sleep(6)
        assert begin_call() == 0


def test_page_without_time_blames_nobody(order: Order) -> None:
    with time_limit(WAIT_S / 100), pytest.raises(stripe.APIConnectionError, match="no time left"):
        stripe_client().v1.checkout.sessions.retrieve("cs_test_x")
    assert not ProviderBreaker.objects.exists()


# --- the breaker ---------------------------------------------------------------------------------


def ask(order: Order) -> bool:
    """Say whether Stripe answers the shop."""
    try:
        StripeCard().fetch_report(order.payments.select_related("order").get())
    except PaymentUnavailable:
        return False
    return True


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what reaches the double, tries apart."""
    found: list[str] = []
    answer = http_client.answer

    def noted(method: str, path: str, *rest: Any) -> Any:
        found.append(f"{method} {path}")
        return answer(method, path, *rest)

    monkeypatch.setattr(http_client, "answer", noted)
    return found


def at(moment: Any) -> Any:
    return time_machine.travel(moment, tick=False)


def test_after_three_failures_nobody_asks_until_a_trial_is_answered(
    order: Order, calls: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    now = timezone.now()
    with at(now):
        switches.set_network("outage")
        for _time in range(3):
            assert not ask(order)
        calls.clear()
        assert not ask(order)
        assert (calls, breaker.is_open("card")) == ([], True)
    [opened] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "status page" in opened.getMessage()
    with at(now + timedelta(seconds=31)):
        assert not ask(order)  # the trial
        assert calls
        calls.clear()
        assert not ask(order)
        assert calls == []
        switches.set_network("up")
    with at(now + timedelta(seconds=62)):
        assert ask(order)
        assert ask(order)
        assert not breaker.is_open("card")
    assert "answers again" in caplog.records[-1].getMessage()


def test_other_processes_know_and_one_of_them_gets_the_trial(order: Order, calls: list[str]) -> None:
    """The row is the only thing that processes share: what it says is done here without any memory."""
    ProviderBreaker.objects.create(code="card", failures=3, opened_at=timezone.now(), tried_at=timezone.now())
    assert (ask(order), calls) == (False, [])
    ProviderBreaker.objects.update(tried_at=timezone.now() - timedelta(minutes=1))
    breaker.check("card")
    with pytest.raises(breaker.BreakerOpen):
        breaker.check("card")


def test_clock_that_goes_back_stops_no_trial() -> None:
    later = timezone.now() + timedelta(days=1)
    ProviderBreaker.objects.create(code="card", failures=3, opened_at=later, tried_at=later)
    breaker.check("card")


def test_two_failures_and_an_answer_open_nothing(order: Order) -> None:
    for _round in range(3):
        plan(*["fail"] * 6)
        assert [ask(order), ask(order), ask(order)] == [False, False, True]
    assert not breaker.is_open("card")


def test_a_wrong_request_is_an_answer(order: Order) -> None:
    for _time in range(4):
        with pytest.raises(stripe.InvalidRequestError):
            stripe_client().v1.checkout.sessions.retrieve("cs_test_none")
    assert not ProviderBreaker.objects.exists()


def test_a_cache_that_is_down_changes_nothing(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_args: Any, **_options: Any) -> None:
        raise ConnectionError("no cache")

    for name in ("get", "set", "add", "incr", "delete"):
        monkeypatch.setattr(type(cache._connections["default"]), name, down)  # type: ignore[attr-defined]
    switches.set_network("outage")
    assert [ask(order) for _time in range(4)] == [False] * 4
    assert breaker.is_open("card")


def test_webhook_is_told_to_come_again_while_the_breaker_is_open(client: Client, order: Order) -> None:
    from tests.stripe import deliver

    StripeCard().begin(order.payments.select_related("order").get())
    acts.pay(things("checkout.session")[0]["id"], acts.GOOD)
    ProviderBreaker.objects.create(code="card", failures=3, opened_at=timezone.now(), tried_at=timezone.now())
    assert deliver(client) == [200, 500]


# --- the timer -----------------------------------------------------------------------------------


def test_job_stops_asking_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(3):
        make_order(make_product(price=250_000, stock=5), purchase=make_purchase(method="card"))
    switches.set_network("hang", 5)
    monkeypatch.setattr(polling, "JOB_S", 4)
    with at(timezone.now() + timedelta(minutes=3)):
        assert jobs.poll_open_payments() == 1
        monkeypatch.setattr(polling, "JOB_S", 20)
        assert jobs.poll_open_payments() == 2


def test_timer_asks_nothing_while_the_breaker_is_open(order: Order, calls: list[str]) -> None:
    with at(timezone.now() + timedelta(minutes=3)):
        ProviderBreaker.objects.create(
            code="card", failures=3, opened_at=timezone.now(), tried_at=timezone.now()
        )
        assert (jobs.poll_open_payments(), calls) == (0, [])
