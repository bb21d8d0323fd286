"""The basket of a request, looked up only when somebody asks for it."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject, empty
from django.utils.translation import ngettext
from oscar.apps.basket import middleware

from shop.core import locking
from shop.core.http import ShopRequest

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

    def get_basket(self, request: ShopRequest) -> middleware.Basket:
        """Return the visitor's open basket, without a row until something is put into it.

        Oscar's makes one for everybody who is signed in and merely looks.
        """
        if request._basket_cache is None:  # noqa: SLF001 - as above
            key = self.get_cookie_key(request)
            left = self.get_cookie_basket(key, request, middleware.Basket.open)
            if request.user.is_authenticated:
                if left:
                    request.cookies_to_delete.append(key)
                left = self._own_basket(request, left)
            request._basket_cache = left or middleware.Basket()  # noqa: SLF001 - as above
        return request._basket_cache  # noqa: SLF001 - as above

    def _own_basket(self, request: ShopRequest, left: middleware.Basket | None) -> middleware.Basket:
        """Return the account's basket, with what was put in before the log-in (`left`) in it."""
        baskets = list(middleware.Basket.open.filter(owner=request.user).order_by("pk"))
        if left or len(baskets) > 1:
            baskets, merged = self._join(int(request.user.pk or 0), left)
            if merged:
                words = ngettext(
                    "Đã thêm %(count)d món từ giỏ trước.", "Đã thêm %(count)d món từ giỏ trước.", merged
                )
                messages.warning(request, words % {"count": merged})
        basket = baskets[0] if baskets else middleware.Basket()
        basket.owner = request.user  # no query when it is asked for
        return basket

    def _join(self, owner: int, left: middleware.Basket | None) -> tuple[list[middleware.Basket], int]:
        """Return the one basket into which an account's and `left` went, and how many things were added.

        Locked: a log-in in two windows takes `left` over once, and finds it as the other one left it.
        """
        with transaction.atomic():
            found = locking.baskets_to_join(owner=owner, left=left.pk if left else None)
            open_ones = [one for one in found if one.status == one.OPEN and one.owner_id in {owner, None}]
            open_ones.sort(key=lambda one: (one.owner_id is None, one.pk))
            for basket in open_ones[:1]:
                if basket.owner_id is None:
                    basket.owner_id = owner
                    basket.save(update_fields=["owner"])
            others = open_ones[1:]
            merged = sum(other.num_items for other in others)
            for other in others:
                self.merge_baskets(open_ones[0], other)
        return open_ones[:1], merged

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
            set_count_cookie(request, response)
        return response


def reset_basket(request: ShopRequest) -> None:
    """Forget the basket found so far: its owner logged in or out, or it has just become an order."""
    request.basket_middleware.attach(request)
    request.basket_replaced = True


def set_count_cookie(request: ShopRequest, response: HttpResponseBase) -> None:
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
