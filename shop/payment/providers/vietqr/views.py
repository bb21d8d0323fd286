"""What the open order page fetches while a transfer is awaited."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from shop.order.models import Order
from shop.payment.models import Payment
from shop.payment.providers.vietqr import page, picture
from shop.payment.providers.vietqr.provider import VietQR

private = cache_control(private=True, no_store=True)


@require_GET
@private
def status(request: HttpRequest, token: str) -> HttpResponse:
    """Let the page, which asks every few seconds, reload when something has changed."""
    order = get_object_or_404(Order, token=token)
    if "HX-Request" not in request.headers:
        return redirect(order)
    payment = _awaited(order)
    if payment and request.GET.get("nhan") == f"{payment.received:.0f}":
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return HttpResponse(headers={"HX-Refresh": "true"})


@require_GET
@private
def picture_to_save(_request: HttpRequest, token: str) -> HttpResponse:
    """Return the code as PNG, for somebody who pays from the phone that shows it."""
    order = get_object_or_404(Order, token=token)
    payment = _awaited(order)
    asked = page.asked_into(payment) if payment else None
    if payment is None or asked is None:
        raise Http404
    name = f'inline; filename="vietqr-{order.number}.png"'
    body = picture.png(page.text(payment, asked))
    return HttpResponse(body, content_type="image/png", headers={"Content-Disposition": name})


def _awaited(order: Order) -> Payment | None:
    """Return the transfer that the order waits for."""
    payment = order.payment
    waits = order.status == Order.Status.PENDING_PAYMENT and payment and payment.is_live
    return payment if payment and waits and payment.method == VietQR.code else None
