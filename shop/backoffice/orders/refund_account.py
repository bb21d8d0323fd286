"""The buyer's bank account for refunds, typed in by staff."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages

from shop.backoffice.orders.money_views import MoneyView
from shop.core.actors import staff
from shop.order.models import Order
from shop.payment.forms import RefundAccountForm
from shop.payment.models import RefundAccount
from shop.payment.refunds import refund_accounts


class RefundAccountView(MoneyView):
    """Type in what the buyer said on the telephone."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = get_object_or_404(Order, pk=pk)
        form = RefundAccountForm(request.POST, prefix="account")
        if not form.is_valid():
            return self.refuse(pk, form)
        self._give(order, form.instance)
        return redirect("shop_orders:detail", pk)

    def _give(self, order: Order, account: RefundAccount) -> None:
        try:
            refund_accounts.save_account(order_id=order.pk, account=account, by=staff(self.request.user))
        except refund_accounts.NothingDue as too_late:
            messages.error(self.request, str(too_late))
        else:
            messages.success(self.request, _("Đã ghi tài khoản nhận tiền hoàn."))
