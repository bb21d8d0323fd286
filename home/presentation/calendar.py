"""An event as a calendar file (RFC 5545): one all-day entry for each time it takes place."""

from datetime import UTC, timedelta
from typing import Any

from icalendar import Calendar, Event

PRODUCT = "-//Cho Bac Ninh//su kien//VI"


def calendar(page: Any) -> bytes:
    """Return the calendar file of an event's page.

    Lunar festivals follow no rule that calendar programs know, so each year is an entry of its own,
    with a UID that stays the same when the page is edited. DTEND is the day after the last.
    """
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("x-wr-calname", page.title)
    for day in page.dates.all():
        file.add_component(_entry(page, day))
    return bytes(file.to_ical())


def _entry(page: Any, day: Any) -> Event:
    entry = Event()
    entry.add("uid", f"{page.translation_key}-{day.starts_on.isoformat()}@cho-bac-ninh")
    entry.add("dtstamp", (page.last_published_at or page.latest_revision_created_at).astimezone(UTC))
    entry.add("dtstart", day.starts_on)
    entry.add("dtend", day.ends_on + timedelta(days=1))
    entry.add("summary", page.title)
    entry.add("description", page.summary)
    entry.add("location", ", ".join(str(part) for part in (page.place, page.commune) if part))
    entry.add("url", page.full_url)
    entry.add("transp", "TRANSPARENT")
    return entry
