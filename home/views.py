"""Addresses beside the pages: calendar files."""

from django.http import Http404, HttpRequest, HttpResponse

from catalogue.caching import public_view
from catalogue.languages import reading_language
from home.models import EventPage
from home.presentation.calendar import calendar


@public_view
def event_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the calendar file of an event in the language of the address."""
    pages = EventPage.objects.live().filter(slug=slug, locale__language_code=reading_language())
    page = pages.select_related("commune__province").first()
    if page is None:
        raise Http404
    answer = HttpResponse(calendar(page), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{page.slug}.ics"'
    return answer
