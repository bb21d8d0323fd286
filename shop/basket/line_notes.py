"""What changed since something was put into the basket, in words: nothing changes silently."""

from django.utils.translation import gettext as _
from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine

from catalogue.formats import vnd
from shop.partner.strategy import OutOfSeason


def notes(line: AbstractLine) -> list[str]:
    """Return what the buyer should know about a line, the reason that stops an order first."""
    found = [problem(line), price_note(line)]
    return [note for note in found if note]


def problem(line: AbstractLine) -> str:
    """Return why this line cannot be ordered as it is; nothing when it can."""
    permitted, reason = line.purchase_info.availability.is_purchase_permitted(line.quantity)
    return "" if permitted else str(reason)


def out_of_season(basket: AbstractBasket) -> list[str]:
    """Return a sentence for each line whose season is over."""
    return [
        f"{line.product.local_title}: {problem(line)}"
        for line in basket.all_lines()
        if isinstance(line.purchase_info.availability, OutOfSeason)
    ]


def price_note(line: AbstractLine) -> str:
    """Return "Giá tăng từ … lên …" when the price moved since the buyer saw it."""
    now, seen = line.purchase_info.price, line.price_incl_tax
    if not now.exists or seen is None or now.incl_tax == seen:
        return ""
    prices = {"old": vnd(seen), "new": vnd(now.incl_tax)}
    if now.incl_tax > seen:
        return _("Giá tăng từ %(old)s lên %(new)s kể từ lúc bạn thêm vào giỏ.") % prices
    return _("Giá giảm từ %(old)s xuống %(new)s kể từ lúc bạn thêm vào giỏ.") % prices


def can_be_ordered(basket: AbstractBasket) -> bool:
    """Return whether there is something in the basket and every line of it can be had."""
    lines = basket.all_lines()
    return bool(lines) and not any(problem(line) for line in lines)
