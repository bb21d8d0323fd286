"""People of the market's hub in tests: they may enter the admin, and what the test says."""

from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client


def log_in(client: Client, django_user_model: Any, *codenames: str, email: str = "hoa@example.vn") -> Any:
    """Sign in somebody who may enter the admin and has these permissions; return who."""
    user = make_staff(django_user_model, *codenames, email=email)
    client.force_login(user)
    return user


def make_staff(django_user_model: Any, *codenames: str, email: str = "hoa@example.vn") -> Any:
    """Return somebody of the staff who may enter the admin and has these permissions."""
    user = django_user_model.objects.create_user(email=email, password="mat-khau-dai")
    user.is_staff = True  # Oscar's manager does not take it
    user.save(update_fields=["is_staff"])
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
    return user
