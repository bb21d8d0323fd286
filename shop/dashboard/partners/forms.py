"""The form for a new user of a partner, made by staff with a password, not by a link."""

from typing import Any

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Permission
from oscar.apps.customer.utils import normalise_email
from oscar.apps.dashboard.partners.forms import ROLE_CHOICES
from oscar.apps.partner.abstract_models import AbstractPartner

from shop.users.models import User


class NewUserForm(BaseUserCreationForm):
    """Makes a user of a partner; Oscar's builds on the form by which shoppers ask for an account."""

    role = forms.ChoiceField(choices=ROLE_CHOICES, widget=forms.RadioSelect, initial="limited")

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email")

    def __init__(self, *args: Any, partner: AbstractPartner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partner = partner

    def clean_email(self) -> str:
        """Return the address as it is kept, or say that it has an account."""
        email = normalise_email(self.cleaned_data["email"])
        if User.objects.filter(email__iexact=email).exists():
            raise self.instance.unique_error_message(User, ("email",))
        return email

    def save(self, commit: bool = True) -> User:
        """Save the user with the rights of the role."""
        self.instance.is_staff = self.cleaned_data["role"] == "staff"
        user: User = super().save(commit=commit)
        self.partner.users.add(user)
        if not user.is_staff:
            user.user_permissions.add(
                Permission.objects.get(codename="dashboard_access", content_type__app_label="partner")
            )
        return user
