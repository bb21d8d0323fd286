"""The buyer's side of paying: choose how, go there, come back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from shop.core import ratelimit
from shop.core.actors import buyer
from shop.order.models import Order
from shop.payment import attempts, settling
from shop.payment.models.payment import LIVE
from shop.payment.providers.base import PaymentUnavailable

private = cache_control(private=True, no_store=True)


@require_POST
@private
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Pay an order that waits for money, by the method chosen on its page."""
    order = get_object_or_404(Order, token=token)
    if not ratelimit.hit(ratelimit.PAY, request, subject=order.number):
        messages.error(request, " ".join([ratelimit.message(ratelimit.PAY), _("Đơn vẫn giữ nguyên.")]))
        return redirect(order)
    try:
        attempts.pay_with(order_id=order.pk, code=request.POST.get("method", "")[:30], by=buyer(request.user))
        return redirect(attempts.begin(order))
    except attempts.CannotPay as refusal:
        messages.error(request, str(refusal))
    except PaymentUnavailable:
        messages.error(
            request, _("Bên thu tiền chưa trả lời. Đơn của bạn đã được giữ: thử lại, hoặc đổi cách trả.")
        )
    return redirect(order)


@require_GET
@private
def paid(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the provider what came of it, then show the order: coming back proves nothing.

    Reached by a link from another site: it may be called again, late, or by nobody at all.
    """
    order = get_object_or_404(Order, token=token)
    if not ratelimit.hit(ratelimit.COME_BACK, request, subject=order.number):
        return redirect(order)
    for pk in order.payments.filter(state__in=LIVE).values_list("pk", flat=True):
        try:
            settling.fetch_and_settle(payment_id=pk, by=buyer(request.user))
        except PaymentUnavailable:
            messages.warning(
                request, _("Bên thu thẻ chưa trả lời. Nếu bạn đã trả, đơn sẽ tự cập nhật trong ít phút.")
            )
    return redirect(order)
