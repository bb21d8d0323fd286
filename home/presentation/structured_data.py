"""Events and sales points as schema.org objects."""

from typing import Any
from urllib.parse import urljoin

from catalogue.models import Commune, SalesPoint
from catalogue.pictures import ReadyPicture
from catalogue.presentation.structured_data import COUNTRY, thing
from home.models import EventDate, EventPage


def event(page: EventPage, day: EventDate, hero: ReadyPicture | None) -> dict[str, Any]:
    """Return one time that an event takes place."""
    return thing(
        "Event",
        name=page.title,
        description=page.summary,
        url=page.full_url,
        startDate=day.starts_on.isoformat(),
        endDate=day.ends_on.isoformat(),
        eventAttendanceMode="https://schema.org/OfflineEventAttendanceMode",
        image=urljoin(page.full_url or "", hero["src"]) if hero else "",
        location={"@type": "Place", "name": page.place, "address": address("", page.commune)},
    )


def store(point: SalesPoint) -> dict[str, Any]:
    """Return a sales point."""
    known = point.latitude is not None and point.longitude is not None
    place = {"@type": "GeoCoordinates", "latitude": str(point.latitude), "longitude": str(point.longitude)}
    return thing(
        "Store",
        name=point.local_name,
        address=address(point.address, point.commune),
        telephone=point.phone,
        email=point.email,
        openingHours=point.opening_hours,
        geo=place if known else None,
    )


def address(street: str, commune: Commune | None) -> dict[str, str]:
    """Return a postal address after July 2025: no district."""
    parts = {
        "streetAddress": street,
        "addressLocality": commune.full_name if commune else "",
        "addressRegion": commune.province.name if commune else "",
        "addressCountry": COUNTRY,
    }
    return {"@type": "PostalAddress", **{name: value for name, value in parts.items() if value}}
