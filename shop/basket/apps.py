from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from oscar.apps.basket import apps
from oscar.core.loading import get_class


class BasketConfig(apps.BasketConfig):
    name = "shop.basket"

    def ready(self) -> None:
        """Load none of Oscar's views and connect none of its receivers: ours replace them (site/config/receivers.py)."""

    def get_urls(self) -> list[URLPattern]:
        """Return the basket's addresses under the names that Oscar's own code reverses."""
        views = {
            name: get_class("basket.views", name).as_view()
            for name in ("BasketView", "BasketAddView", "VoucherAddView", "VoucherRemoveView")
        }
        return self.post_process_urls(
            [
                path("", views["BasketView"], name="summary"),
                path(_("them/<int:pk>/"), views["BasketAddView"], name="add"),
                path(_("ma-giam-gia/"), views["VoucherAddView"], name="vouchers-add"),
                path(_("ma-giam-gia/<int:pk>/bo/"), views["VoucherRemoveView"], name="vouchers-remove"),
            ]
        )
