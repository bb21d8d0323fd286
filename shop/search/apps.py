from typing import Any

from django.urls import path
from oscar.apps.search import apps


class SearchConfig(apps.SearchConfig):
    name = "shop.search"

    def ready(self) -> None:
        """Nothing of Oscar's: its views want a search engine of their own."""

    def get_urls(self) -> list[Any]:
        from catalogue.search.views import SearchView

        return self.post_process_urls([path("", SearchView.as_view(), name="search")])
