"""The forms for users in the CMS and in Django's admin: who works for a producer is not changed there."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from wagtail.users.forms import UserCreationForm, UserEditForm

if TYPE_CHECKING:
    _Form = forms.ModelForm
else:
    _Form = object


class WithoutStalls(_Form):
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
        stalls = Q(producer__isnull=False, user=user.pk) if user.pk else Q(pk=None)
        return Group.objects.filter(chosen | stalls).distinct()


class CmsUserCreationForm(WithoutStalls, UserCreationForm):
    """A new user in the CMS."""


class CmsUserEditForm(WithoutStalls, UserEditForm):
    """A user in the CMS."""


class DjangoAdminUserForm(WithoutStalls, UserChangeForm):
    """A user in Django's admin."""
