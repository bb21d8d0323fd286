"""Products chosen by hand, as cards."""

from collections.abc import Iterable
from typing import Any

from django import template

from catalogue.languages import reading_language
from catalogue.listing.cards import Card, cards

register = template.Library()


@register.simple_tag
def product_cards(pages: Iterable[Any]) -> list[Card]:
    """Return the cards of those products that are on sale, in the order of their pages."""
    chosen = [page.product_id for page in pages if page and page.product_id]
    return cards(language=reading_language(), product_ids=chosen, limit=len(chosen))
