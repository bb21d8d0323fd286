"""The unfinished purchase in the visitor's session."""

from typing import Any

from django.http import HttpRequest

from shop.checkout.purchase import Purchase

KEY = "purchase"


def load(request: HttpRequest) -> Purchase:
    """Return what the visitor has filled in so far; a signed-in one's name and e-mail to begin with."""
    data = request.session.get(KEY)
    if data:
        return Purchase.from_dict(data)
    user: Any = request.user
    if user.is_authenticated:
        return Purchase(name=user.get_full_name(), email=user.email)
    return Purchase()


def save(request: HttpRequest, purchase: Purchase) -> None:
    """Keep it."""
    request.session[KEY] = purchase.to_dict()


def finish(request: HttpRequest) -> None:
    """Forget what belonged to the order just placed, keep the person for the next one."""
    purchase = load(request)
    purchase.ways, purchase.gift_message, purchase.note, purchase.save_address = {}, "", "", False
    save(request, purchase)
