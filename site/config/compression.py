"""Pages go out compressed, whatever proxy stands in front."""

from http import HTTPStatus

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

# What shrinks. Pictures, fonts, PDF and spreadsheets are compressed already.
TEXT = (
    "text/",
    "application/json",
    "application/ld+json",
    "application/xml",
    "application/rss+xml",
    "image/svg",
)


class TextGZipMiddleware(GZipMiddleware):
    """Compresses text, and leaves alone what whitenoise compressed before or what would only cost time.

    BREACH, guessing a secret by the length of a compressed page, is answered as Django does it: the CSRF
    token is masked anew in each answer, and up to a hundred random bytes are added to each.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress one answer."""
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            patch_vary_headers(response, ["Accept-Encoding"])  # as with the page that it stands for
            return response
        if not response.get("Content-Type", "").startswith(TEXT):
            return response
        return super().process_response(request, response)
