"""Names of carriers, as people type them: compared without case, marks and blanks; an empty one is unknown."""

from django.core.cache import cache

from catalogue.folding import fold
from shop.ledger.models import CashHolding, Holder, Remittance

CACHE_KEY = "carrier-names"
CACHE_S = 600
OFFERED = 50


def is_same(name: str, other: str) -> bool:
    """Return whether two names are those of one carrier; an unknown one is nobody's."""
    return bool(fold(name)) and fold(name) == fold(other)


def in_use() -> list[str]:
    """Return the names that lists and cash of the hub's carriers carry, one spelling of each; some minutes old."""
    return list(cache.get_or_set(CACHE_KEY, _in_use, CACHE_S) or [])


def _in_use() -> list[str]:
    held = CashHolding.objects.filter(holder=Holder.HUB_CARRIER).order_by().values_list("name", flat=True)
    lists = Remittance.objects.order_by().values_list("carrier", flat=True)
    found: dict[str, str] = {}
    for name in [*lists.distinct(), *held.distinct()]:
        if key := fold(name):
            found.setdefault(key, name)
    return sorted(found.values(), key=fold)[:OFFERED]
