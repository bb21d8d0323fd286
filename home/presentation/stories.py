"""Stories, sales points and plain pages."""

from typing import Any

from catalogue.models import SalesPoint
from catalogue.pictures import GALLERY, HERO, WIDE, ready
from catalogue.showing import album
from catalogue.showing.stories import story_card
from catalogue.showing.structured_data import article
from home.models import SalesPointIndexPage, StandardPage, StoryIndexPage, StoryPage
from home.showing.structured_data import store


def story_parts(page: StoryPage) -> dict[str, Any]:
    """Return the context of home/story_page.html; its comment names what is in it."""
    album.load([page.picture, page.share_picture, *album.body_pictures(page.body)], HERO, GALLERY)
    hero = ready(page.picture, HERO) if page.picture else None
    told = {"datePublished": page.told_on.isoformat() if page.told_on else "", "author": page.author}
    return {"hero": hero, "shared": page.picture, "structured_data": [article(page, hero, **told)]}


def story_index_parts(page: StoryIndexPage) -> dict[str, Any]:
    """Return the context of home/story_index_page.html; its comment names what is in it."""
    stories = list(
        StoryPage.objects.child_of(page).live().select_related("picture").order_by("-told_on", "-pk")
    )
    album.load([story.picture for story in stories], WIDE)
    return {"cards": [story_card(story, picture=story.picture, line=story.summary) for story in stories]}


def sales_point_parts(_page: SalesPointIndexPage) -> dict[str, Any]:
    """Return the context of home/sales_point_index_page.html: points grouped by kind."""
    found = list(SalesPoint.objects.select_related("commune__province").order_by("name"))
    kinds = [
        {"kind": kind.value, "title": kind.label, "points": [point for point in found if point.kind == kind]}
        for kind in SalesPoint.Kind
    ]
    return {
        "kinds": [kind for kind in kinds if kind["points"]],
        "structured_data": [store(point) for point in found if not point.is_illustrative],
    }


def standard_parts(page: StandardPage) -> dict[str, Any]:
    """Return the context of home/standard_page.html; its comment names what is in it."""
    album.load([page.share_picture, *album.body_pictures(page.body)], HERO, GALLERY)
    below = page.get_children().live() if page.pk else []
    return {"children": [{"title": child.title, "url": child.url or ""} for child in below]}
