"""Events with the days they fall on, and sales points."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from catalogue.models import SalesPoint
from demo.market import data
from demo.market.pages import Demo, Words, english_slug, ensure, paragraphs
from demo.market.pictures import picture
from demo.market.villages import village
from home.models import EventDate, EventIndexPage, EventPage


@transaction.atomic
def load_events() -> int:
    """Make the events that are missing and return how many that were."""
    index = EventIndexPage.objects.get(locale__language_code="vi")
    return sum(ensure(index, _event(row))[1] for row in data.read("events"))


@transaction.atomic
def load_sales_points() -> int:
    """Make the sales points that are missing and return how many that were."""
    known = set(SalesPoint.objects.values_list("slug", flat=True))
    missing = [row for row in data.read("sales_points") if row["slug"] not in known]
    return len(SalesPoint.objects.bulk_create(_sales_point(row) for row in missing))


def _event(row: dict[str, Any]) -> Demo:
    return Demo(
        model=EventPage,
        vietnamese=Words(row["slug"], _words(row, "vi")),
        english=Words(english_slug(row["name_en"]), _words(row, "en")),
        shared={
            "calendar": row["calendar"],
            "picture": picture(row["picture"]),
            "share_picture": picture(row["picture"]),
            "commune_id": row["commune_code"],
            "village": village(row["village"]),
        },
        children={"dates": _dates(row)},
    )


def _words(row: dict[str, Any], language: str) -> dict[str, Any]:
    description = row[f"description_{language}"]
    return {
        "title": row[f"name_{language}"],
        "summary": description,
        "search_description": description,
        "place": row[f"place_{language}"],
        "body": [("text", paragraphs(description))],
    }


def _dates(row: dict[str, Any]) -> Callable[[], list[EventDate]]:
    def make() -> list[EventDate]:
        return [
            EventDate(sort_order=position, starts_on=first, ends_on=last)
            for position, (first, last) in enumerate(_periods(row))
        ]

    return make


def _periods(row: dict[str, Any]) -> Iterator[tuple[date, date]]:
    """Yield first and last day of each time: some festivals open on the eve of their main day."""
    offset = row.get("rule", {}).get("start_offset_days", 0)
    for days in row["dates"].values():
        for day in [days] if isinstance(days, str) else days:
            first = date.fromisoformat(day) + timedelta(days=offset)
            yield first, first + timedelta(days=row["duration_days"] - 1)


def _sales_point(row: dict[str, Any]) -> SalesPoint:
    return SalesPoint(
        slug=row["slug"],
        name=row["name_vi"],
        name_en=row["name_en"],
        kind=row["kind"],
        commune_id=row["commune_code"],
        address=row["address_vi"],
        latitude=str(row["lat"]),
        longitude=str(row["lng"]),
        opening_hours=row["opening_hours"],
        phone=row["phone"],
        email=row["email"],
        village=village(row["village"]),
        pickup=row["pickup"],
        note=row["note_vi"],
        note_en=row["note_en"],
        is_illustrative=True,
    )
