"""Points on the map as templates show them (components/map.html)."""

from decimal import Decimal
from typing import TypedDict

from wagtail.models import Page

from catalogue.models import VillagePage


class Point(TypedDict):
    """A place with its coordinates."""

    title: str
    url: str
    lat: Decimal | None
    lng: Decimal | None


def point(page: Page, place: VillagePage) -> Point:
    """Return `page` as a link, with the coordinates of `place`."""
    return {"title": page.title, "url": page.url or "", "lat": place.latitude, "lng": place.longitude}
