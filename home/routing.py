"""Finding the page of an address with two queries, however deep it lies."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail import views
from wagtail.models import Page, Site
from wagtail.url_routing import RouteResult

from catalogue.languages import reading_language
from catalogue.models import MarketPage

ROUTE = "_wagtail_route_for_request"  # where Wagtail looks whether the page is known already


def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve the page at `path`, as Wagtail does once it knows the page.

    Wagtail's own way there asks for site, locale and both home pages, then for two rows per
    level of the tree; a product three levels down would cost a dozen queries before it is shown.
    """
    setattr(request, ROUTE, find_route(request, path))
    response: HttpResponseBase = views.serve(request, path)
    return response


def find_route(request: HttpRequest, path: str) -> RouteResult | None:
    """Return the route of the live page at `path` in the language of the request, None without one."""
    root = root_path(request)
    if root is None:
        return None
    url_path = f"{root}{path}"
    slug = url_path.rstrip("/").rpartition("/")[2]  # the slug has an index, the path has none
    pages = Page.objects.filter(slug=slug, url_path=url_path, live=True)
    page = pages.select_related("content_type").first()
    return RouteResult(specific(page)) if page else None


def specific(page: Page) -> Any:
    """Return the page as its own kind, with the rows that showing it needs; one query."""
    model = page.content_type.model_class()
    if model is None or not issubclass(model, MarketPage):
        return page.specific
    return model.for_display().get(pk=page.pk)


def root_path(request: HttpRequest) -> str | None:
    """Return the tree path of the home page in the language of the request (kept in Wagtail's cache)."""
    roots = [root for root in Site.get_site_root_paths() if root.language_code == reading_language()]
    if len({root.site_id for root in roots}) > 1:
        site = Site.find_for_request(request)
        roots = [root for root in roots if site and root.site_id == site.pk]
    return roots[0].root_path if roots else None
