"""Stories, sales points and plain pages."""

from typing import Any

from django.http import HttpRequest

from catalogue.family import Family
from catalogue.listing.pager import one_page
from catalogue.models import SalesPoint
from catalogue.pictures import GALLERY, HERO, WIDE, ready
from catalogue.presentation import album
from catalogue.presentation.page_cards import page_card
from catalogue.presentation.structured_data import article
from home.models import SalesPointIndexPage, StandardPage, StoryIndexPage, StoryPage
from home.presentation.structured_data import store


def story_parts(page: StoryPage, _request: HttpRequest, _family: Family) -> dict[str, Any]:
    """Return the context of home/story_page.html; its comment names what is in it."""
    album.load([page.picture, page.share_picture, *album.body_pictures(page.body)], HERO, GALLERY)
    hero = ready(page.picture, HERO) if page.picture else None
    facts = {"datePublished": page.told_on.isoformat() if page.told_on else "", "author": page.author}
    return {"hero": hero, "shared": page.picture, "structured_data": [article(page, hero, **facts)]}


def story_index_parts(page: StoryIndexPage, request: HttpRequest, _family: Family) -> dict[str, Any]:
    """Return the context of home/story_index_page.html; its comment names what is in it."""
    found = StoryPage.objects.child_of(page).live().select_related("picture").order_by("-told_on", "-pk")
    stories, pages = one_page(found, request)
    album.load([story.picture for story in stories], WIDE)
    cards = [page_card(story, picture=story.picture, line=story.summary) for story in stories]
    return {"cards": cards, **pages}


def sales_point_parts(_page: SalesPointIndexPage, _request: HttpRequest, _family: Family) -> dict[str, Any]:
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


def standard_parts(page: StandardPage, _request: HttpRequest, _family: Family) -> dict[str, Any]:
    """Return the context of home/standard_page.html; its comment names what is in it."""
    album.load([page.share_picture, *album.body_pictures(page.body)], HERO, GALLERY)
    below = page.get_children().live() if page.pk else []
    return {"children": [{"title": child.title, "url": child.url or ""} for child in below]}
