"""Every address of the shop: personal and technical ones here, the rest are Wagtail pages."""

from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as wagtaildocs_urls

from config import cms_forms, crawlers, django_admin, media
from shop.users import page_passwords
from shop.users.cms_account import AccountView

django_admin.prepare()


def oscar(label: str) -> Any:
    """Return the URLs of the Oscar app `label`, ours where it is forked."""
    return cast("Any", apps.get_app_config(label)).urls


urlpatterns = [
    path(
        "admin/choose-external-link/",
        cms_forms.external_link,
        name="wagtailadmin_choose_page_external_link",
    ),
    path("admin/redirects/import/process/", cms_forms.import_redirects),
    path(
        "admin/account/",
        never_cache(require_admin_access(AccountView.as_view())),
        name="wagtailadmin_account",
    ),
    path("admin/", include(wagtailadmin_urls)),
    # Django's own page for a new password counts no wrong ones.
    path("django-admin/password_change/", RedirectView.as_view(pattern_name="customer:change-password")),
    path("django-admin/", admin.site.urls),
    path("documents/authenticate_with_password/<int:restriction_id>/", page_passwords.document),
    path("documents/", include(wagtaildocs_urls)),
    path("", include(crawlers)),
    path("dashboard/login/", RedirectView.as_view(pattern_name="wagtailadmin_login", query_string=True)),
    path("dashboard/", oscar("dashboard")),
    path("payments/", include("shop.payment.urls")),
    *(
        [path("stripe-double/", include("demo.stripe_double.urls"))]
        if settings.DEMO_ALLOWED and settings.STRIPE_DOUBLE
        else []
    ),
    path("media/<path:path>", media.serve),
    *i18n_patterns(
        path(_("gio-hang/"), oscar("basket")),
        path(_("thanh-toan/"), oscar("checkout")),
        path(_("don-hang/"), include("shop.customer.orders.urls")),
        path(_("mat-khau/"), include("shop.customer.urls")),
        path(_("tai-khoan/"), oscar("customer")),
        path(_("tim-kiem/"), oscar("search")),
        path("catalogue/", oscar("catalogue")),
        path("offers/", oscar("offer")),
        path("wishlists/", oscar("wishlists")),
        # Wagtail's own log-in for private pages knows no limits, nor does its question for their password.
        path("_util/login/", RedirectView.as_view(pattern_name="customer:login", query_string=True)),
        path(
            "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
            page_passwords.page,
        ),
        path("", include("home.urls")),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
