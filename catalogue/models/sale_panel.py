"""What the season means for the sale of the product whose page is edited, beside its fields."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.panels import HelpPanel

from catalogue.months import month_name, opening, reopening


class SalePanel(HelpPanel):
    """Say in words when the published product is sold."""

    class BoundPanel(HelpPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.content = sale_in_words(self.instance)


def sale_in_words(page: Any) -> str:
    """Return when the product of `page` is sold, as its published pages say."""
    product = page.product
    if product is None:
        return _("Chưa bày bán: lịch bán tính khi trang được duyệt.")
    if not product.sale_months:
        return _("Đang áp dụng: bán quanh năm.")
    months = ", ".join(month_name(month) for month in product.sale_months)
    opens_on = opening(product.sale_months, timezone.localdate())
    state = reopening(opens_on) if opens_on else _("Hiện đang mở bán.")
    words = _("Đang áp dụng: chỉ bán %(months)s.") % {"months": months}
    return f"{words} {state}"
