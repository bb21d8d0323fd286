"""Which acts each register knows at all, whoever asks; registered before anything reads them."""

from typing import Any

from django.db.models import Model
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from catalogue.models import Certificate, Commune, Province


class LimitedPolicy(ModelPermissionPolicy):
    """Django's model permissions, cut down to `actions`: superusers have no more."""

    def __init__(self, model: type[Model], *, actions: set[str]) -> None:
        super().__init__(model)
        self.actions = actions

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in self.actions and super().user_has_permission(user, action)


def register() -> None:
    """Tell Wagtail: places are read, certificates are added and withdrawn, never deleted."""
    for places in (Province, Commune):
        register_permission_policy(places, LimitedPolicy(places, actions={"view"}))
    register_permission_policy(Certificate, LimitedPolicy(Certificate, actions={"add", "change", "view"}))
