"""Every address of the shop: personal and technical ones here, the rest are Wagtail pages."""

from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config import crawlers, media
from shop.users.forms import DjangoAdminLoginForm

admin.site.login_form = DjangoAdminLoginForm


def oscar(label: str) -> Any:
    """Return the URLs of the Oscar app `label`, ours where it is forked."""
    return cast("Any", apps.get_app_config(label)).urls


urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("django-admin/", admin.site.urls),
    path("documents/", include(wagtaildocs_urls)),
    path("", include(crawlers)),
    path("dashboard/login/", RedirectView.as_view(pattern_name="wagtailadmin_login", query_string=True)),
    path("dashboard/", oscar("dashboard")),
    path("payments/", include("shop.payment.urls")),
    *(
        [path("stripe-double/", include("shop.payment.double.urls"))]
        if settings.DEBUG and settings.STRIPE_DOUBLE
        else []
    ),
    *([path("media/<path:path>", media.serve)] if settings.SERVE_MEDIA else []),
    *i18n_patterns(
        path(_("gio-hang/"), oscar("basket")),
        path(_("thanh-toan/"), oscar("checkout")),
        path(_("don-hang/"), include("shop.order.urls")),
        path(_("mat-khau/"), include("shop.customer.urls")),
        path(_("tai-khoan/"), oscar("customer")),
        path(_("tim-kiem/"), oscar("search")),
        path("catalogue/", oscar("catalogue")),
        path("offers/", oscar("offer")),
        path("wishlists/", oscar("wishlists")),
        path("", include("home.urls")),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
