"""The timer stood still, or the clock jumped: nobody loses an order by it, and nothing happens twice."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.backoffice.attention.page import waiting_items
from shop.order.models import Order
from shop.payment.models import Refund
from shop.tax.rates import load_rates
from shop.timer import clock as shop_clock
from shop.timer.models import JobRun, Standstill
from tests.factories import make_product
from tests.prepaid import COD, PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [PATH, COD]
    settings.PARCEL_ACCEPT_WITHIN_H = 24
    settings.TIMER_JOBS = [
        ("shop.fulfilment.jobs.cancel_unaccepted", 60),
        ("shop.payment.jobs.poll_open_payments", 60),
        ("shop.payment.jobs.expire_due", 60),
        ("shop.payment.jobs.send_refunds", 60),
    ]
    Prepaid.forget()
    make_market()
    load_rates()
    yield
    Prepaid.forget()


@pytest.fixture
def clock(market: None) -> Iterator[Any]:
    with time_machine.travel("2026-11-21 10:00:00+07:00", tick=False) as coordinates:
        call_command("tick")
        yield coordinates


def tick(clock: Any, later: timedelta, *, every: timedelta | None = None) -> None:
    """Run the timer once at the end of some time, or all through it."""
    end = timezone.now() + later
    step = every or later
    while timezone.now() < end:
        clock.shift(min(step, end - timezone.now()))
        call_command("tick")
    if later < timedelta(0):
        clock.shift(later)
        call_command("tick")


def waiting() -> Order:
    return make_order(make_product(stock=1), purchase=make_purchase(method="prepaid"))


def paid(clock: Any) -> Order:
    order = waiting()
    Prepaid.receive(order.payments.get(), int(order.total_incl_tax), order.number)
    tick(clock, 3 * MINUTE)
    order.refresh_from_db()
    assert order.status == Order.Status.PLACED
    return order


def status(order: Order) -> str:
    order.refresh_from_db()
    return order.status


def test_clock_a_month_ahead_cancels_nothing_before_somebody_can_look(
    clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    order, unpaid = paid(clock), waiting()
    with caplog.at_level(logging.WARNING):
        tick(clock, 30 * DAY)
    assert "The timer did nothing from" in caplog.text
    tick(clock, 23 * HOUR, every=HOUR)
    assert (status(order), status(unpaid)) == ("Placed", "Expired")  # who had 35 minutes has had a day
    assert not Refund.objects.exists()


def test_clock_put_right_within_the_day_leaves_no_trace(clock: Any, caplog: pytest.LogCaptureFixture) -> None:
    order = paid(clock)
    tick(clock, 30 * DAY)
    tick(clock, 5 * HOUR, every=HOUR)
    with caplog.at_level(logging.WARNING):
        tick(clock, -30 * DAY)
    assert "The clock went back" in caplog.text
    assert not Standstill.objects.exists()
    tick(clock, 18 * HOUR, every=HOUR)
    assert (status(order), Refund.objects.count()) == ("Placed", 0)
    tick(clock, 5 * HOUR, every=HOUR)
    assert (status(order), Refund.objects.count()) == ("Cancelled", 1)


def test_stopped_worker_gives_back_the_time_that_was_lost(clock: Any) -> None:
    order = paid(clock)
    tick(clock, 20 * HOUR, every=HOUR)
    tick(clock, 12 * HOUR)
    assert shop_clock.for_deadlines() == timezone.now() - 12 * HOUR
    tick(clock, 3 * HOUR, every=HOUR)
    assert status(order) == "Placed"
    tick(clock, 2 * HOUR, every=HOUR)
    assert status(order) == "Cancelled"


def test_a_second_gap_has_its_time_back_while_the_first_ones_is_given_back(clock: Any) -> None:
    start = timezone.now()
    tick(clock, 12 * HOUR)
    tick(clock, 2 * HOUR, every=HOUR)
    tick(clock, 6 * HOUR)
    tick(clock, HOUR)
    assert shop_clock.for_deadlines() == start + 3 * HOUR
    tick(clock, 8 * HOUR, every=HOUR)
    assert shop_clock.for_deadlines() == start + 11 * HOUR
    tick(clock, HOUR)
    assert (shop_clock.for_deadlines(), shop_clock.grace_periods()) == (timezone.now(), [])


def test_a_restart_is_no_gap(clock: Any) -> None:
    tick(clock, HOUR)
    assert shop_clock.for_deadlines() == timezone.now()
    assert not Standstill.objects.exists()


def test_clock_going_back_does_nothing_twice(clock: Any) -> None:
    order = paid(clock)
    tick(clock, 26 * HOUR, every=HOUR)
    assert status(order) == "Cancelled"
    before = [*order.log.values_list("verb", flat=True)], [*order.mails.values_list("kind", flat=True)]
    tick(clock, -3 * DAY)
    tick(clock, 5 * DAY, every=6 * HOUR)
    after = [*order.log.values_list("verb", flat=True)], [*order.mails.values_list("kind", flat=True)]
    assert after == before
    assert Refund.objects.count() == 1


def test_two_timers_note_one_gap(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second reads the last turn before the first has noted its own."""
    clock.shift(2 * HOUR)
    read = JobRun.objects.get_or_create

    def interrupted(**fields: Any) -> Any:
        found = read(**fields)
        monkeypatch.setattr(JobRun.objects, "get_or_create", read)
        shop_clock.begin_turn()
        return found

    monkeypatch.setattr(JobRun.objects, "get_or_create", interrupted)
    shop_clock.begin_turn()
    assert Standstill.objects.count() == 1


def test_no_job_runs_without_a_look_at_the_clock(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    order = waiting()
    monkeypatch.setattr(shop_clock, "begin_turn", lambda: 1 / 0)
    tick(clock, 40 * MINUTE)
    assert status(order) == "Pending payment"


def test_staff_see_a_gap_and_a_timer_that_does_not_run(clock: Any) -> None:
    def seen() -> list[str]:
        return [text for item in waiting_items(timezone.now()) for text, _url, _at in item.rows]

    assert seen() == []
    clock.shift(16 * MINUTE)
    assert seen() == ["Không chạy từ"]
    tick(clock, 12 * HOUR)
    (text,) = seen()
    assert "chưa huỷ gì vì quá hạn cho tới" in text
    tick(clock, 13 * HOUR, every=HOUR)
    assert seen() == []
