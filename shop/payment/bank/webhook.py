"""Where notification services post money in and out: stored, answered, settled."""

import json
import logging
from http import HTTPStatus

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from catalogue.ids import is_number
from shop.payment.bank.matching import take
from shop.payment.bank.services.registry import SERVICES
from shop.payment.models import BankLine

logger = logging.getLogger(__name__)
MAX_BODY = 64 * 1024  # a notification has less than one kilobyte


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, service: str = "sepay") -> JsonResponse:
    """Take one notification; the sender repeats it until it is answered with 200, so replays are ordinary.

    Nothing is read before the sender is known, nothing stored that is no transaction.
    """
    sender = SERVICES.get(service)
    if sender is None or not sender.is_configured():
        raise Http404
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not is_number(length) or int(length) > MAX_BODY:
        return _answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not sender.is_trusted(request.headers, request.body):
        logger.warning("A bank notification of %s without the right key was refused", service)
        return _answer(HTTPStatus.UNAUTHORIZED)
    try:
        found = sender.transactions(json.loads(request.body))
    except (ValueError, RecursionError) as error:
        logger.warning("A bank notification of %s makes no sense: %s", service, error)
        return _answer(HTTPStatus.BAD_REQUEST)
    take(found, source=BankLine.Source.WEBHOOK)
    return _answer(HTTPStatus.OK)


def _answer(status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"success": status == HTTPStatus.OK}, status=status)
