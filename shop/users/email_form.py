"""What every form has in which an account's address can be changed: the shop's and the CMS's."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from oscar.apps.customer.utils import normalise_email

from shop.users import email_change
from shop.users.log_in import is_password

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = object


class EmailChange(_ModelForm):
    """A new address needs the password, and a click in its mailbox; mixed in before a form of the account.

    The form has the fields `email` and `password`.
    """

    session = ""  # whose wrong passwords count
    new_email = ""  # to which a link was mailed

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.old_email = self.instance.email

    def clean_email(self) -> str:
        """Return the address as it is kept."""
        return normalise_email(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any] | None:
        """Ask for the password before the log-in name may change."""
        cleaned = super().clean()
        if self.cleaned_data.get("email", self.old_email) == self.old_email:
            return cleaned
        owner = get_user_model().objects.get(pk=self.instance.pk)
        try:
            right = is_password(owner, self.cleaned_data.get("password") or "", session=self.session)
        except ValidationError as locked:
            self.add_error("password", locked)
        else:
            if not right:
                self.add_error("password", _("Nhập đúng mật khẩu hiện tại để đổi thư điện tử."))
        return cleaned

    def validate_unique(self) -> None:
        """Say nothing of other accounts: the link that is mailed does not go to one."""

    def save(self, commit: bool = True) -> Any:
        """Save the rest; a new address becomes the account's by the link that is mailed to it."""
        typed, self.instance.email = self.instance.email, self.old_email
        user = super().save(commit=commit)
        if typed != self.old_email:
            self.new_email = typed
            email_change.ask(user, typed)
        return user
