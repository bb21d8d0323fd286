"""The CMS's account page, as hard as the shop's: wrong passwords count, a new address needs the password."""

from functools import cache
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms.account import NameEmailForm
from wagtail.admin.forms.auth import PasswordChangeForm
from wagtail.admin.views import account

from shop.core import typed
from shop.users import mails
from shop.users.avatar import AvatarForm
from shop.users.email_form import EmailChange
from shop.users.log_in import is_password


class CmsNameEmailForm(EmailChange, NameEmailForm):
    """Name and address; a new address needs the password, and a click in its mailbox."""

    email = typed.EmailField(label=NameEmailForm.base_fields["email"].label)
    password = forms.CharField(
        label=_("Mật khẩu hiện tại"),
        strip=False,
        required=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("Chỉ cần khi đổi thư điện tử; địa chỉ mới nhận một đường dẫn để xác nhận."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "email" not in self.fields:
            del self.fields["password"]


class CmsPasswordChangeForm(PasswordChangeForm):
    """A new password, with the old one; wrong ones are counted, and the owner hears of it."""

    session = ""

    def clean_old_password(self) -> str:
        """Refuse anything but the account's own password."""
        old: str = self.cleaned_data["old_password"]
        owner = get_user_model().objects.get(pk=self.user.pk)
        if not is_password(owner, old, session=self.session):
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return old

    def save(self, commit: bool = True) -> Any:
        user = super().save(commit=commit)
        mails.password_changed(user)
        return user


FORMS = {"name_email": CmsNameEmailForm, "password": CmsPasswordChangeForm, "avatar": AvatarForm}
TEMPLATES = {"avatar": "shop/cms_account/avatar.html"}


class AccountView(account.AccountView):
    """Wagtail's, with forms of ours; each is made once for a request, so that one try counts once."""

    def get_panels(self) -> list[Any]:
        """Return the panels, the same ones whenever they are asked for."""
        return self._panels()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Save, and say that a new address waits for a click: the page shows the old one."""
        response: HttpResponse = super().post(request)
        forms_sent = (panel.get_form() for panel in self.get_panels())
        if email := next(filter(None, (getattr(form, "new_email", "") for form in forms_sent)), ""):
            words = gettext("Địa chỉ đổi khi bạn bấm đường dẫn vừa gửi tới %(email)s.")
            messages.info(request, words % {"email": email})
        return response

    def setup(self, *args: Any, **kwargs: Any) -> None:
        """Make what is made once for a request."""
        super().setup(*args, **kwargs)
        self._panels = cache(self._make_panels)

    def _make_panels(self) -> list[Any]:
        panels = super().get_panels()
        session = self.request.session.session_key or ""
        for panel in panels:
            if form := FORMS.get(panel.name):
                panel.form_class = type(form.__name__, (form,), {"session": session})
            panel.template_name = TEMPLATES.get(panel.name, panel.template_name)
            panel.get_form = cache(panel.get_form)
        return list(panels)
