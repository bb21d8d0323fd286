"""Keeps listing rows in step with what they are derived from.

`rebuild` writes rows; `rebuild_later` asks for it once the running transaction has committed, however
many changes it makes; `stock_changed` is for verbs that change stock by `update()`, which sends
no signal. `catalogue.listing.receivers` connects the rest.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q

from catalogue.listing.facts import Batch, make_card_pictures, offers
from catalogue.models import CatalogueVersion, ListingRow, Product

BATCH = 500  # products at once: some 12 queries and a few MB
_DERIVED = [
    field.name
    for field in ListingRow._meta.concrete_fields
    if field.name not in {"id", "product", "language"}
]


class _Waiting(threading.local):
    """What this thread's transaction has changed so far."""

    def __init__(self) -> None:
        self.products: set[int] = set()
        self.touched = False
        self.paused = 0


_waiting = _Waiting()


def rebuild(product_ids: Iterable[int] | None = None) -> int:
    """Write the rows of these products anew, of all products if none are named.

    A product that is no longer shown loses its rows. Raises the catalogue's version, in a
    transaction per batch of `BATCH` products, with a constant number of queries each.

    Args:
        product_ids: products or variants.

    Returns:
        The number of rows written.
    """
    if product_ids is None:
        ids = sorted(Product.objects.exclude(structure=Product.CHILD).values_list("pk", flat=True))
    else:
        ids = sorted(_parents_of(set(product_ids)))
    starts = range(0, len(ids), BATCH) or range(1)  # no products: the version is raised all the same
    return sum(_rebuild_batch(ids[start : start + BATCH]) for start in starts)


def rebuild_later(product_ids: Iterable[int]) -> None:
    """Rebuild these products' rows when the running transaction has committed, now if none runs."""
    _waiting.products.update(product_ids)
    touch()


def touch() -> None:
    """Raise the catalogue's version on commit: a public page changes, but no listing row does."""
    _waiting.touched = True
    if not _waiting.paused:
        transaction.on_commit(_catch_up, robust=True)


def stock_changed(product_ids: Iterable[int]) -> None:
    """Note that stock or price of these products or variants was changed by `update()`.

    Cheap enough for every order line: on commit two queries find out whether any card would
    read differently (in stock or not, lowest price); only then its rows are rebuilt.
    """
    ids = set(product_ids)
    transaction.on_commit(lambda: _rebuild_if_offer_differs(ids), robust=True)


@contextmanager
def paused() -> Iterator[None]:
    """Collect changes without rebuilding, and rebuild what changed at the end (for bulk loading)."""
    _waiting.paused += 1
    try:
        yield
    finally:
        _waiting.paused -= 1
    if _waiting.touched and not _waiting.paused:
        transaction.on_commit(_catch_up, robust=True)


def _catch_up() -> None:
    if _waiting.paused or not _waiting.touched:
        return  # another callback of this transaction has done it
    products, _waiting.products, _waiting.touched = _waiting.products, set(), False
    rebuild(products)


def _rebuild_if_offer_differs(product_ids: set[int]) -> None:
    either = Q(product__in=product_ids) | Q(product__children__in=product_ids)
    shown = {
        product: (price, in_stock)
        for product, price, in_stock in ListingRow.objects.filter(either).values_list(
            "product", "price_from", "in_stock"
        )
    }
    now = offers(shown)
    changed = [pk for pk, facts in shown.items() if facts != (now[pk].price_from, now[pk].in_stock)]
    if changed and _waiting.paused:
        rebuild_later(changed)
    elif changed:
        rebuild(changed)


def _parents_of(product_ids: set[int]) -> set[int]:
    """Swap variants for their parents; ids of products that are gone stay, their rows must go."""
    parents = dict(Product.objects.filter(pk__in=product_ids).values_list("pk", "parent"))
    return {parents.get(pk) or pk for pk in product_ids}


def _rebuild_batch(product_ids: list[int]) -> int:
    make_card_pictures(product_ids)
    with transaction.atomic():
        return _write(product_ids, version=CatalogueVersion.bump())  # first: other writers of rows wait


def _write(product_ids: list[int], *, version: int) -> int:
    rows = Batch(product_ids).rows(version)
    kept = {(row.product_id, row.language) for row in rows}
    old = ListingRow.objects.filter(product__in=product_ids).values_list("pk", "product", "language")
    gone = [pk for pk, product, language in old if (product, language) not in kept]
    if gone:
        ListingRow.objects.filter(pk__in=gone).delete()
    ListingRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["product", "language"], update_fields=_DERIVED
    )
    return len(rows)
