"""What machines ask for: robots.txt, sitemap.xml, security.txt, and the icon that browsers look for unasked."""

from datetime import UTC, datetime, time, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import timezone, translation
from wagtail.contrib.sitemaps.views import sitemap

from catalogue.caching import public_view
from home.site_map import BothLanguages

SECURITY_D = 180  # so far ahead security.txt holds where no day is set; RFC 9116 advises less than a year
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
def security(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a weakness (RFC 9116); nothing once the day of SECURITY_EXPIRES_ON is over.

    Raises:
        Http404: what stands here holds no longer.
    """
    today = timezone.localdate()
    until = settings.SECURITY_EXPIRES_ON or today + timedelta(days=SECURITY_D)
    if until < today:
        raise Http404
    contact = settings.SECURITY_CONTACT or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    if ":" not in contact:
        contact = f"mailto:{contact}"
    lines = [
        f"Contact: {contact}",
        f"Expires: {datetime.combine(until, time.max, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: vi, en",
        f"Canonical: {settings.BASE_URL}{reverse('security')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public_view
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the icon, whose name changes with its content."""
    return HttpResponseRedirect(static("img/favicon.ico"))


urlpatterns = [
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", public_view(sitemap), {"sitemaps": {"pages": BothLanguages}}, name="sitemap"),
    path(".well-known/security.txt", security, name="security"),
    path("favicon.ico", favicon),
]
