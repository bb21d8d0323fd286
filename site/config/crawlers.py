"""What search engines ask for: robots.txt, sitemap.xml, and the icon that browsers look for unasked."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import translation
from wagtail.contrib.sitemaps.views import sitemap

from catalogue.caching import public_view
from home.site_map import BothLanguages

PERSONAL = ("basket:summary", "checkout:index", "customer:summary", "search:search")


@public_view
def robots(request: HttpRequest) -> HttpResponse:
    """Keep crawlers out of the admin, and out of pages that are personal or endless."""
    closed = [*settings.ADMIN_PREFIXES]
    for code, _ in settings.LANGUAGES:
        with translation.override(code):
            closed += [reverse(name) for name in PERSONAL]
    lines = ["User-agent: *", *(f"Disallow: {address}" for address in closed), ""]
    lines.append(f"Sitemap: {settings.BASE_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public_view
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the icon, whose name changes with its content."""
    return HttpResponseRedirect(static("img/favicon.ico"))


urlpatterns = [
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", public_view(sitemap), {"sitemaps": {"pages": BothLanguages}}, name="sitemap"),
    path("favicon.ico", favicon),
]
