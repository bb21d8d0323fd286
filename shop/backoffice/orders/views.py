"""One order for the staff: who, what, where to, what happened, and the next step of each parcel."""

from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from shop.backoffice.orders import money, order_steps, return_requests, steps
from shop.backoffice.orders.forms import InvalidForms
from shop.backoffice.policies import OrderPolicy
from shop.order.localised import LINES, shipping_name
from shop.order.models import Order, Parcel
from shop.order.transitions import may_correct_address


class OrderDetailView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """Read an order."""

    model = Order
    permission_policy = OrderPolicy(Order)
    permission_required = "view"
    template_name = "shop/backoffice/order.html"
    header_icon = "clipboard-list"
    wrong: InvalidForms = {}

    def get(self, _request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(pk)

    def show(self, pk: int, *, status: int = 200) -> HttpResponse:
        """Render order `pk`; 404 when there is none."""
        self.object = get_object_or_404(
            Order.objects.select_related("user", "shipping_address__province", "shipping_address__commune"),
            pk=pk,
        )
        response: HttpResponse = self.render_to_response(self.get_context_data(), status=status)
        response["Cache-Control"] = "private, no-store"
        return response

    def show_again(self, pk: int, form: forms.BaseForm) -> HttpResponse:
        """Render order `pk` with a form as it was filled in, its errors beside the fields."""
        self.wrong = {form.prefix: form}
        return self.show(pk, status=422)

    def get_page_title(self) -> str:
        return _("Đơn %(code)s") % {"code": self.object.number}

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("shop_orders:index"), "label": _("Đơn hàng")},
            {"url": "", "label": self.object.number},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order = self.object
        may_act = self.user_has_permission("change")
        rows = order.parcels.select_related("partner__commune", "sales_point", "cash_holding")
        rows = rows.prefetch_related(LINES, *return_requests.REQUESTS)
        return super().get_context_data(
            order=order,
            may_act=may_act,
            may_correct_address=may_act and may_correct_address(order, rows),
            order_steps=order_steps.rows(order, rows, wrong=self.wrong) if may_act else [],
            address=order.shipping_address,
            payments=money.rows(order, may_act=may_act, wrong=self.wrong),
            refund_account=money.account(order, may_act=may_act, wrong=self.wrong),
            parcels=[self._parcel(parcel, order, may_act=may_act) for parcel in rows],
            log=order.log.select_related("parcel"),
            mails=order.mails.all(),
            **kwargs,
        )

    def _parcel(self, parcel: Parcel, order: Order, *, may_act: bool) -> dict[str, Any]:
        parcel.order = order
        address = partial(_step_url, order.pk, parcel.pk)
        act = partial(steps.rows, address=address, wrong=self.wrong, by_staff=True)
        return {
            "parcel": parcel,
            "way": shipping_name(parcel),
            "steps": act(parcel) if may_act else [],
            "wishes": return_requests.rows(parcel, may_overrule=True, wrong=self.wrong),
        }


class StepView(OrderDetailView):
    """Do the next step of a parcel."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, parcel: int, verb: str) -> HttpResponse:
        row = get_object_or_404(
            Parcel.objects.select_related("order").prefetch_related(LINES), pk=parcel, order=pk
        )
        step = steps.named(verb, by_staff=True)
        if wrong := steps.do(request, row, step):
            return self.show_again(pk, wrong)
        return redirect("shop_orders:detail", pk)


class DecideView(OrderDetailView):
    """Decide on a buyer's wish to send a parcel back; staff may overrule a refusal."""

    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, parcel: int, asked: int) -> HttpResponse:
        rows = Parcel.objects.select_related("order")
        rows = rows.prefetch_related(LINES, *return_requests.REQUESTS)
        row = get_object_or_404(rows, pk=parcel, order=pk)
        if wrong := return_requests.decide(request, row, asked, may_overrule=True):
            return self.show_again(pk, wrong)
        return redirect("shop_orders:detail", pk)


class PhotoView(PermissionCheckedMixin, View):
    """A picture of what is wrong with a parcel."""

    permission_policy = OrderPolicy(Order)
    permission_required = "view"

    def get(self, _request: HttpRequest, pk: int, parcel: int, photo: int) -> HttpResponse:
        return return_requests.picture(get_object_or_404(Parcel, pk=parcel, order=pk), photo)


def _step_url(order_id: int, parcel_id: int, verb: str) -> str:
    return reverse("shop_orders:step", args=[order_id, parcel_id, verb])
