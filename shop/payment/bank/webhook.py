"""Where a bank-notification service posts money in and out: stored, answered, settled."""

import json
import logging
from http import HTTPStatus

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from catalogue.numbers import is_number
from shop.payment.providers.vietqr import sepay
from shop.payment.providers.vietqr.matching import match, store

logger = logging.getLogger(__name__)
MAX_BODY = 64 * 1024  # a notification has less than one kilobyte


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> JsonResponse:
    """Take one notification; the sender repeats it until it is answered with 200, so replays are ordinary.

    Nothing is read before the sender is known, nothing stored that is no transaction.
    """
    if not sepay.is_configured():
        raise Http404
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not is_number(length) or int(length) > MAX_BODY:
        return _answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not sepay.is_trusted(request.headers, request.body):
        logger.warning("A bank notification without the right key was refused")
        return _answer(HTTPStatus.UNAUTHORIZED)
    try:
        line = sepay.line(json.loads(request.body))
    except (ValueError, RecursionError) as error:
        logger.warning("A bank notification makes no sense: %s", error)
        return _answer(HTTPStatus.BAD_REQUEST)
    row = store(line, via="webhook")
    try:
        if row:
            match(row.pk)
    except Exception:  # it is stored: no trouble of the sender's
        logger.exception("The bank's line %s waits for the timer", line.key)
    return _answer(HTTPStatus.OK)


def _answer(status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"success": status == HTTPStatus.OK}, status=status)
