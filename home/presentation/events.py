"""What an event's page and the list of events show."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from catalogue.family import Family
from catalogue.pictures import GALLERY, HERO, ready
from catalogue.presentation import album
from home.event_rows import ics_url
from home.models import EventIndexPage, EventPage
from home.presentation import structured_data

PAST = 6


def parts(page: EventPage, _request: HttpRequest, family: Family) -> dict[str, Any]:
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


def index_parts(page: EventIndexPage, _request: HttpRequest, family: Family) -> dict[str, Any]:
    """Return the context of home/event_index_page.html; its comment names what is in it."""
    events = EventPage.objects.child_of(page)
    return {
        "coming": events.upcoming(),
        "past": events.gone(limit=PAST),
        "points_url": family.section_url("salespointindexpage"),
    }
