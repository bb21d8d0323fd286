"""The timer runs its jobs, each for itself, and loses no mail to a dead server."""

import datetime
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import send_mail
from django.core.management import call_command
from django.test import Client
from django.utils.module_loading import import_string
from post_office.models import STATUS, Email
from pytest_django.fixtures import Settings

from config import health
from shop.timer import jobs, running

DAY_S = 24 * 3600
ran: list[str] = []


def good() -> None:
    ran.append("good")


def bad() -> None:
    ran.append("bad")
    raise ValueError("no luck")


@pytest.fixture(autouse=True)
def _nothing_ran() -> None:
    ran.clear()


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel("2026-11-21 10:00:00+07:00", tick=False) as coordinates:
        yield coordinates


def tick(clock: Any, **later: float) -> list[str]:
    """Run a tick of its own, as cron does, some time later; return what ran in it."""
    ran.clear()
    clock.shift(datetime.timedelta(**later))
    call_command("tick")
    return [*ran]


@pytest.mark.django_db
def test_a_failing_job_stops_no_other(
    settings: Settings, caplog: pytest.LogCaptureFixture, capsys: Any
) -> None:
    settings.TIMER_JOBS = [(f"{__name__}.bad", 60), (f"{__name__}.good", 60), ("shop.nowhere.job", 60)]
    with caplog.at_level(logging.ERROR):
        call_command("tick", verbosity=2)
    assert ran == ["bad", "good"]
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["FAILED", "ok", "FAILED"]
    assert f"The timer job {__name__}.bad failed" in caplog.messages


@pytest.mark.django_db
def test_a_daily_job_runs_once_a_day_however_the_timer_is_run(settings: Settings, clock: Any) -> None:
    settings.TIMER_JOBS = [(f"{__name__}.good", DAY_S)]
    assert tick(clock) == ["good"]
    assert tick(clock, minutes=1) == []
    assert tick(clock, hours=23) == []
    assert tick(clock, hours=1) == ["good"]


@pytest.mark.django_db
def test_a_job_of_each_minute_misses_no_turn_that_begins_early(settings: Settings, clock: Any) -> None:
    settings.TIMER_JOBS = [(f"{__name__}.good", 60)]
    assert [tick(clock, seconds=seconds) for seconds in (0, 55, 65, 60)] == [["good"]] * 4
    assert tick(clock, seconds=5) == []


@pytest.mark.django_db
def test_a_daily_job_that_failed_waits_no_whole_day(settings: Settings, clock: Any) -> None:
    settings.TIMER_JOBS = [(f"{__name__}.bad", DAY_S)]
    assert [tick(clock, **later) for later in ({}, {"minutes": 59}, {"minutes": 1})] == [["bad"], [], ["bad"]]


@pytest.mark.django_db
def test_a_clock_put_right_stops_no_job(settings: Settings, clock: Any) -> None:
    settings.TIMER_JOBS = [(f"{__name__}.good", DAY_S)]
    assert tick(clock, days=30) == ["good"]
    assert tick(clock, days=-30) == ["good"]
    assert tick(clock, minutes=1) == []


@pytest.mark.django_db
def test_of_two_timers_one_takes_a_job(settings: Settings, clock: Any, monkeypatch: Any) -> None:
    """The other one begins while the first is at it."""
    settings.TIMER_JOBS = [(f"{__name__}.good", DAY_S)]
    take = running._take

    def slow(*job: Any) -> Any:
        moment = take(*job)
        monkeypatch.setattr(running, "_take", take)
        assert list(running.run_due()) == []
        return moment

    monkeypatch.setattr(running, "_take", slow)
    assert tick(clock) == ["good"]


@pytest.mark.django_db
def test_probes_tell_of_a_timer_that_stands_still(settings: Settings, clock: Any) -> None:
    settings.TIMER_JOBS = [(f"{__name__}.good", 60)]
    assert health.timer_state() == "late"
    tick(clock)
    assert health.timer_state() == "ok"
    clock.shift(datetime.timedelta(minutes=16))
    assert health.timer_state() == "late"


def test_every_job_of_the_shop_can_be_imported(settings: Settings) -> None:
    assert all(callable(import_string(path)) for path, _every_s in settings.TIMER_JOBS)


@pytest.mark.usefixtures("mail_queue")
def test_mail_waits_in_the_database_until_the_timer_sends_it() -> None:
    send_mail("Chào", "Cảm ơn bạn", None, ["lan@example.vn"])
    assert mail.outbox == []
    jobs.send_mail()
    assert [message.subject for message in mail.outbox] == ["Chào"]
    jobs.send_mail()
    assert len(mail.outbox) == 1


@pytest.mark.usefixtures("mail_queue")
def test_a_dead_mail_server_loses_nothing(settings: Settings) -> None:
    settings.POST_OFFICE = settings.POST_OFFICE | {
        "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"}
    }
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with time_machine.travel("2026-11-21 10:00:00+07:00", tick=False) as clock:
        send_mail("Chào", "Cảm ơn bạn", None, ["lan@example.vn"])
        jobs.send_mail()
        assert Email.objects.get().status == STATUS.requeued
        settings.POST_OFFICE = settings.POST_OFFICE | {
            "BACKENDS": {"default": "django.core.mail.backends.locmem.EmailBackend"}
        }
        clock.shift(datetime.timedelta(minutes=16))
        jobs.send_mail()
    assert Email.objects.get().status == STATUS.sent
    assert [message.subject for message in mail.outbox] == ["Chào"]


@pytest.mark.usefixtures("mail_queue")
def test_old_mail_and_sessions_are_dropped(client: Client) -> None:
    send_mail("Cũ", "x", None, ["lan@example.vn"])
    Email.objects.update(created=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    client.session.save()
    jobs.tidy_up()
    assert Email.objects.count() == 0


@pytest.mark.django_db
def test_scheduled_pages_are_published(site_root: Any) -> None:
    site_root.unpublish()
    site_root.go_live_at = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    site_root.save_revision(approved_go_live_at=site_root.go_live_at)
    jobs.publish_scheduled()
    site_root.refresh_from_db()
    assert site_root.live
