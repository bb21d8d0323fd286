"""What people type about themselves: log-in, registration, profile, passwords.

Whatever can be guessed at, or makes the shop send mail, is braked (shop.ratelimit).
"""

from typing import Any

from django import forms
from django.contrib.auth import forms as auth_forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from oscar.apps.customer import forms as oscar_forms
from oscar.apps.customer.forms import *  # noqa: F403
from oscar.apps.customer.utils import normalise_email

from shop.customer import mails
from shop.ratelimit import LOG_IN, Limit, LimitedForm

REGISTER = Limit("register", tries=10, tries_per_address=30, window_s=60 * 60)
RESET = Limit("password-reset", tries=5, tries_per_address=30, window_s=60 * 60)

EMAIL = _("Thư điện tử")
EMAIL_ERRORS = {
    "required": _("Nhập địa chỉ thư điện tử."),
    "invalid": _("Địa chỉ thư điện tử thiếu hoặc sai, ví dụ đúng: ten@example.vn."),
}
EMAIL_TAKEN = _("Đã có tài khoản với địa chỉ này. Đăng nhập, hoặc chọn “Quên mật khẩu?”.")


def email_field() -> forms.EmailField:
    """Return the field for an e-mail address that browsers can fill in."""
    widget = forms.EmailInput(attrs={"autocomplete": "email"})
    return forms.EmailField(label=EMAIL, widget=widget, max_length=254, error_messages=EMAIL_ERRORS)


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


class EmailAuthenticationForm(LimitedForm, oscar_forms.EmailAuthenticationForm):
    """The log-in of the shop; its view hands over the request."""

    limit = LOG_IN
    subject_field = "username"

    username = email_field()
    password = password_field(_("Mật khẩu"), autocomplete="current-password")
    error_messages = {
        "invalid_login": _("Thư điện tử hoặc mật khẩu không đúng."),
        "inactive": _("Tài khoản này đã khoá."),
    }


class EmailUserCreationForm(LimitedForm, oscar_forms.EmailUserCreationForm):
    """A new account: an address and a password, nothing else."""

    limit = REGISTER
    subject_field = "email"

    email = email_field()
    password1 = password_field(_("Mật khẩu"), autocomplete="new-password")
    password2 = password_field(_("Nhập lại mật khẩu"), autocomplete="new-password")

    def __init__(self, *args: Any, request: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_email(self) -> str:
        """Refuse an address that has an account, whatever its capitals."""
        email = normalise_email(self.cleaned_data["email"])
        if get_user_model().objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(EMAIL_TAKEN)
        return email

    def clean_password2(self) -> str:
        """Refuse two different passwords."""
        if self.cleaned_data.get("password1") != self.cleaned_data.get("password2"):
            raise forms.ValidationError(_("Hai lần nhập mật khẩu không giống nhau."))
        return self.cleaned_data["password2"]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Name and address of an account; a new address needs the password."""

    email = email_field()
    password = password_field(_("Mật khẩu hiện tại"), autocomplete="current-password")

    class Meta:
        model = get_user_model()
        fields = ["first_name", "email"]
        labels = {"first_name": _("Họ và tên")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.old_email = self.instance.email
        self.fields["password"].required = False
        self.fields["password"].help_text = _("Chỉ cần khi đổi thư điện tử.")
        self.fields["first_name"].widget.attrs["autocomplete"] = "name"

    def clean_email(self) -> str:
        """Refuse the address of another account."""
        email = normalise_email(self.cleaned_data["email"])
        others = get_user_model().objects.exclude(pk=self.instance.pk)
        if others.filter(email__iexact=email).exists():
            raise forms.ValidationError(EMAIL_TAKEN)
        return email

    def clean(self) -> dict[str, Any] | None:
        """Ask for the password before the log-in name changes."""
        cleaned = super().clean()
        changed = self.cleaned_data.get("email", self.old_email) != self.old_email
        if changed and not self.instance.check_password(self.cleaned_data.get("password") or ""):
            self.add_error("password", _("Nhập đúng mật khẩu hiện tại để đổi thư điện tử."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        user = super().save(commit=commit)
        if user.email != self.old_email:
            mails.email_changed(user, old_email=self.old_email)
        return user


class PasswordResetForm(LimitedForm, auth_forms.PasswordResetForm):
    """Asks for a way back in; the answer is the same whether the address has an account or not."""

    limit = RESET
    subject_field = "email"

    email = email_field()

    def __init__(self, *args: Any, request: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def full_clean(self) -> None:
        """Count every request: each one may send a mail, so none is forgotten."""
        forms.Form.full_clean(self)

    def save(self, **_options: Any) -> None:  # type: ignore[override]
        for user in self.get_users(self.cleaned_data["email"]):
            mails.password_reset(user)


class DeleteForm(forms.Form):
    """Confirms that an account goes, with its password."""

    password = password_field(_("Mật khẩu"), autocomplete="current-password")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Refuse anything but the account's own password."""
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("Mật khẩu không đúng."))
        return self.cleaned_data["password"]
