"""Points on the map as templates show them (components/map.html)."""

from typing import Any, TypedDict


class Point(TypedDict):
    """A place with its coordinates."""

    title: str
    url: str
    lat: Any
    lng: Any


def point(page: Any, place: Any) -> Point:
    """Return `page` as a link, with the coordinates of `place`."""
    return {"title": page.title, "url": page.url or "", "lat": place.latitude, "lng": place.longitude}
