"""Who may see and handle money: who holds the permission, and is no producer."""

from typing import Any

from catalogue.permissions import is_producer
from catalogue.policies import LimitedPolicy


class MoneyPolicy(LimitedPolicy):
    """Django's model permissions, cut down to `actions`, for the hub's own staff only."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return not is_producer(user) and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)
