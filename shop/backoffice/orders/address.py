"""Staff correct who gets an order and where, on a page of its own behind the order's."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from shop.address.place_buttons import pressed
from shop.address.place_form import PlaceForm
from shop.backoffice.orders.told import with_news
from shop.backoffice.policies import OrderPolicy
from shop.core.actors import staff
from shop.core.fields import NoteField
from shop.fulfilment.addresses import CannotDeliver, PriceDiffers, Recipient, correct_address
from shop.fulfilment.parcels import InvalidTransition
from shop.order.models import Order, ShippingAddress


class AddressForm(PlaceForm):
    """Who and where; who fetches the goods has no place."""

    note = NoteField(label=gettext_lazy("Lời nhắn cho người giao"), max_length=300, required=False)
    price_stays = forms.BooleanField(
        label=gettext_lazy("Giữ phí giao như đã bán: người mua không trả thêm, không được bớt."),
        required=False,
    )

    def __init__(self, *args: Any, fetched: bool, **kwargs: Any) -> None:
        self.fetched = fetched
        super().__init__(*args, **kwargs)

    @property
    def needs_place(self) -> bool:
        """Return whether an address must be given."""
        return not self.fetched

    @property
    def asks_about_price(self) -> bool:
        """Return whether delivery to the new place costs otherwise: staff then say that the old price stays."""
        return bool(self["price_stays"].errors or self["price_stays"].value())

    def recipient(self) -> Recipient:
        """Return what was typed."""
        names = ("name", "phone", "province", "commune", "commune_name", "street", "old_address", "note")
        return Recipient(**{name: self.cleaned_data[name] for name in names})


class AddressView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """Show the address in a form and correct it."""

    model = Order
    permission_policy = OrderPolicy(Order)
    permission_required = "change"
    template_name = "shop/backoffice/address.html"
    header_icon = "edit"

    def get_page_title(self) -> str:
        return _("Sửa người nhận, địa chỉ")

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        detail = reverse("shop_orders:detail", args=[self.order.pk])
        return [
            *self.breadcrumbs_items,
            {"url": reverse("shop_orders:index"), "label": _("Đơn hàng")},
            {"url": detail, "label": self.order.number},
            {"url": "", "label": self.get_page_title()},
        ]

    def get(self, _request: HttpRequest, pk: int) -> HttpResponse:
        address = self._load(pk)
        return self._show(self._form(initial=_fields(address)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._load(pk)
        if reload := pressed(request.POST):
            return self._show(self._form(initial=reload.typed), **reload.context)
        form = self._form(request.POST)
        if form.is_valid():
            self._correct(form)
        if form.errors:
            return self._show(form, status=422)
        return redirect("shop_orders:detail", pk)

    def _load(self, pk: int) -> ShippingAddress:
        rows = Order.objects.select_related("shipping_address").filter(shipping_address__isnull=False)
        self.order = get_object_or_404(rows, pk=pk)
        address: ShippingAddress = self.order.shipping_address
        return address

    def _form(self, *args: Any, **kwargs: Any) -> AddressForm:
        return AddressForm(*args, fetched=not self.order.shipping_address.province_id, **kwargs)

    def _correct(self, form: AddressForm) -> None:
        """Correct it; a place where the parcels cannot go, or at another price, is an error of the form."""
        try:
            correct_address(
                order_id=self.order.pk,
                recipient=form.recipient(),
                by=staff(self.request.user),
                price_stays=form.cleaned_data["price_stays"],
            )
        except InvalidTransition as too_late:
            messages.error(self.request, str(too_late))
        except CannotDeliver as impossible:
            form.add_error("province", str(impossible))
        except PriceDiffers as differs:
            form.add_error("price_stays", str(differs))
        else:
            messages.success(self.request, with_news(_("Đã sửa."), self.order))

    def _show(self, form: AddressForm, *, status: int = 200, **context: Any) -> HttpResponse:
        context = self.get_context_data(order=self.order, form=form, **context)
        response: HttpResponse = self.render_to_response(context, status=status)
        response["Cache-Control"] = "private, no-store"
        return response


def _fields(address: ShippingAddress) -> dict[str, Any]:
    """Return an address as the form's fields."""
    return {
        "name": address.first_name,
        "phone": str(address.phone_number or ""),
        "province": address.province_id or "",
        "commune": address.commune_id or "",
        "commune_name": address.commune_name,
        "street": address.line1,
        "old_address": address.old_address,
        "note": address.notes,
    }
