"""What was uploaded: cut pictures for everybody, from the local disk unless a web server or S3 serves them.

What was uploaded itself is asked for here always, wherever it lies (`catalogue.private_files`).
"""

import errno
import mimetypes
import posixpath

import django.views.static
from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase

from catalogue.private_files import may_see_upload
from catalogue.uploads import PUBLIC_FOLDER

KEPT_S = 7 * 24 * 3600
# Whatever somebody managed to upload: opened by itself it runs nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve an uploaded file to whoever may see it.

    Raises:
        Http404: there is no such file, its name is longer than the disk takes, or it is nobody's business.
    """
    name = posixpath.normpath(path).lstrip("/")  # as it will be looked up
    public = name.startswith(PUBLIC_FOLDER)
    if not (settings.SERVE_MEDIA if public else may_see_upload(request.user, name)):
        raise Http404
    try:
        response = _public(request, name) if public else _private(name)
    except OSError as error:
        if not isinstance(error, FileNotFoundError) and error.errno not in {errno.ENAMETOOLONG, errno.EISDIR}:
            raise
        raise Http404 from error
    response["Content-Security-Policy"] = POLICY
    return response


def _public(request: HttpRequest, name: str) -> HttpResponseBase:
    """A new upload gets a new name, so browsers may keep it for a week."""
    response = django.views.static.serve(request, name, document_root=str(settings.MEDIA_ROOT))
    response["Cache-Control"] = f"public, max-age={KEPT_S}"
    return response


def _private(name: str) -> HttpResponseBase:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = FileResponse(default_storage.open(name), content_type=kind)
    response["Cache-Control"] = "private, no-store"
    return response
