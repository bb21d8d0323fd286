"""An event as a calendar file (RFC 5545): one all-day entry for each time it takes place."""

from datetime import UTC, timedelta

from django.conf import settings
from icalendar import Calendar, Event

from home.models import EventDate, EventPage


def calendar(page: EventPage) -> bytes:
    """Return the calendar file of an event's page.

    Lunar festivals follow no rule that calendar programs know, so each year is an entry of its own,
    with a UID that stays the same when the page is edited. DTEND is the day after the last.
    """
    file = Calendar()
    file.add("prodid", f"-//{settings.MARKET.ascii_name}//su kien//VI")
    file.add("version", "2.0")
    file.add("x-wr-calname", page.title)
    for day in page.dates.all():
        file.add_component(_entry(page, day))
    return bytes(file.to_ical())


def _entry(page: EventPage, day: EventDate) -> Event:
    entry = Event()
    entry.add("uid", f"{page.translation_key}-{day.starts_on.isoformat()}@{settings.MARKET.slug}")
    entry.add("dtstamp", (page.last_published_at or page.latest_revision_created_at).astimezone(UTC))
    entry.add("dtstart", day.starts_on)
    entry.add("dtend", day.ends_on + timedelta(days=1))
    entry.add("summary", page.title)
    entry.add("description", page.summary)
    entry.add("location", ", ".join(str(part) for part in (page.place, page.commune) if part))
    entry.add("url", page.full_url)
    entry.add("transp", "TRANSPARENT")
    return entry
