"""Log-in forms of the CMS, the Django admin and the shop, limited against guessing; the CMS's way back in."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.http import HttpRequest
from wagtail.admin.forms import auth

from shop.core import typed
from shop.core.ratelimit import Limit, hit
from shop.users import mails
from shop.users.log_in import LogInForm

RESET = Limit("password-reset", tries=5, tries_per_address=30, window_s=60 * 60)


class CmsLoginForm(LogInForm, auth.LoginForm):
    """The log-in of /admin/."""


class DjangoAdminLoginForm(LogInForm, AdminAuthenticationForm):
    """The log-in of /django-admin/."""


class CmsPasswordResetForm(auth.PasswordResetForm):
    """The CMS's "forgotten password": the same mail as the shop's, out of the same budget."""

    email = typed.EmailField(label=auth.PasswordResetForm.base_fields["email"].label, max_length=254)

    def save(self, *, request: HttpRequest, **_options: Any) -> None:
        """Send the link, unless it was asked for too often; the answer is the same.

        Django's view hands the request to this method alone, so the form cannot refuse.
        """
        email = self.cleaned_data["email"]
        if not hit(RESET, request, subject=email):
            return
        for user in self.get_users(email):
            mails.password_reset(user)
