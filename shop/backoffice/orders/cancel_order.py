"""Staff cancel a whole order, paid or not, while nothing is packed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages

from shop.backoffice.orders.forms import ReasonForm
from shop.backoffice.orders.order_steps import CANCEL
from shop.backoffice.orders.told import with_news
from shop.backoffice.orders.views import OrderDetailView
from shop.core.actors import staff
from shop.fulfilment.cancelling import cancel_order
from shop.fulfilment.parcels import InvalidTransition
from shop.order.models import Order


class CancelOrderView(OrderDetailView):
    """Cancel the order; what is held is for sale again, what was paid goes back."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = get_object_or_404(Order, pk=pk)
        form = ReasonForm(request.POST, prefix=CANCEL)
        if not form.is_valid():
            return self.show_again(pk, form)
        self._cancel(order, form.cleaned_data["reason"])
        return redirect("shop_orders:detail", pk)

    def _cancel(self, order: Order, reason: str) -> None:
        try:
            cancel_order(order_id=order.pk, by=staff(self.request.user), reason=reason)
        except InvalidTransition as too_late:
            messages.error(self.request, str(too_late))
        else:
            messages.success(self.request, with_news(_("Đã huỷ đơn."), order))
