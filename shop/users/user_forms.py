"""The forms for users in the CMS and in Django's admin: who works for a producer is not changed there."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm

from shop.core import typed
from shop.users.models import User

if TYPE_CHECKING:
    _Form = forms.ModelForm
else:
    _Form = object


class WithoutProducers(_Form):
    """First base of a form with groups: offers none of the producers', and leaves those as they are.

    People join a producer by an invitation and leave in its page of the register, where the others are told.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields.get("groups")
        if field:
            field.queryset = field.queryset.filter(producer=None)

    def clean_groups(self) -> QuerySet[Group]:
        """Return the chosen groups with those of the producers for whom the user works."""
        chosen = Q(pk__in=[group.pk for group in self.cleaned_data["groups"]])
        user = self.instance
        producers = Q(producer__isnull=False, user=user.pk) if user.pk else Q(pk=None)
        return Group.objects.filter(chosen | producers).distinct()


class CmsUserCreationForm(WithoutProducers, UserCreationForm):
    """A new user in the CMS."""

    email = typed.EmailField(label=UserCreationForm.base_fields["email"].label)


class CmsUserEditForm(WithoutProducers, UserEditForm):
    """A user in the CMS."""

    email = typed.EmailField(label=UserEditForm.base_fields["email"].label)


class DjangoAdminUserForm(WithoutProducers, UserChangeForm):
    """A user in Django's admin; the last superuser stays one."""

    def clean(self) -> dict[str, Any] | None:
        """Refuse to take the last superuser's rights."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        keeps = cleaned.get("is_superuser") and cleaned.get("is_active")
        rest = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=self.instance.pk)
        was = User.objects.filter(pk=self.instance.pk, is_superuser=True, is_active=True)
        if not keeps and was.exists() and not rest.exists():
            raise ValidationError(_("Đây là quản trị viên cuối cùng."), code="last_superuser")
        return cleaned
