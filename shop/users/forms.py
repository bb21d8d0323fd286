"""Log-in forms of the CMS, the Django admin and the shop, with a brake on guessing."""

from django.contrib.admin.forms import AdminAuthenticationForm
from wagtail.admin.forms.auth import LoginForm

from shop.ratelimit import LOG_IN, LimitedForm


class CmsLoginForm(LimitedForm, LoginForm):
    """The log-in of /admin/."""

    limit = LOG_IN
    subject_field = "username"


class DjangoAdminLoginForm(LimitedForm, AdminAuthenticationForm):
    """The log-in of /django-admin/."""

    limit = LOG_IN
    subject_field = "username"
