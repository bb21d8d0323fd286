"""The request as the shop's views see it, for type checkers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

if TYPE_CHECKING:
    from oscar.apps.basket.abstract_models import AbstractBasket


class ShopRequest(HttpRequest):
    """A request that passed `shop.basket.middleware`: basket and strategy are looked up when used."""

    basket: AbstractBasket
    basket_hash: Any  # str | None, lazily
    strategy: Any
    basket_middleware: Any
    basket_replaced: bool  # by a log-in, a log-out or an order in this very request
    cookies_to_delete: list[str]
    _basket_cache: AbstractBasket | None
