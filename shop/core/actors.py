"""Who acts: a person of the staff, the buyer, or the timer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from shop.core.http import Visitor

if TYPE_CHECKING:
    from shop.users.models import User

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Actor:
    """Who changes an order: a person of the staff, the buyer, or the timer."""

    name: str
    user: "User | None" = None


SYSTEM = Actor(name="hệ thống")
BANK = Actor(name="ngân hàng")
BUYER = Actor(name="người mua")
NOBODY_BY_NAME = {
    SYSTEM.name: _("hệ thống"),
    BUYER.name: _("người mua"),
    BANK.name: _("ngân hàng"),
}  # logs keep the shop's words


def buyer(user: "Visitor | None" = None) -> Actor:
    """Return the buyer, signed in or with the order's link."""
    return replace(BUYER, user=None if isinstance(user, AnonymousUser) else user)


def staff(user: Visitor) -> Actor:
    """Return a signed-in member of the staff or a producer.

    Raises:
        TypeError: nobody is signed in.
    """
    if isinstance(user, AnonymousUser):
        raise TypeError("Nobody is signed in.")
    return Actor(name=(user.get_full_name() or user.email)[:120], user=user)


def local_name(name: str) -> str:
    """Return the name of who acted in the reader's language; a person's as it is."""
    return str(NOBODY_BY_NAME.get(name, name))


def in_shop_language(act: Callable[P, R]) -> Callable[P, R]:
    """Let a function word what it keeps for staff in the shop's language, whoever it runs for."""

    @wraps(act)
    def act_so(*args: P.args, **kwargs: P.kwargs) -> R:
        with override(settings.LANGUAGE_CODE):
            return act(*args, **kwargs)

    return act_so
