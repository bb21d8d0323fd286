"""Cache-Control for every answer: public pages may be kept for a little while, all else not at all."""

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, has_vary_header, set_response_etag

from catalogue.caching import is_marked_public

logger = logging.getLogger(__name__)

PRIVATE = "private, no-store"
CACHEABLE_STATUS = frozenset({HTTPStatus.OK, HTTPStatus.MOVED_PERMANENTLY})
PAGE_URL_NAME = "wagtail_serve"


def is_public(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Say whether the answer is the same for everybody: a page of the CMS, or a view marked so."""
    if request.method not in {"GET", "HEAD"} or response.status_code not in CACHEABLE_STATUS:
        return False
    match = request.resolver_match
    return is_marked_public(response) or (match is not None and match.url_name == PAGE_URL_NAME)


def is_personal(response: HttpResponseBase) -> bool:
    """Say whether something tied the answer to its visitor after all."""
    return bool(response.cookies) or has_vary_header(response, "Cookie")


def lifetime() -> tuple[int, int]:
    """Return for how many seconds copies are fresh, and for how many more they may be shown stale."""
    left_s = int((next_midnight() - timezone.now()).total_seconds())
    fresh_s = min(settings.PUBLIC_CACHE_S, left_s)
    return fresh_s, min(settings.PUBLIC_CACHE_STALE_S, left_s - fresh_s)


def next_midnight() -> datetime:
    """Return the end of today in Vietnam, when stars go out and seasons change on any page."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time.min))


def public_header() -> str:
    """Return Cache-Control for a public page: shared caches keep it, browsers ask each time (by ETag)."""
    fresh_s, stale_s = lifetime()
    words = ["public", "max-age=0", f"s-maxage={fresh_s}"]
    if stale_s:
        words.append(f"stale-while-revalidate={stale_s}")
    return ", ".join(words)


class CacheHeadersMiddleware:
    """Sets Cache-Control where a view has not, and answers 304 where the visitor has the page already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Mark the answer on its way out."""
        response = self.get_response(request)
        if response.has_header("Cache-Control"):
            return response
        if not is_public(request, response):
            response["Cache-Control"] = PRIVATE
            return response
        if is_personal(response):
            logger.error("A public page is tied to its visitor and is not cached: %s", request.path)
            response["Cache-Control"] = PRIVATE
            return response
        response["Cache-Control"] = public_header()
        if isinstance(response, HttpResponse) and response.status_code == HTTPStatus.OK:
            set_response_etag(response)
            return get_conditional_response(request, etag=response["ETag"], response=response) or response
        return response
