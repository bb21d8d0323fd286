"""The form behind the register of producers: legal identity, and who works for the producer."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from catalogue.access.permissions import grant_producer, revoke_producer
from shop.partner.models import Partner

User = get_user_model()
ACCOUNT = ("bank_bin", "bank_account", "bank_holder")


class PartnerForm(WagtailAdminModelForm):
    """A producer; saving it also sets up its group, its picture collection and its people."""

    people = forms.CharField(
        label=_("Người vào gian hàng"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Thư điện tử của người đã có tài khoản, mỗi dòng một người."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group = self.instance.group
        people = group.user_set.order_by("email") if group else []
        self.fields["people"].initial = "\n".join(user.email for user in people)

    def clean(self) -> dict[str, Any]:
        """Take a whole bank account or none."""
        data: dict[str, Any] = super().clean() or {}
        missing = [name for name in ACCOUNT if not data.get(name) and name not in self.errors]
        if len(missing) < len(ACCOUNT):
            for name in missing:
                self.add_error(name, _("Tài khoản cần đủ ngân hàng, số và chủ tài khoản."))
        return data

    def clean_people(self) -> list[Any]:
        found, missing = [], []
        for email in filter(None, map(str.strip, self.cleaned_data["people"].splitlines())):
            user = User.objects.filter(email__iexact=email, is_active=True).first()
            found.append(user) if user else missing.append(email)
        if missing:
            raise ValidationError(_("Chưa có tài khoản: %(emails)s."), params={"emails": ", ".join(missing)})
        return found

    def save(self, commit: bool = True) -> Partner:
        partner: Partner = super().save(commit=commit)
        if commit:
            people = self.cleaned_data["people"]
            group = grant_producer(partner=partner, users=people)
            gone = User.objects.filter(groups=group).exclude(pk__in=[user.pk for user in people])
            revoke_producer(partner=partner, users=gone)
        return partner
