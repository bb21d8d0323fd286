"""The file for e-invoices."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from shop.backoffice.invoices.export import rows
from shop.backoffice.policies import OrderPolicy
from shop.core.csv_cells import csv_file
from shop.order.models import Order


class PeriodForm(forms.Form):
    """From one day to another, both included."""

    tu = forms.DateField(label=gettext_lazy("Từ ngày"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    den = forms.DateField(
        label=gettext_lazy("Đến hết ngày"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "tu" in data and "den" in data and data["den"] < data["tu"]:
            raise forms.ValidationError(_("Ngày cuối đứng trước ngày đầu."))
        return data


class InvoicesView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """Ask for the period, then hand out the file."""

    model = Order
    permission_policy = OrderPolicy(Order)
    permission_required = "change"
    template_name = "shop/backoffice/invoices.html"
    header_icon = "download"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = "tu" in request.GET
        today = timezone.localdate()
        form = PeriodForm(request.GET if asked else None, initial={"tu": today.replace(day=1), "den": today})
        if asked and form.is_valid():
            first, last = form.cleaned_data["tu"], form.cleaned_data["den"]
            return csv_file(rows(first, last), f"hoa-don-{first:%Y-%m-%d}-{last:%Y-%m-%d}.csv")
        response: HttpResponse = self.render_to_response(
            self.get_context_data(form=form), status=422 if asked else 200
        )
        return response

    def get_page_title(self) -> str:
        return _("Dữ liệu hoá đơn")

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        orders = {"url": reverse("shop_orders:index"), "label": _("Đơn hàng")}
        return [*self.breadcrumbs_items, orders, {"url": "", "label": self.get_page_title()}]
