"""Events as rows of a list (components/event.html)."""

from datetime import date
from typing import Any, TypedDict

from django.urls import reverse
from wagtail.models import Page

from catalogue.languages import title_language


class EventRow(TypedDict):
    """One time an event takes place, as components/event.html shows it."""

    title: str
    url: str
    lang: str
    starts: date
    ends: date
    where: str
    line: str
    ics_url: str


def event_row(day: Any) -> EventRow:
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


def ics_url(page: Page) -> str:
    """Return the address of the event's calendar file."""
    return reverse("event_ics", kwargs={"slug": page.slug})
