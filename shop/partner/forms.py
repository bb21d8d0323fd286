"""The form behind the register of producers: legal identity, and who works for the producer."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from shop.core import locking, typed
from shop.core.actors import SYSTEM, staff
from shop.partner import people
from shop.partner.invitation import ProducerInvitation
from shop.partner.models import Partner
from shop.partner.payout_accounts import FIELDS as ACCOUNT
from shop.partner.payout_accounts import Account, note_change

INVITED = _("Thư điện tử, mỗi dòng một người. Người mới nhận thư mời và vào khi nhận lời.")


class PartnerForm(WagtailAdminModelForm):
    """A producer; saving it also sets up its group and its picture collection, and invites people."""

    people = forms.CharField(
        label=_("Người vào gian hàng"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=INVITED,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members, waiting = people.members(self.instance), people.waiting(self.instance)
        addresses = [user.email for user in members] + [invitation.email for invitation in waiting]
        self.fields["people"].initial = "\n".join(addresses)
        if waiting:
            self.fields["people"].help_text = _still_waiting(waiting)

    def clean(self) -> dict[str, Any]:
        """Take a whole bank account or none."""
        data: dict[str, Any] = super().clean() or {}
        missing = [name for name in ACCOUNT if not data.get(name) and name not in self.errors]
        if len(missing) < len(ACCOUNT):
            for name in missing:
                self.add_error(name, _("Tài khoản cần đủ ngân hàng, số và chủ tài khoản."))
        return data

    def clean_people(self) -> list[str]:
        """Return the addresses, each line one."""
        lines = list(filter(None, map(typed.visible, self.cleaned_data["people"].splitlines())))
        if wrong := [line for line in lines if not _is_address(line)]:
            raise ValidationError(
                _("Không phải địa chỉ thư điện tử: %(emails)s."), params={"emails": ", ".join(wrong)}
            )
        return lines

    @transaction.atomic
    def save(self, commit: bool = True) -> Partner:
        """Save; another account and other people are told to those of the producer. The producer is locked meanwhile."""
        before = Account.of(locking.partner(self.instance.pk) if self.instance.pk else None)
        partner: Partner = super().save(commit=commit)
        if commit:
            note_change(partner, before, by=staff(self.for_user) if self.for_user else SYSTEM)
            people.change(partner, self.cleaned_data["people"], by=self.for_user)
        return partner


def _is_address(line: str) -> bool:
    try:
        validate_email(line)
    except ValidationError:
        return False
    return True


def _still_waiting(invitations: list[ProducerInvitation]) -> str:
    over = gettext("%(email)s (đường dẫn hết hạn, lưu lại thì mời lại)")
    names = [over % {"email": row.email} if people.is_over(row) else row.email for row in invitations]
    return f"{INVITED} " + gettext("Chưa nhận lời: %(emails)s.") % {"emails": ", ".join(names)}
