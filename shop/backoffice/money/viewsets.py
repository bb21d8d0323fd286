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
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from catalogue.templatetags.market import vnd
from shop.order.desk.listing import no_other_views
from shop.payment.desk import lines
from shop.payment.desk.views import AssignView, LineView, NotOursView, StatementView, UploadView
from shop.payment.models import BankAccount, Inbox, Payment


class BankLineFilterSet(WagtailFilterSet):
    """Lines by what became of them."""

    state = django_filters.ChoiceFilter(
        label=_("Tình trạng"),
        method="filter_state",
        choices=[(key, label) for key, (_condition, label) in lines.STATES.items()],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Inbox
        fields: list[str] = []

    def filter_state(self, rows: QuerySet[Inbox], _name: str, state: str) -> QuerySet[Inbox]:
        """Keep the lines in this state."""
        return rows.filter(lines.STATES[state][0])


class BankLineIndexView(generic.IndexView):
    """Lines of the bank, those that wait first."""

    def get_base_queryset(self) -> QuerySet[Inbox]:
        return lines.bank_lines()

    def get_edit_url(self, instance: Inbox) -> str:
        return reverse("shop_bank_lines:line", args=[instance.pk])

    @cached_property
    def header_buttons(self) -> list[Any]:
        if not self.user_has_permission("change"):
            return []
        return [HeaderButton(_("Nhập sao kê"), url=reverse("shop_bank_lines:upload"), icon_name="upload")]


class BankLineViewSet(ModelViewSet):
    """What the bank told us; a line's page gives it to an order or puts it aside."""

    model = Inbox
    name = "shop_bank_lines"
    url_prefix = "tien-ve"
    icon = "history"
    menu_label = _("Tiền về ngân hàng")
    index_view_class = BankLineIndexView
    filterset_class = BankLineFilterSet
    form_fields: list[str] = []
    list_display = [
        "key",
        Column("amount", label=_("Số tiền"), accessor=lambda row: vnd(lines.amount_of(row))),
        Column("memo", label=_("Nội dung"), accessor="body.memo"),
        Column("state", label=_("Tình trạng"), accessor=lines.state_of),
        Column("why", label=_("Vướng gì"), accessor="error"),
        Column("order", label=_("Đơn"), accessor=lines.order_of),
        DateColumn("received_at", label=_("Nhận lúc")),
    ]
    search_fields = ["key", "body__memo", "payment__order__number"]
    list_per_page = 30
    list_export: list[str] = []

    def get_urlpatterns(self) -> list[URLPattern]:
        """List, look, act, read statements; no other view of Wagtail's exists."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:pk>/", LineView.as_view(), name="line"),
            path("<int:pk>/vao-don/", AssignView.as_view(), name="assign"),
            path("<int:pk>/khong-phai/", NotOursView.as_view(), name="not_ours"),
            path("sao-ke/", UploadView.as_view(), name="upload"),
            path("sao-ke/<int:pk>/", StatementView.as_view(), name="statement"),
        ]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return no_other_views(super().get_index_view_kwargs(**kwargs))


class UnevenTransferIndexView(generic.IndexView):
    """Payments by transfer that got too little, too much, or need a person."""

    def get_base_queryset(self) -> QuerySet[Payment]:
        return lines.uneven_payments()

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
        Column("uneven", label=_("Thiếu hay thừa"), accessor=lines.unevenness),
        Column("state", label=_("Tình trạng"), accessor="get_state_display"),
        Column("doubt", label=_("Vướng gì"), accessor="doubt"),
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
        return no_other_views(super().get_index_view_kwargs(**kwargs))


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
