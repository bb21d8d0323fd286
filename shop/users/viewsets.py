"""Users in the CMS: Wagtail's pages with forms of ours."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from wagtail.users.views import users
from wagtail.users.views.bulk_actions.assign_role import AssignRoleBulkAction

from shop.users.user_forms import CmsUserCreationForm, CmsUserEditForm


class UserViewSet(users.UserViewSet):
    """Who works for a producer is not changed here."""

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return CmsUserEditForm if for_update else CmsUserCreationForm


class RoleForm(forms.Form):
    """A role of the hub's."""

    role = forms.ModelChoiceField(queryset=Group.objects.filter(producer=None))


class AssignHubRoleBulkAction(AssignRoleBulkAction):
    """Gives many users a role of the hub's; nobody gets into a producer's group this way."""

    form_class = RoleForm
    action_type: Any = "assign_role"
