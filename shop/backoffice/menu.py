"""Entries of the menu that stand only where they lead somewhere."""

from collections.abc import Iterable

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem
from wagtail.permission_policies import BasePermissionPolicy


def shown_by(policy: BasePermissionPolicy, actions: Iterable[str] = ("view", "change")) -> type[MenuItem]:
    """Return an entry for those to whom `policy` gives one of `actions`: Wagtail asks models only."""

    class ShownByPolicy(MenuItem):
        """Shown to those who may see what it leads to."""

        def is_shown(self, request: HttpRequest) -> bool:
            return bool(policy.user_has_any_permission(request.user, set(actions)))

    return ShownByPolicy
