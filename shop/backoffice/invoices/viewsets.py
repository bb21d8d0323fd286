"""VAT rates in the admin's menu."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from shop.tax.models import VatRate


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
