"""The basket of a request, looked up only when somebody asks for it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject, empty
from oscar.apps.basket import middleware

from shop.http import ShopRequest

# The number of things in the basket, for the script that shows it on cached pages.
COUNT_COOKIE = "cho_basket"


class BasketMiddleware(middleware.BasketMiddleware):
    """Oscar's, without its look at the user on every request.

    That look reads the session, and so made every page `Vary: Cookie`: no shared cache could keep one.
    """

    def __init__(self, get_response: Callable[[ShopRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)

    def __call__(self, request: ShopRequest) -> HttpResponseBase:
        """Hang a lazy strategy and a lazy basket on the request."""
        request.cookies_to_delete = []
        request.basket_middleware = self
        request.basket_replaced = False
        request.strategy = SimpleLazyObject(
            lambda: middleware.selector.strategy(request=request, user=request.user)
        )
        self.attach(request)
        return self.process_response(request, self.get_response(request))

    def attach(self, request: ShopRequest) -> None:
        """Put a basket on the request that is read at the first look at it."""
        request._basket_cache = None  # noqa: SLF001 - Oscar's name, read by its other methods
        request.basket = SimpleLazyObject(lambda: self.load(request))
        request.basket_hash = SimpleLazyObject(lambda: self.load_hash(request))

    def load(self, request: ShopRequest) -> middleware.Basket:
        """Return the visitor's basket with prices and offers."""
        basket = self.get_basket(request)
        basket.strategy = request.strategy
        self.apply_offers_to_basket(request, basket)
        return basket

    def load_hash(self, request: ShopRequest) -> str | None:
        """Return the signed id of the basket, None while it is not saved."""
        basket = self.get_basket(request)
        return self.get_basket_hash(basket.id) if basket.id else None

    def process_response(self, request: ShopRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set Oscar's basket cookie and the count, where the basket was looked up at all."""
        if request.basket_replaced:
            bool(request.basket)  # look now: merges what was put in before a log-in
        response = super().process_response(request, response)
        own_cookie = response.cookies.get(self.get_cookie_key(request))
        if own_cookie is not None:
            own_cookie["samesite"] = "Lax"
        basket = getattr(request, "basket", None)
        if isinstance(basket, SimpleLazyObject) and basket._wrapped is not empty:
            tell_count(request, response)
        return response


def look_up_again(request: Any) -> None:
    """Forget the basket found so far: its owner logged in or out, or it has just become an order."""
    request.basket_middleware.attach(request)
    request.basket_replaced = True


def tell_count(request: ShopRequest, response: HttpResponseBase) -> None:
    """Keep the count cookie in step with the basket: the script may read it, it names nobody."""
    basket = request.basket
    count = str(basket.num_items) if basket.id and basket.status == basket.OPEN else "0"
    if count == request.COOKIES.get(COUNT_COOKIE, "0"):
        return
    if count == "0":
        response.delete_cookie(COUNT_COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COUNT_COOKIE,
        count,
        max_age=settings.OSCAR_BASKET_COOKIE_LIFETIME,
        secure=settings.OSCAR_BASKET_COOKIE_SECURE,
        samesite="Lax",
    )
