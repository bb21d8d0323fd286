"""The lists of money in the admin: bank lines, transfers with too little or too much, bank accounts."""

from typing import Any

import django_filters
from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from catalogue.formats import vnd
from shop.backoffice.money import bank_lines
from shop.backoffice.money.statements import StatementView, UploadView
from shop.backoffice.money.views import AssignView, DuplicateView, LineView, NotOursView, SplitView
from shop.backoffice.orders.listing import without_unused_views
from shop.payment.models import BankAccount, BankLine, Payment

SUM_WIDTH = "130"  # CSS pixels at least: a sum stands on one line
MEMO_WIDTH = "180"  # CSS pixels at least, so that words stand on few lines where the list is scrolled


class BankLineFilterSet(WagtailFilterSet):
    """Bank lines by what became of them, which way they went, why they wait."""

    state = django_filters.ChoiceFilter(
        label=_("Tình trạng"), choices=BankLine.State.choices, widget=forms.RadioSelect
    )
    direction = django_filters.ChoiceFilter(
        label=_("Chiều"), choices=BankLine.Direction.choices, widget=forms.RadioSelect
    )
    reason = django_filters.ChoiceFilter(
        label=_("Vướng gì"), choices=BankLine.Reason.choices, widget=forms.RadioSelect
    )

    class Meta:
        model = BankLine
        fields: list[str] = []


class BankLineIndexView(generic.IndexView):
    """Bank lines, those that wait first."""

    page_title = _("Tiền ở ngân hàng")

    def get_base_queryset(self) -> QuerySet[BankLine]:
        return bank_lines.all_lines()

    def get_edit_url(self, instance: BankLine) -> str:
        return reverse("shop_bank_lines:line", args=[instance.pk])

    @cached_property
    def header_buttons(self) -> list[Any]:
        if not self.user_has_permission("change"):
            return []
        return [HeaderButton(_("Nhập sao kê"), url=reverse("shop_bank_lines:upload"), icon_name="upload")]


class BankLineViewSet(ModelViewSet):
    """Bank lines; a line's page books it on an order or puts it aside."""

    model = BankLine
    name = "shop_bank_lines"
    url_prefix = "tien-ve"
    icon = "history"
    menu_label = _("Tiền ở ngân hàng")
    index_view_class = BankLineIndexView
    index_results_template_name = "shop/backoffice/wide_list.html"
    filterset_class = BankLineFilterSet
    form_fields: list[str] = []
    list_display = [
        TitleColumn(
            "amount",
            label=_("Số tiền"),
            accessor=bank_lines.amount_of,
            get_url=bank_lines.address_of,
            width=SUM_WIDTH,
        ),
        Column("day", label=_("Ngày"), accessor=bank_lines.day_of),
        Column("memo", label=_("Nội dung"), accessor=bank_lines.short_memo_of, width=MEMO_WIDTH),
        Column("order", label=_("Đơn"), accessor=bank_lines.orders_of),
        Column("state", label=_("Tình trạng"), accessor="get_state_display"),
        Column("why", label=_("Vướng gì"), accessor=bank_lines.why_of, width=MEMO_WIDTH),
    ]
    search_fields = ["key", "memo", "counterparty", "payment__order__number"]
    list_per_page = 30
    list_export: list[str] = []

    def get_urlpatterns(self) -> list[URLPattern]:
        """List, look, act, read statements; no other view of Wagtail's exists."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:pk>/", LineView.as_view(), name="line"),
            path("<int:pk>/vao-don/", AssignView.as_view(), name="assign"),
            path("<int:pk>/chia/", SplitView.as_view(), name="split"),
            path("<int:pk>/trung/", DuplicateView.as_view(), name="duplicate"),
            path("<int:pk>/khong-phai/", NotOursView.as_view(), name="not_ours"),
            path("sao-ke/", UploadView.as_view(), name="upload"),
            path("sao-ke/<int:pk>/", StatementView.as_view(), name="statement"),
        ]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return without_unused_views(super().get_index_view_kwargs(**kwargs))


class UnevenTransferIndexView(generic.IndexView):
    """Payments by transfer that got too little, too much, or need a person."""

    def get_base_queryset(self) -> QuerySet[Payment]:
        return bank_lines.uneven_payments()

    def get_edit_url(self, instance: Payment) -> str:
        return reverse("shop_orders:detail", args=[instance.order_id])


class UnevenTransferViewSet(ModelViewSet):
    """A list only; what is to be done is done on the order's page."""

    model = Payment
    name = "shop_uneven_transfers"
    url_prefix = "chuyen-lech"
    icon = "warning"
    menu_label = _("Chuyển thiếu, thừa")
    index_view_class = UnevenTransferIndexView
    form_fields: list[str] = []
    list_display = [
        TitleColumn(
            "order",
            label=_("Đơn"),
            accessor="order.number",
            get_url=lambda payment: reverse("shop_orders:detail", args=[payment.order_id]),
        ),
        Column("amount", label=_("Phải trả"), accessor=lambda payment: vnd(payment.amount)),
        Column("received", label=_("Đã nhận"), accessor=lambda payment: vnd(payment.received)),
        Column("uneven", label=_("Thiếu hay thừa"), accessor=bank_lines.unevenness),
        Column("state", label=_("Tình trạng"), accessor="get_state_display"),
        Column("doubt", label=_("Vướng gì"), accessor="doubt_words"),
    ]
    search_fields = ["order__number"]
    list_filter = ["state"]
    list_per_page = 30
    list_export: list[str] = []

    def get_urlpatterns(self) -> list[URLPattern]:
        """A list only."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return without_unused_views(super().get_index_view_kwargs(**kwargs))


class BankAccountForm(WagtailAdminModelForm):
    """An account; bank and number stay as they are once a payment was asked into it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.transfers.exists():
            self.fields["bank"].disabled = self.fields["number"].disabled = True

    def _get_validation_exclusions(self) -> set[str]:
        exclude: set[str] = super()._get_validation_exclusions()
        return exclude | {"is_default"}  # saving this one as default takes it from the other

    def save(self, commit: bool = True) -> BankAccount:
        with transaction.atomic():
            if self.instance.is_default:
                others = BankAccount.objects.filter(is_default=True).exclude(pk=self.instance.pk)
                others.update(is_default=False)
            account: BankAccount = super().save(commit=commit)
        return account


class BankAccountViewSet(ModelViewSet):
    """Where buyers transfer to. None is ever deleted: payments name it."""

    model = BankAccount
    name = "shop_bank_accounts"
    url_prefix = "tai-khoan-ngan-hang"
    icon = "home"
    menu_label = _("Tài khoản ngân hàng")
    copy_view_enabled = False
    list_display = [
        "number",
        Column("bank", label=_("Ngân hàng"), accessor="bank_name"),
        "holder",
        BooleanColumn("is_active", label=_("Đang nhận tiền")),
        BooleanColumn("is_default", label=_("Dùng trước")),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel(name)
            for name in ("bank", "number", "holder", "is_active", "is_default", "is_illustrative")
        ],
        base_form_class=BankAccountForm,
    )
