"""A forgotten password, in three steps; the names are those that Oscar's views use."""

from django.contrib.auth import views
from django.urls import path
from django.utils.translation import gettext_lazy as _
from oscar.views.decorators import login_forbidden

from shop.customer.views import PasswordResetConfirmView, PasswordResetView

asked = views.PasswordResetDoneView.as_view(template_name="shop/customer/reset_sent.html")

urlpatterns = [
    path("", login_forbidden(PasswordResetView.as_view()), name="password-reset"),
    path(_("da-gui/"), login_forbidden(asked), name="password-reset-done"),
    path(
        _("moi/<str:uidb64>/<str:token>/"), PasswordResetConfirmView.as_view(), name="password-reset-confirm"
    ),
]
