"""The lists of orders and parcels in the admin."""

from typing import Any

from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets.button import HeaderButton

from catalogue.formats import vnd
from shop.backoffice.attention.page import AttentionViewSet
from shop.backoffice.cash.viewsets import CashViewSet
from shop.backoffice.money.refunds import RefundViewSet
from shop.backoffice.money.viewsets import BankAccountViewSet, BankLineViewSet, UnevenTransferViewSet
from shop.backoffice.orders.address import AddressView
from shop.backoffice.orders.cancel_order import CancelOrderView
from shop.backoffice.orders.listing import without_unused_views
from shop.backoffice.orders.money_views import (
    AcceptPaymentView,
    CancelRefundView,
    ConfirmRefundView,
    FetchPaymentView,
    MarkSeenView,
    NoteRefundView,
    RefundView,
    SendAnywayView,
)
from shop.backoffice.orders.refund_account import RefundAccountView
from shop.backoffice.orders.views import DecideView, OrderDetailView, PhotoView, StepView
from shop.backoffice.payouts.reconcile import ReconcileViewSet
from shop.backoffice.payouts.tax import TaxViewSet, WithholdingRateViewSet
from shop.backoffice.payouts.viewsets import CategoryRateViewSet, OfferFundingViewSet, PayoutViewSet
from shop.backoffice.policies import OrderPolicy
from shop.order.models import Order, Parcel


class OrderIndexView(IndexView):
    """Orders, newest first."""

    def get_base_queryset(self) -> QuerySet[Order]:
        return Order.objects.select_related("shipping_address").order_by("-date_placed")

    def get_edit_url(self, instance: Order) -> str:
        return reverse("shop_orders:detail", args=[instance.pk])

    @property
    def header_buttons(self) -> list[Any]:
        if not OrderPolicy(Order).user_has_permission(self.request.user, "change"):
            return []
        return [
            HeaderButton(_("Nhập đơn qua điện thoại"), reverse("telephone_order:start"), icon_name="plus"),
            HeaderButton(_("Dữ liệu hoá đơn"), reverse("shop_invoices"), icon_name="download"),
        ]


class ParcelIndexView(IndexView):
    """Parcels, those that wait longest first."""

    def get_base_queryset(self) -> QuerySet[Parcel]:
        return (
            Parcel.objects.select_related("order", "partner")
            .prefetch_related("lines")
            .order_by("created_at", "pk")
        )

    def get_edit_url(self, instance: Parcel) -> str:
        return reverse("shop_orders:detail", args=[instance.order_id])


class OrderViewSet(ModelViewSet):
    """All orders; an order's page acts on its parcels."""

    model = Order
    name = "shop_orders"
    url_prefix = "don-hang"
    icon = "clipboard-list"
    menu_label = _("Đơn hàng")
    index_view_class = OrderIndexView
    form_fields: list[str] = []
    list_display = [
        "number",
        DateColumn("date_placed", label=_("Đặt lúc")),
        Column("name", label=_("Người nhận"), accessor="shipping_address.first_name"),
        Column("total", label=_("Tổng"), accessor=lambda order: vnd(order.total_incl_tax)),
        Column("status_label", label=_("Tình trạng")),
    ]
    list_filter = {"status": ["exact"], "date_placed": ["date__gte", "date__lte"]}
    search_fields = [
        "number",
        "guest_email",
        "shipping_address__first_name",
        "shipping_address__phone_number",
    ]
    list_per_page = 30
    list_export: list[str] = []

    def get_urlpatterns(self) -> list[URLPattern]:
        """List, look, act: no other view of Wagtail's on orders exists."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:pk>/", OrderDetailView.as_view(), name="detail"),
            path("<int:pk>/dia-chi/", AddressView.as_view(), name="address"),
            path("<int:pk>/huy/", CancelOrderView.as_view(), name="cancel"),
            path("<int:pk>/kien/<int:parcel>/tra-hang/<int:asked>/", DecideView.as_view(), name="decide"),
            path("<int:pk>/kien/<int:parcel>/anh/<int:photo>/", PhotoView.as_view(), name="photo"),
            path("<int:pk>/kien/<int:parcel>/<slug:verb>/", StepView.as_view(), name="step"),
            path("<int:pk>/hoi-lai/<int:payment>/", FetchPaymentView.as_view(), name="look"),
            path("<int:pk>/da-xem/<int:payment>/", MarkSeenView.as_view(), name="seen"),
            path("<int:pk>/nhan-tien/<int:payment>/", AcceptPaymentView.as_view(), name="accept"),
            path("<int:pk>/van-gui/<int:payment>/", SendAnywayView.as_view(), name="send_anyway"),
            path("<int:pk>/hoan-tien/<int:payment>/", RefundView.as_view(), name="refund"),
            path("<int:pk>/tai-khoan-nhan-hoan/", RefundAccountView.as_view(), name="refund_account"),
            path("<int:pk>/xac-nhan-hoan/<int:refund>/", ConfirmRefundView.as_view(), name="confirm_refund"),
            path("<int:pk>/da-hoan/<int:refund>/", NoteRefundView.as_view(), name="note_refund"),
            path("<int:pk>/bo-khoan-hoan/<int:refund>/", CancelRefundView.as_view(), name="drop_refund"),
        ]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return without_unused_views(super().get_index_view_kwargs(**kwargs))


class ParcelViewSet(ModelViewSet):
    """All parcels, by what is to be done."""

    model = Parcel
    name = "shop_parcels"
    url_prefix = "kien-hang"
    icon = "list-ul"
    menu_label = _("Kiện hàng")
    index_view_class = ParcelIndexView
    form_fields: list[str] = []
    list_display = [
        "__str__",
        Column("partner", label=_("Cơ sở")),
        Column("total", label=_("Tổng"), accessor=lambda parcel: vnd(parcel.left)),
        Column("status", label=_("Tình trạng"), accessor="get_status_display"),
        DateColumn("created_at", label=_("Đặt lúc")),
        Column("tracking_code", label=_("Mã vận đơn")),
    ]
    list_filter = ["status", "partner", "kind"]
    search_fields = ["order__number", "tracking_code", "partner__name"]
    list_per_page = 30
    list_export: list[str] = []

    def get_urlpatterns(self) -> list[URLPattern]:
        """A list only; a parcel is handled on its order's page."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return without_unused_views(super().get_index_view_kwargs(**kwargs))


class OrderGroup(ModelViewSetGroup):
    """What is sold and what is paid, under one heading of the menu."""

    menu_label = _("Bán hàng")
    menu_icon = "clipboard-list"
    menu_order = 200
    items = (
        AttentionViewSet,
        OrderViewSet,
        ParcelViewSet,
        BankLineViewSet,
        UnevenTransferViewSet,
        RefundViewSet,
        BankAccountViewSet,
        ReconcileViewSet,
        CashViewSet,
        PayoutViewSet,
        CategoryRateViewSet,
        OfferFundingViewSet,
        TaxViewSet,
        WithholdingRateViewSet,
    )
