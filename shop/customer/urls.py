"""A forgotten password, in four steps; the names are those that Oscar's views use."""

from django.contrib.auth import views
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from oscar.views.decorators import login_forbidden

from shop.customer.views import PasswordResetView

asked = views.PasswordResetDoneView.as_view(template_name="shop/customer/reset_sent.html")
confirm = views.PasswordResetConfirmView.as_view(
    success_url=reverse_lazy("password-reset-complete"), template_name="shop/customer/reset_confirm.html"
)
changed = views.PasswordResetCompleteView.as_view(template_name="shop/customer/reset_complete.html")

urlpatterns = [
    path("", login_forbidden(PasswordResetView.as_view()), name="password-reset"),
    path(_("da-gui/"), login_forbidden(asked), name="password-reset-done"),
    path(_("moi/<str:uidb64>/<str:token>/"), confirm, name="password-reset-confirm"),
    path(_("xong/"), login_forbidden(changed), name="password-reset-complete"),
]
