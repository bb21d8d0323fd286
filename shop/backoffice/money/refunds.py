"""All refunds in the admin, and the list of transfers for the bank."""

from collections.abc import Iterable, Iterator
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from catalogue.formats import vnd
from shop.backoffice.attention.page import refunds_to_make
from shop.backoffice.orders.listing import without_unused_views
from shop.backoffice.policies import OrderPolicy
from shop.core.csv_cells import Cell, csv_file
from shop.payment.bank import memo
from shop.payment.models import Refund
from shop.payment.refunds.refund_accounts import account_of

POLICY = OrderPolicy(Refund)
NEEDS_STAFF = "todo"


def transfers(refunds: Iterable[Refund]) -> Iterator[list[Cell]]:
    """Yield what the bank's form for many transfers asks for, heading first.

    A refund whose account nobody has said yet stands in it all the same, its account empty.
    """
    yield [
        _("Đơn"), _("Người mua"), "BIN", _("Ngân hàng"), _("Số tài khoản"), _("Chủ tài khoản"),
        _("Số tiền, đồng"), _("Nội dung"),
    ]  # fmt: skip
    for refund in refunds:
        order, account = refund.payment.order, account_of(refund)
        address = order.shipping_address
        yield [
            order.number,
            address.first_name if address else "",
            account.bank if account else "",
            account.bank_name if account else "",
            account.number if account else "",
            account.holder if account else "",
            refund.amount,
            memo.of_refund(order.number),
        ]


def _account_words(refund: Refund) -> str:
    """Return the end of the account's number, or that it is missing where it is needed."""
    if account := account_of(refund):
        return account.masked
    wanted = refund.way == Refund.Way.BANK and refund.state == Refund.State.REQUESTED
    return _("chưa có") if wanted else ""


class RefundFilterSet(WagtailFilterSet):
    """Refunds by what became of them and by the way they go."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Tình trạng"),
        method="filter_state",
        choices=[(NEEDS_STAFF, gettext_lazy("cần làm tay hoặc làm lại")), *Refund.State.choices],
        widget=forms.RadioSelect,
    )
    way = django_filters.ChoiceFilter(
        label=gettext_lazy("Cách hoàn"), choices=Refund.Way.choices, widget=forms.RadioSelect
    )

    class Meta:
        model = Refund
        fields: list[str] = []

    def filter_state(self, rows: QuerySet[Refund], _name: str, state: str) -> QuerySet[Refund]:
        """Keep the refunds in this state, or those that wait for a person."""
        if state == NEEDS_STAFF:
            return rows.filter(pk__in=refunds_to_make(timezone.now()).order_by().values("pk"))
        return rows.filter(state=state)


class RefundIndexView(IndexView):
    """Refunds, the newest first; each leads to its order."""

    def get_base_queryset(self) -> QuerySet[Refund]:
        rows = Refund.objects.given()
        return rows.select_related("payment__order", "parcel", "account").order_by("-pk")

    @cached_property
    def header_buttons(self) -> list[Any]:
        if not POLICY.user_has_permission(self.request.user, "change"):
            return []
        url = reverse("shop_refunds:bank_list")
        return [HeaderButton(_("Danh sách chuyển khoản"), url, icon_name="download")]


class BankListView(PermissionCheckedMixin, View):
    """What is to be transferred now, as a table; for who may note it done."""

    permission_policy = POLICY
    permission_required = "change"
    http_method_names = ["get"]

    def get(self, _request: HttpRequest) -> HttpResponse:
        waiting = (
            Refund.objects.to_transfer()
            .approved()
            .select_related("payment__order__shipping_address", "account")
        )
        return csv_file(transfers(waiting.order_by("pk")), f"hoan-tien-{timezone.localdate():%Y-%m-%d}.csv")


class RefundViewSet(ModelViewSet):
    """A list only; what is to be done is done on the order's page."""

    model = Refund
    name = "shop_refunds"
    url_prefix = "hoan-tien"
    icon = "rotate"
    menu_label = gettext_lazy("Tiền hoàn")
    index_view_class = RefundIndexView
    filterset_class = RefundFilterSet
    form_fields: list[str] = []
    list_display = [
        TitleColumn(
            "order",
            label=gettext_lazy("Đơn"),
            accessor="payment.order.number",
            get_url=lambda refund: reverse("shop_orders:detail", args=[refund.payment.order_id]),
        ),
        Column("amount", label=gettext_lazy("Số tiền"), accessor=lambda refund: vnd(refund.amount)),
        Column("way", label=gettext_lazy("Cách hoàn"), accessor="get_way_display"),
        Column("state", label=gettext_lazy("Tình trạng"), accessor="get_state_display"),
        Column("account", label=gettext_lazy("Tài khoản"), accessor=_account_words),
        Column("reference", label=gettext_lazy("Mã giao dịch")),
        Column(
            "why", label=gettext_lazy("Lý do"), accessor=lambda refund: refund.error_words or refund.reason
        ),
        DateColumn("created_at", label=gettext_lazy("Tạo lúc")),
    ]
    search_fields = ["payment__order__number", "reference"]
    list_per_page = 30
    list_export: list[str] = []

    def get_urlpatterns(self) -> list[URLPattern]:
        """List and file: no other view of Wagtail's on refunds exists."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("chuyen-khoan.csv", BankListView.as_view(), name="bank_list"),
        ]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return without_unused_views(super().get_index_view_kwargs(**kwargs))
