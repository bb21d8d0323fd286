"""Events: what is to come first, what is over apart, and calendar files that programs read."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from home.models import EventDate, EventPage
from tests import factories as make

pytestmark = pytest.mark.django_db
NOON = "2026-11-21 12:00:00+07:00"


def titles(rows: list) -> list[str]:
    return [row["title"] for row in rows]


def test_the_next_comes_first_and_what_is_over_is_gone() -> None:
    make.make_event(title="Sau", in_days=30)
    make.make_event(title="Trước", in_days=3)
    make.make_event(title="Đang diễn ra", in_days=-2, lasts_days=4)
    make.make_event(title="Đã qua", in_days=-9)
    events = EventPage.objects.all()
    assert titles(events.upcoming()) == ["Đang diễn ra", "Trước", "Sau"]
    assert titles(events.upcoming(limit=2)) == ["Đang diễn ra", "Trước"]
    assert titles(events.gone()) == ["Đã qua"]


def test_an_event_of_every_year_stands_once_with_its_next_time() -> None:
    with time_machine.travel(NOON, tick=False):
        event = make.make_event(title="Hội Lim", in_days=-280)
        EventDate.objects.create(page=event, starts_on=date(2027, 2, 18), ends_on=date(2027, 2, 19))
        EventDate.objects.create(page=event, starts_on=date(2028, 2, 7), ends_on=date(2028, 2, 8))
        rows = EventPage.objects.all().upcoming()
        assert [(row["title"], row["starts"]) for row in rows] == [("Hội Lim", date(2027, 2, 18))]
        assert titles(EventPage.objects.all().gone()) == []


def test_an_event_ends_at_midnight_in_vietnam() -> None:
    with time_machine.travel(NOON, tick=False):
        make.make_event(title="Hôm nay", in_days=0)
    with time_machine.travel("2026-11-21 23:59:59+07:00", tick=False):
        assert titles(EventPage.objects.all().upcoming()) == ["Hôm nay"]
    with time_machine.travel("2026-11-22 00:00:00+07:00", tick=False):
        assert titles(EventPage.objects.all().upcoming()) == []


def test_drafts_and_other_languages_are_left_out() -> None:
    make.make_event(title="Nháp").unpublish()
    make.translate(make.make_home())
    make.translate(make.make_event(title="Hội"), title="Festival")
    assert titles(EventPage.objects.all().upcoming()) == ["Hội"]


def test_the_list_shows_both(client: Client) -> None:
    make.make_event(title="Sắp có hội", in_days=5)
    make.make_event(title="Hội cũ rồi", in_days=-5)
    text = client.get("/su-kien/").content.decode()
    assert text.index("Sắp có hội") < text.index("Đã qua") < text.index("Hội cũ rồi")


def test_a_villages_events_stand_on_its_page(client: Client) -> None:
    village = make.make_village()
    make.make_event(title="Hội làng gốm", village=village)
    make.make_event(title="Hội nơi khác")
    text = client.get(village.url).content.decode()
    assert "Hội làng gốm" in text
    assert "Hội nơi khác" not in text


def entries(content: bytes) -> list[dict]:
    return [dict(entry) for entry in Calendar.from_ical(content).walk("VEVENT")]


def test_calendar_file_has_a_whole_day_entry_for_each_time(client: Client) -> None:
    event = make.make_event(title="Hội Lim; chợ, quê", in_days=10, lasts_days=2)
    later = timezone.localdate() + timedelta(days=400)
    EventDate.objects.create(page=event, starts_on=later, ends_on=later)
    answer = client.get(f"/lich/{event.slug}.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.cookies == {}
    first, second = sorted(entries(answer.content), key=lambda entry: entry["DTSTART"].dt)
    starts = timezone.localdate() + timedelta(days=10)
    assert (first["DTSTART"].dt, first["DTEND"].dt) == (starts, starts + timedelta(days=2))
    assert (second["DTSTART"].dt, second["DTEND"].dt) == (later, later + timedelta(days=1))
    assert str(first["SUMMARY"]) == "Hội Lim; chợ, quê"
    assert str(first["URL"]) == event.full_url
    assert b"\r\n" in answer.content


def test_an_entry_keeps_its_name_when_the_page_is_edited(client: Client) -> None:
    event = make.make_event()
    url = f"/lich/{event.slug}.ics"
    before = [entry["UID"] for entry in entries(client.get(url).content)]
    event.title = "Tên mới"
    event.save_revision().publish()
    after = entries(client.get(url).content)
    assert [entry["UID"] for entry in after] == before
    assert str(after[0]["SUMMARY"]) == "Tên mới"


def test_the_page_offers_the_file_while_something_is_to_come(client: Client) -> None:
    coming, over = make.make_event(in_days=4), make.make_event(in_days=-4)
    assert f"/lich/{coming.slug}.ics" in client.get(coming.url).content.decode()
    assert ".ics" not in client.get(over.url).content.decode()


def test_no_file_for_drafts_and_strangers(client: Client) -> None:
    event = make.make_event()
    event.unpublish()
    assert client.get(f"/lich/{event.slug}.ics").status_code == 404
    assert client.get("/lich/khong-co.ics").status_code == 404
