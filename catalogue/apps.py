from typing import Any

from django.urls import path, re_path
from oscar.apps.catalogue import apps
from oscar.core.loading import get_class


class CatalogueConfig(apps.CatalogueConfig):
    name = "catalogue"

    def ready(self) -> None:
        """Say who presents which page; receivers are connected in site/config/receivers.py."""
        from catalogue.presentation import register

        super().ready()
        register.register()

    def get_urls(self) -> list[Any]:
        """Oscar's own addresses lead to the pages that present products and groups."""
        from catalogue import redirects

        range_view = get_class("offer.views", "RangeDetailView")
        urls = [
            path("", redirects.ToCatalogue.as_view(), name="index"),
            re_path(r"^(?P<product_slug>[\w-]*)_(?P<pk>\d+)/$", redirects.ToProduct.as_view(), name="detail"),
            re_path(
                r"^category/(?P<category_slug>[\w-]+(/[\w-]+)*)_(?P<pk>\d+)/$",
                redirects.ToCategory.as_view(),
                name="category",
            ),
            re_path(r"^ranges/(?P<slug>[\w-]+)/$", range_view.as_view(), name="range"),
        ]
        return self.post_process_urls(urls)
