"""What an account's orders and consents do when it is deleted, through whichever door."""

from typing import Any

from django.db.models.signals import pre_delete

from shop.customer.personal_data import forgetting
from shop.users.models import User


def account_goes(instance: User, **_kwargs: Any) -> None:
    """Note it on the orders."""
    forgetting.leave_orders(instance)


def connect() -> None:
    """Listen to accounts that are deleted."""
    pre_delete.connect(account_goes, sender=User, dispatch_uid="account_leaves_orders")
