"""Who may see and handle orders: who holds Oscar's view and change permission on them, and is no producer.

Producers have pages for their own parcels (shop.order.desk.stall), which ask for no permission on orders.
"""

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy

from catalogue.permissions import is_producer
from shop.order.models import Order


class OrderPolicy(ModelPermissionPolicy):
    """Orders are looked at and moved on; nobody adds, edits or deletes one in the admin."""

    def __init__(self, model: Any) -> None:
        super().__init__(model, auth_model=Order)

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Allow "view" and "change" to staff with Oscar's permission."""
        if action not in {"view", "change"} or is_producer(user):
            return False
        return bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)
