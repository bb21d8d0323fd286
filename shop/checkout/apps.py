from django.urls import path
from django.utils.translation import gettext_lazy as _
from oscar.apps.checkout import apps


class CheckoutConfig(apps.CheckoutConfig):
    """Three steps in place of Oscar's six; its names stay where its templates use them."""

    name = "shop.checkout"

    def ready(self) -> None:
        """Load none of Oscar's views: ours replace them all."""

    def get_urls(self) -> list[object]:
        """Return address, delivery, review and the list of communes."""
        from shop.checkout import views

        return [
            path("", views.index, name="index"),
            path(_("dia-chi/"), views.AddressView.as_view(), name="shipping-address"),
            path(_("xa-phuong/"), views.communes, name="communes"),
            path(_("giao-hang/"), views.DeliveryView.as_view(), name="shipping-method"),
            path(_("xem-lai/"), views.ReviewView.as_view(), name="preview"),
        ]
