"""Who presents which page of home; called when the app is ready."""

from catalogue import presenters
from home.models import (
    EventIndexPage,
    EventPage,
    HomePage,
    SalesPointIndexPage,
    StandardPage,
    StoryIndexPage,
    StoryPage,
)
from home.presentation import events, front_page, stories

PRESENTERS: dict[type, presenters.Presenter] = {
    EventIndexPage: events.index_parts,
    EventPage: events.parts,
    HomePage: front_page.parts,
    SalesPointIndexPage: stories.sales_point_parts,
    StandardPage: stories.standard_parts,
    StoryIndexPage: stories.story_index_parts,
    StoryPage: stories.story_parts,
}


def register() -> None:
    """Register what each kind of page puts into the frame."""
    for model, presenter in PRESENTERS.items():
        presenters.register(model, presenter)
