"""The request as the shop's views see it, for type checkers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from django.http import HttpRequest

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from oscar.apps.basket.abstract_models import AbstractBasket

    from shop.users.models import User

Visitor: TypeAlias = "User | AnonymousUser"  # who sent a request, signed in or not


class ShopRequest(HttpRequest):
    """A request that passed `shop.basket.middleware`: basket and strategy are looked up when used."""

    basket: AbstractBasket
    basket_hash: Any  # str | None, lazily
    strategy: Any
    basket_middleware: Any
    basket_replaced: bool  # by a log-in, a log-out or an order in this very request
    cookies_to_delete: list[str]
    removed: list[dict[str, Any]]  # set by the basket's page: what was just taken out
    _basket_cache: AbstractBasket | None
