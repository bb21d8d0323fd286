"""An order that is being entered: its basket in the database, the rest in the session of who enters it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest
from oscar.core.loading import get_class

from shop.basket import actions
from shop.basket.models import Basket
from shop.checkout import placing
from shop.checkout.purchase import Purchase
from shop.checkout.quote import Quote, quote

KEY = "telephone_orders"
MAX_DRAFTS = 5  # of one person at a time: two calls, and some that came to nothing


@dataclass
class Draft:
    """A basket that belongs to nobody, what the buyer said so far, and the buyer's language."""

    basket: Basket
    purchase: Purchase = field(default_factory=Purchase)
    language: str = settings.LANGUAGE_CODE

    @property
    def has_goods(self) -> bool:
        """Return whether there are goods, all of them still on sale."""
        return not self.basket.is_empty and not actions.unavailable_lines(self.basket)

    @property
    def is_complete(self) -> bool:
        """Return whether there are goods and a recipient; an e-mail address is not needed."""
        return self.has_goods and self.purchase.has_recipient

    def quote(self) -> Quote:
        """Price it as it is now."""
        return quote(self.basket, self.purchase)


def unsaved_basket() -> Basket:
    """Return a basket for looking at what is on sale, before anything is added."""
    basket = Basket()
    basket.strategy = get_class("partner.strategy", "Selector")().strategy(user=AnonymousUser())
    return basket


def begin(request: HttpRequest) -> tuple[Draft, list[Purchase]]:
    """Begin with an empty basket.

    Returns:
        The draft, and what was entered of those that had to make room for it.
    """
    dropped = _make_room(request)
    draft = Draft(_open(Basket.objects.create(owner=None)))
    save(request, draft)
    return draft, dropped


def open_drafts(request: HttpRequest) -> list[Draft]:
    """Return what this person has begun and not placed, the latest first; not priced."""
    kept = request.session.get(KEY, {})
    found = _open_baskets(kept).prefetch_related("lines__product__parent").in_bulk()
    return [
        Draft(found[int(key)], Purchase.from_dict(data["purchase"]), data["language"])
        for key, data in reversed(kept.items())
        if int(key) in found
    ]


def load(request: HttpRequest, basket_id: int) -> Draft | None:
    """Return what this person has entered so far; None for anybody else's, and for what has become an order."""
    data = request.session.get(KEY, {}).get(str(basket_id))
    basket = _open_baskets([basket_id]).first()
    if data is None or basket is None:
        return None
    return Draft(_open(basket), Purchase.from_dict(data["purchase"]), data["language"])


def save(request: HttpRequest, draft: Draft) -> None:
    """Keep what is entered so far."""
    kept: dict[str, Any] = request.session.get(KEY, {})
    kept.pop(str(draft.basket.pk), None)
    kept[str(draft.basket.pk)] = {"purchase": draft.purchase.to_dict(), "language": draft.language}
    request.session[KEY] = kept


def _make_room(request: HttpRequest) -> list[Purchase]:
    """Let the oldest go, so that there is room for one more; return what was entered of those still open.

    What has become an order goes first: until then its address leads to the order.
    """
    kept: dict[str, Any] = request.session.get(KEY, {})
    still_open = {str(pk) for pk in _open_baskets(kept).values_list("pk", flat=True)}
    by_worth = sorted(kept, key=lambda key: key in still_open)  # stable: the oldest of each come first
    going = by_worth[: max(0, len(kept) - MAX_DRAFTS + 1)]
    request.session[KEY] = {key: data for key, data in kept.items() if key not in going}
    return [Purchase.from_dict(kept[key]["purchase"]) for key in going if key in still_open]


def _open_baskets(keys: Iterable[int | str]) -> QuerySet[Basket]:
    return Basket.objects.filter(pk__in=list(keys), owner=None, status=Basket.OPEN)


def _open(basket: Basket) -> Basket:
    nobody = AnonymousUser()
    basket.strategy = get_class("partner.strategy", "Selector")().strategy(user=nobody)
    placing.apply_offers(basket, nobody)
    return basket
