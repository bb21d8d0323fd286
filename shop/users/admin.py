"""Users in Django's own admin; Oscar's other admins complete on them."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.http import HttpRequest

from shop.users.models import User
from shop.users.user_forms import DjangoAdminUserForm


@admin.register(User)
class UserAdmin(BaseUserAdmin):
    """Django's user admin for a user whose name is an e-mail address."""

    form = DjangoAdminUserForm
    ordering = ["email"]
    list_display = ["email", "first_name", "last_name", "is_staff"]
    search_fields = ["email", "first_name", "last_name"]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        (None, {"fields": ["first_name", "last_name"]}),
        (None, {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        (None, {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "password1", "password2"]})]

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Leave that to the CMS, where nobody deletes the own account."""
        return False
