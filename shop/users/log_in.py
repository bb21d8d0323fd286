"""Wrong passwords of one account add up over all addresses; its owner gets in by mail meanwhile.

Addresses without an account are counted alike and hear the same: nobody learns which ones have one.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shop.core import typed
from shop.core.ratelimit import LOG_IN, LimitedForm
from shop.users import mails
from shop.users.budgets import Budget, forget, spend
from shop.users.mail_budget import may_mail
from shop.users.models import User

FAILURES = Budget("log-in", "LOG_IN_FAILURES")
SESSION_FAILURES = Budget("session-password", 10)  # who is in and has forgotten it asks for a link
WARNING = Budget("log-in-warning", 1)  # to the owner, however long somebody goes on
LOCKED = _(
    "Địa chỉ này bị nhập sai mật khẩu quá nhiều lần nên trong một giờ không đăng nhập bằng mật khẩu được. "
    "Nếu có tài khoản với địa chỉ này, chủ tài khoản đã nhận được thư có đường dẫn để vào ngay; "
    "không thấy thư thì bấm “Quên mật khẩu?”."
)
TOO_MANY_HERE = _("Mật khẩu bị nhập sai quá nhiều lần. Hãy thử lại sau một giờ, hoặc bấm “Quên mật khẩu?”.")

if TYPE_CHECKING:
    _Form = forms.Form
else:
    _Form = object


class CountedForm(_Form):
    """Counts the try at the account before its password is looked at; a right one starts anew."""

    subject_field: str

    def clean(self) -> Any:
        """Look no further when there were too many.

        Raises:
            ValidationError: there were too many (code "account_locked").
        """
        email = self._email()
        if email and self.cleaned_data.get("password") and not may_try(email):
            raise ValidationError(LOCKED, code="account_locked")
        return super().clean()

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self.errors:
            forget(FAILURES, self._email())

    def _email(self) -> str:
        return str(self.cleaned_data.get(self.subject_field) or "")


class LogInForm(LimitedForm, CountedForm):
    """First base of every log-in form: limited by address (rate limit) and by account (budget)."""

    limit = LOG_IN
    subject_field = "username"

    def clean_username(self) -> str:
        """Return the address that a reader sees: one with hidden signs would be counted apart."""
        return typed.visible(self.cleaned_data["username"])


def may_try(email: str) -> bool:
    """Count one try at an account; when there were too many, send its owner the way in, in the owner's language."""
    if spend(FAILURES, email):
        return True
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is not None and spend(WARNING, email) and may_mail(user.email, "account locked"):
        mails.account_locked(user)
    return False


def is_password(user: User, password: str, *, session: str) -> bool:
    """Return whether it is the account's password, counted like a log-in: a session may be stolen.

    Counted by account and by session; none typed is no guess.

    Raises:
        ValidationError: there were too many wrong ones (code "account_locked", "too_many_tries").
    """
    if not password:
        return False
    if session and not spend(SESSION_FAILURES, session):
        raise ValidationError(TOO_MANY_HERE, code="too_many_tries")
    if not may_try(user.email):
        raise ValidationError(LOCKED, code="account_locked")
    right = user.check_password(password)
    if right:
        forget(FAILURES, user.email)
        forget(SESSION_FAILURES, session)
    return right


def has_new_password(user: User) -> None:
    """Start counting anew: what was guessed at is gone."""
    forget(FAILURES, user.email)
