"""Who acts, and the line that says so."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.utils.translation import override

from shop.order.models import Order, OrderLog, Parcel

MAX_NOTE = 300
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Actor:
    """Who changes an order: a person of the staff, the buyer, or the timer."""

    name: str
    user: Any = None


def in_shop_language(act: Callable[P, R]) -> Callable[P, R]:
    """Let a function word what it keeps for staff in the shop's language, whoever it runs for."""

    @wraps(act)
    def act_so(*args: P.args, **kwargs: P.kwargs) -> R:
        with override(settings.LANGUAGE_CODE):
            return act(*args, **kwargs)

    return act_so


SYSTEM = Actor(name="hệ thống")


def buyer(user: Any = None) -> Actor:
    """Return the buyer, signed in or with the order's link."""
    return Actor(name="người mua", user=user if user and user.is_authenticated else None)


def staff(user: Any) -> Actor:
    """Return a signed-in member of the staff or a producer."""
    return Actor(name=(user.get_full_name() or user.email)[:120], user=user)


def write(
    order: Order,
    verb: OrderLog.Verb,
    *,
    by: Actor,
    parcel: Parcel | None = None,
    reference: str = "",
    note: str = "",
    amount: Decimal | None = None,
) -> OrderLog:
    """Append one line; part of the transaction that makes the change."""
    return OrderLog.objects.create(
        order=order,
        parcel=parcel,
        actor=by.user,
        actor_name=by.name,
        verb=verb,
        reference=reference,
        note=note[:MAX_NOTE],
        amount=amount,
    )
