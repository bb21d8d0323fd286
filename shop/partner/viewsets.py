"""The register of producers in the admin."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from shop.partner.forms import PartnerForm
from shop.partner.models import Partner


def _panel(heading: Any, *names: str, help_text: Any = "") -> MultiFieldPanel:
    return MultiFieldPanel([FieldPanel(name) for name in names], heading=heading, help_text=help_text)


ACCOUNT_WAITS = _(
    "Người của gian hàng được báo khi tài khoản đổi. "
    "Tài khoản mới chỉ được dùng sau một thời gian, hoặc khi người thứ hai xác nhận ở bảng chi trả."
)


class PartnerIndexView(generic.IndexView):
    """Producers by name, each with the way to its prices."""

    def get_list_buttons(self, instance: Partner) -> list[Any]:
        prices = f"{reverse('producer_prices:prices')}?co-so={instance.pk}"
        return [*super().get_list_buttons(instance), Button(_("Giá và kho"), url=prices, icon_name="tag")]


class PartnerViewSet(ModelViewSet):
    """Producers: seller identity, bank account, people. None is ever deleted: orders name them."""

    model = Partner
    icon = "group"
    menu_label = _("Cơ sở")
    menu_order = 200
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = PartnerIndexView
    ordering = "name"
    search_fields = ["name", "code", "tax_code"]
    list_filter = ["legal_form"]
    list_display = [
        "name",
        Column("legal_form", label=_("Loại hình"), accessor="get_legal_form_display"),
        Column("phone", label=_("Điện thoại")),
    ]
    edit_handler = ObjectList(
        [
            _panel(_("Tên"), "name", "name_en", "legal_form"),
            _panel(
                _("Theo luật"),
                "representative",
                "tax_code",
                "citizen_id",
                "business_licence",
                "founded_year",
                "members",
            ),
            _panel(_("Liên hệ"), "commune", "address", "phone", "email", "website"),
            _panel(_("Giao hàng"), "pickup", "carried_by"),
            _panel(
                _("Thanh toán"),
                "bank_bin",
                "bank_account",
                "bank_holder",
                "commission_percent",
                help_text=ACCOUNT_WAITS,
            ),
            FieldPanel("people"),
            FieldPanel("is_illustrative"),
        ],
        base_form_class=PartnerForm,
    )
