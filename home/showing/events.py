"""Events as rows of a list and as pages (components/event.html)."""

from typing import TYPE_CHECKING, Any, TypedDict

from django.urls import reverse
from django.utils import timezone

from catalogue.pictures import GALLERY, HERO, ready
from catalogue.showing import album
from catalogue.showing.family import Family
from catalogue.showing.head import title_language
from home.showing import structured_data

if TYPE_CHECKING:
    from datetime import date

    from home.models import EventDate, EventIndexPage, EventPage

PAST = 6


class EventRow(TypedDict):
    """One time an event takes place, as components/event.html shows it."""

    title: str
    url: str
    lang: str
    starts: "date"
    ends: "date"
    where: str
    line: str
    ics_url: str


def event_row(day: "EventDate") -> EventRow:
    """Return the row of one time; its page and the page's commune should be at hand."""
    page = day.page
    return {
        "title": page.title,
        "url": page.url or "",
        "lang": title_language(page),
        "starts": day.starts_on,
        "ends": day.ends_on,
        "where": ", ".join(str(part) for part in (page.place, page.commune) if part),
        "line": page.summary,
        "ics_url": ics_url(page),
    }


def ics_url(page: "EventPage") -> str:
    """Return the address of the event's calendar file."""
    return reverse("event_ics", kwargs={"slug": page.slug})


def parts(page: "EventPage", family: Family) -> dict[str, Any]:
    """Return the context of home/event_page.html; its comment names what is in it."""
    days = sorted(page.dates.all(), key=lambda day: day.starts_on)
    coming = [day for day in days if day.ends_on >= timezone.localdate()]
    album.load([page.picture, page.share_picture, *album.body_pictures(page.body)], HERO, GALLERY)
    hero = ready(page.picture, HERO) if page.picture else None
    village = family.get(page.village_id)
    return {
        "hero": hero,
        "shared": page.picture,
        "dates": coming or days[::-1],
        "ics_url": ics_url(page) if coming else "",
        "village": {"title": village.title, "url": village.url or ""} if village else None,
        "structured_data": [structured_data.event(page, day, hero) for day in coming],
    }


def index_parts(page: "EventIndexPage", family: Family) -> dict[str, Any]:
    """Return the context of home/event_index_page.html; its comment names what is in it."""
    from home.models import EventPage

    events = EventPage.objects.child_of(page)
    return {
        "coming": events.upcoming(),
        "past": events.gone(limit=PAST),
        "points_url": family.section_url("salespointindexpage"),
    }
