"""Django's own admin shows orders and money, and changes none: the shop's verbs lock, log and follow up."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest


class ReadOnly:
    """First base of an admin or inline in which nobody adds, changes or deletes, superusers included."""

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


def freeze(app_label: str) -> None:
    """Register the app's models anew, those that are registered already, as read-only."""
    for model in apps.get_app_config(app_label).get_models():
        if admin.site.is_registered(model):
            before = type(admin.site.get_model_admin(model))
            inlines = [_read_only(inline) for inline in before.inlines]
            admin.site.unregister(model)
            admin.site.register(model, _read_only(before, inlines=inlines))


def _read_only(base: type[Any], **attributes: Any) -> type[Any]:
    return type(f"ReadOnly{base.__name__}", (ReadOnly, base), attributes)
