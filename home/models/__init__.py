"""The front door: home, stories, events, sales points, standard pages and what editors set for the site."""

from home.models.event_page import EventDate, EventIndexPage, EventPage
from home.models.home_page import HomePage
from home.models.sales_point_index_page import SalesPointIndexPage
from home.models.site_settings import MarketSettings, MenuItem
from home.models.standard_page import StandardPage
from home.models.story_page import StoryIndexPage, StoryPage

__all__ = [
    "EventDate",
    "EventIndexPage",
    "EventPage",
    "HomePage",
    "MarketSettings",
    "MenuItem",
    "SalesPointIndexPage",
    "StandardPage",
    "StoryIndexPage",
    "StoryPage",
]
