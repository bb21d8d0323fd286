"""What people type about themselves: log-in, registration, profile, passwords.

Whatever can be guessed at, or makes the shop send mail, is rate-limited (shop.core.ratelimit).
"""

from typing import Any

from django import forms
from django.contrib.auth import forms as auth_forms
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from oscar.apps.customer import forms as oscar_forms
from oscar.apps.customer.forms import *  # noqa: F403
from oscar.apps.customer.utils import normalise_email

from shop.core import typed
from shop.core.own_urls import own_url
from shop.core.ratelimit import Limit, LimitedForm
from shop.users import mails
from shop.users.email_form import EmailChange
from shop.users.forms import RESET
from shop.users.log_in import LogInForm, is_password
from shop.users.models import User

REGISTER = Limit("register", tries=10, tries_per_address=30, window_s=60 * 60)
LONGEST_URL = 300  # it travels in the link of a mail

EMAIL = _("Thư điện tử")
EMAIL_ERRORS = {
    "required": _("Nhập địa chỉ thư điện tử."),
    "invalid": _("Địa chỉ thư điện tử thiếu hoặc sai, ví dụ đúng: ten@example.vn."),
}


def email_field() -> forms.EmailField:
    """Return the field for an e-mail address that browsers can fill in."""
    widget = forms.EmailInput(attrs={"autocomplete": "email"})
    return typed.EmailField(label=EMAIL, widget=widget, max_length=254, error_messages=EMAIL_ERRORS)


def password_field(label: Any, *, autocomplete: str) -> forms.CharField:
    """Return a field for a password; what was typed is never sent back."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(
        label=label,
        strip=False,
        widget=widget,
        max_length=4096,
        error_messages={"required": _("Nhập mật khẩu.")},
    )


class EmailAuthenticationForm(LogInForm, oscar_forms.EmailAuthenticationForm):
    """The log-in of the shop; its view hands over the request."""

    username = email_field()
    password = password_field(_("Mật khẩu"), autocomplete="current-password")
    error_messages = {
        "invalid_login": _("Thư điện tử hoặc mật khẩu không đúng."),
        "inactive": _("Tài khoản này đã khoá."),
    }

    def clean_redirect_url(self) -> str:
        """Return an address within this site, or none."""
        return own_url(self.cleaned_data["redirect_url"].strip(), host=self.host)


class EmailUserCreationForm(LimitedForm, forms.Form):
    """Asks for an account with an address; the answer is the same whether it has one or not."""

    limit = REGISTER
    subject_field = "email"

    email = email_field()
    redirect_url = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, host: str, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.host, self.request = host, request

    def full_clean(self) -> None:
        """Count every request: each one may send a mail, so none is forgotten."""
        forms.Form.full_clean(self)

    def clean_email(self) -> str:
        """Return the address as it is kept."""
        return normalise_email(self.cleaned_data["email"])

    def clean_redirect_url(self) -> str:
        """Return an address within this site, or none."""
        url = own_url(self.cleaned_data["redirect_url"].strip(), host=self.host)
        return url if len(url) <= LONGEST_URL else ""


class ProfileForm(EmailChange, forms.ModelForm):
    """Name and address of an account; a new address needs the password."""

    email = email_field()
    password = password_field(_("Mật khẩu hiện tại"), autocomplete="current-password")

    class Meta:
        model = get_user_model()
        fields = ["first_name", "email"]
        labels = {"first_name": _("Họ và tên")}

    def __init__(self, *args: Any, session: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        self.fields["password"].required = False
        self.fields["password"].help_text = _("Chỉ cần khi đổi thư điện tử.")
        self.fields["first_name"].widget.attrs["autocomplete"] = "name"


class PasswordResetForm(LimitedForm, auth_forms.PasswordResetForm):
    """Asks for a way back in; the answer is the same whether the address has an account or not."""

    limit = RESET
    subject_field = "email"

    email = email_field()

    def __init__(self, *args: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def full_clean(self) -> None:
        """Count every request: each one may send a mail, so none is forgotten."""
        forms.Form.full_clean(self)

    def save(self, **_options: Any) -> None:  # type: ignore[override]
        for user in self.get_users(self.cleaned_data["email"]):
            mails.password_reset(user)


class PasswordChangeForm(auth_forms.PasswordChangeForm):
    """A new password, with the old one; wrong ones are counted."""

    def __init__(self, *args: Any, session: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session

    def clean_old_password(self) -> str:
        """Refuse anything but the account's own password."""
        old: str = self.cleaned_data["old_password"]
        if not is_password(self.user, old, session=self.session):
            raise forms.ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return old


class DeleteForm(forms.Form):
    """Confirms that an account goes, with its password."""

    password = password_field(_("Mật khẩu"), autocomplete="current-password")

    def __init__(self, *args: Any, user: User, session: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.session = user, session

    def clean_password(self) -> str:
        """Refuse anything but the account's own password."""
        if not is_password(self.user, self.cleaned_data["password"], session=self.session):
            raise forms.ValidationError(_("Mật khẩu không đúng."))
        return self.cleaned_data["password"]
