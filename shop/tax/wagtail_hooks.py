"""VAT rates in the admin's menu, and the address of the e-invoices' file."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from shop.payment.desk.policies import MoneyPolicy
from shop.tax.desk.views import InvoicesView
from shop.tax.models import VatRate

register_permission_policy(VatRate, MoneyPolicy(VatRate, actions={"add", "change", "delete", "view"}))


class VatRateViewSet(ModelViewSet):
    """Rates by class of goods."""

    model = VatRate
    name = "vat_rates"
    url_prefix = "thue-suat"
    icon = "tag"
    menu_label = _("Thuế suất GTGT")
    menu_order = 360
    add_to_admin_menu = True
    copy_view_enabled = False
    form_fields = ["vat_class", "percent", "valid_from", "valid_until", "basis"]
    list_display = ["__str__", "valid_from", "valid_until", "basis"]


@hooks.register("register_admin_viewset")
def register_rates() -> VatRateViewSet:
    """Show the rates in the admin."""
    return VatRateViewSet()


@hooks.register("register_admin_urls")
def invoice_urls() -> list[URLPattern | URLResolver]:
    """The file for e-invoices."""
    return [path("du-lieu-hoa-don/", InvoicesView.as_view(), name="shop_invoices")]
