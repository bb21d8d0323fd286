"""Uploaded pictures from the local disk, for a shop without a web server or S3 in front."""

import errno

import django.views.static
from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

KEPT_S = 7 * 24 * 3600
# Whatever somebody managed to upload: opened by itself it runs nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a file of MEDIA_ROOT; a new upload gets a new name, so browsers may keep it for a week.

    Raises:
        Http404: there is no such file, or its name is longer than the disk takes.
    """
    try:
        response = django.views.static.serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        raise Http404 from error
    response["Cache-Control"] = f"public, max-age={KEPT_S}"
    response["Content-Security-Policy"] = POLICY
    return response
