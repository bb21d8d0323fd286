"""One live page of each type, for tests that walk through all of them."""

import datetime

from wagtail.models import Page, get_page_models

from catalogue.models import CataloguePage
from home.models import (
    EventIndexPage,
    EventPage,
    SalesPointIndexPage,
    StandardPage,
    StoryIndexPage,
    StoryPage,
)
from tests import factories

TODAY = datetime.date(2026, 11, 21)
BODY = [("text", "<p>Lửa cháy ba ngày.</p>")]
PAGE_TYPES = [model for model in get_page_models() if model is not Page]


def one_of_each() -> dict[type[Page], Page]:
    """Return a live Vietnamese page of each type, with a product on sale."""
    home = factories.make_home()
    village = factories.make_village()
    specialty = factories.make_specialty()
    product = factories.make_product(stars=4, photo=True, page={"season_months": [1, 11]})
    stories = factories.make_index(StoryIndexPage)
    events = factories.make_index(EventIndexPage)
    factories.make_index(SalesPointIndexPage)
    factories.make_index(CataloguePage)
    story = StoryPage(
        title="Một ngày ở lò gốm", slug="mot-ngay", summary="Chuyện thử.", told_on=TODAY, body=BODY
    )
    event = EventPage(title="Hội Lim", slug="hoi-lim", summary="Hội thử.", place="Đồi Lim")
    standard = StandardPage(title="Giao hàng", slug="giao-hang")
    stories.add_child(instance=story)
    events.add_child(instance=event)
    home.add_child(instance=standard)
    found = [
        home,
        village,
        specialty,
        product.page(),
        product.page().get_parent().specific,
        story,
        event,
        standard,
    ]
    return {type(page): page for page in found} | {
        type(page): page for page in (page.specific for page in home.get_children())
    }
