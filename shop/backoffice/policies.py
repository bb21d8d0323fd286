"""Who may see and handle orders and money: who holds the permission on them, and is no producer.

Producers have pages for their own parcels and statements (shop.backoffice.producers), which ask for no
permission on orders.
"""

from collections.abc import Iterable

from django.db.models import Model
from wagtail.permission_policies import ModelPermissionPolicy

from catalogue.access.permissions import is_producer
from catalogue.policies import LimitedPolicy
from shop.core.http import Visitor
from shop.order.models import Order


class OrderPolicy(ModelPermissionPolicy):
    """Orders are looked at and moved on; nobody adds, edits or deletes one in the admin."""

    def __init__(self, model: type[Model]) -> None:
        super().__init__(model, auth_model=Order)

    def user_has_permission(self, user: Visitor, action: str) -> bool:
        """Allow "view" and "change" to staff with Oscar's permission."""
        if action not in {"view", "change"} or is_producer(user):
            return False
        return bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Visitor, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class MoneyPolicy(LimitedPolicy):
    """Django's model permissions, cut down to `actions`, for the hub's own staff only."""

    def user_has_permission(self, user: Visitor, action: str) -> bool:
        return not is_producer(user) and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Visitor, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)
