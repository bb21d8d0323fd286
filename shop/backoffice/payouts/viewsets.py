"""The list of payouts, and commission by class, in the admin."""

from typing import Any

from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from catalogue.formats import vnd
from shop.backoffice.orders.listing import without_unused_views
from shop.backoffice.payouts import debts, views
from shop.backoffice.payouts.forms import OfferFundingForm, RateForm
from shop.ledger.models import CategoryRate, OfferFunding, Payout


class PayoutIndexView(IndexView):
    """Payouts, the newest run first; the ways to make a run, the bank's file, an adjustment."""

    def get_base_queryset(self) -> QuerySet[Payout]:
        return Payout.objects.select_related("partner").order_by("-run", "partner__name", "pk")

    def get_edit_url(self, instance: Payout) -> str:
        return reverse("shop_payouts:detail", args=[instance.pk])

    @property
    def header_buttons(self) -> list[Any]:
        if not views.POLICY.user_has_permission(self.request.user, "change"):
            return [
                HeaderButton(_("Nhật ký chi trả"), reverse("shop_payouts:log"), icon_name="history"),
                HeaderButton(_("Công nợ"), reverse("shop_payouts:debts"), icon_name="list-ul"),
            ]
        return [
            HeaderButton(_("Lập bảng chi trả"), reverse("shop_payouts:run"), icon_name="plus"),
            HeaderButton(_("Tệp chuyển khoản"), reverse("shop_payouts:files"), icon_name="download"),
            HeaderButton(_("Công nợ"), reverse("shop_payouts:debts"), icon_name="list-ul"),
            HeaderButton(_("Điều chỉnh"), reverse("shop_payouts:adjust"), icon_name="edit"),
        ]


class PayoutViewSet(ModelViewSet):
    """All payouts; one payout's page acts on it."""

    model = Payout
    name = "shop_payouts"
    url_prefix = "chi-tra"
    icon = "download"
    menu_label = _("Chi trả")
    index_view_class = PayoutIndexView
    form_fields: list[str] = []
    list_display = [
        "__str__",
        Column("total", label=_("Số tiền"), accessor=lambda payout: vnd(payout.total)),
        Column("state", label=_("Tình trạng"), accessor="get_state_display"),
        Column("file", label=_("Tệp"), accessor=lambda payout: payout.file_id or ""),
        Column("reference", label=_("Mã giao dịch")),
    ]
    list_filter = ["state", "run", "partner"]
    search_fields = ["partner__name", "reference", "bank_account"]
    list_per_page = 50
    list_export: list[str] = []

    def get_urlpatterns(self) -> list[URLPattern]:
        """List, look, act: no other view of Wagtail's on payouts exists."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("lap-bang/", views.RunView.as_view(), name="run"),
            path("tai-khoan-moi/<int:pk>/", views.ConfirmAccountView.as_view(), name="confirm_account"),
            path("dieu-chinh/", views.AdjustView.as_view(), name="adjust"),
            path("nhat-ky/", views.LogView.as_view(), name="log"),
            path("tep-chuyen-khoan/", views.FilesView.as_view(), name="files"),
            path("tep-chuyen-khoan/<int:pk>.csv", views.FileView.as_view(), name="file"),
            path("cong-no/", debts.DebtsView.as_view(), name="debts"),
            path("cong-no/<int:pk>/", debts.DebtView.as_view(), name="debt"),
            path("cong-no/<int:pk>/da-nop/", debts.PayInView.as_view(), name="pay_in"),
            path("cong-no/<int:pk>/bo/<int:payment>/", debts.UndoPayInView.as_view(), name="undo_pay_in"),
            path("cong-no/<int:pk>/ban-in/", debts.PrintBillView.as_view(), name="bill"),
            path("cong-no/<int:pk>.csv", debts.SaveBillView.as_view(), name="bill_lines"),
            path("<int:pk>/", views.PayoutView.as_view(), name="detail"),
            path("<int:pk>/da-chuyen/", views.PayView.as_view(), name="pay"),
            path("<int:pk>/xac-nhan/", views.ConfirmView.as_view(), name="confirm"),
            path("<int:pk>/bo/", views.DiscardView.as_view(), name="discard"),
            path("<int:pk>/sao-ke/", views.StatementView.as_view(), name="statement"),
            path("<int:pk>/sao-ke.csv", views.EntriesView.as_view(), name="lines"),
        ]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return without_unused_views(super().get_index_view_kwargs(**kwargs))


class CategoryRateViewSet(ModelViewSet):
    """Commission by OCOP class."""

    model = CategoryRate
    name = "shop_rates"
    url_prefix = "phi-san"
    icon = "tag"
    menu_label = _("Phí sàn theo nhóm")
    copy_view_enabled = False
    list_display = ["category", "percent"]

    def get_form_class(self, for_update: bool = False) -> type[RateForm]:
        return RateForm


class OfferFundingViewSet(ModelViewSet):
    """Who pays for which offer."""

    model = OfferFunding
    name = "shop_offer_funding"
    url_prefix = "ai-chiu-uu-dai"
    icon = "tag"
    menu_label = _("Ai chịu ưu đãi")
    copy_view_enabled = False
    list_display = ["offer", Column("paid_by", label=_("Ai chịu"), accessor="get_paid_by_display")]

    def get_form_class(self, for_update: bool = False) -> type[OfferFundingForm]:
        return OfferFundingForm
