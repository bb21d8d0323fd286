"""Keeps a product in step with the pages that present it.

A product has one set of pages, a page per language, which share a translation key. Receivers call
`sync` when a page of the set is published, unpublished, moved, deleted or copied for translation,
and when the page above it is published for another producer, never when a draft is saved: the
editor saves one after every half second of idle.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from oscar.core.loading import get_model

from catalogue.models import Product, ProductPage
from catalogue.months import YEAR
from catalogue.product_classes import goods

SOURCE_LANGUAGE = "vi"


def sync(translation_key: UUID) -> Product | None:
    """Bring the product of a set of pages in step with them, creating it at the first publication.

    The product is public while any page of the set is live; its title comes from the live
    Vietnamese page, its English title from the live English one unless that is an alias (a
    stand-in that still speaks Vietnamese). Every page of the set and its aliases name it as their product.
    Price and stock are never touched; with its producer the product changes who sells it, for
    orders to come. Calling it again changes nothing.

    Args:
        translation_key: what the pages of the set share.

    Returns:
        The product, or None while no page of the set has ever been live.
    """
    with transaction.atomic():
        product = _find_or_create(translation_key)
        if product is None:
            return None
        # Two publications at once: the second waits here and then sees both pages.
        # No key changes, so orders may go on naming the product while this one holds it.
        product = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
        pages = _pages(translation_key)
        _write(product, _facts(product, pages))
        _assign_pages(product, translation_key)
    return product


def set_of(page: ProductPage) -> UUID:
    """Return the translation key of the set `page` speaks for: an alias elsewhere speaks for its original's."""
    origin: ProductPage = page
    while origin.alias_of_id and (next_up := ProductPage.objects.filter(pk=origin.alias_of_id).first()):
        origin = next_up
    return origin.translation_key


def _pages(translation_key: UUID) -> list[ProductPage]:
    pages = ProductPage.objects.filter(translation_key=translation_key).select_related("locale")
    return list(pages.order_by("pk"))


def _find_or_create(translation_key: UUID) -> Product | None:
    product = Product.objects.filter(translation_key=translation_key).first()
    if product is not None:
        return product
    pages = _pages(translation_key)
    first = _live_in(pages, SOURCE_LANGUAGE) or next((page for page in pages if page.live), None)
    if first is None:
        return None
    defaults = {"title": first.title, "structure": Product.STANDALONE, "product_class": goods()}
    product, _created = Product.objects.get_or_create(translation_key=translation_key, defaults=defaults)
    return product


def _live_in(pages: list[ProductPage], language: str) -> ProductPage | None:
    return next((page for page in pages if page.live and page.locale.language_code == language), None)


def _facts(product: Product, pages: list[ProductPage]) -> dict[str, Any]:
    vietnamese, english = _live_in(pages, SOURCE_LANGUAGE), _live_in(pages, "en")
    facts: dict[str, Any] = {"is_public": any(page.live for page in pages)}
    if vietnamese:
        facts["title"] = vietnamese.title
    if english:
        facts["title_en"] = "" if english.alias_of_id else english.title
    page = vietnamese or english
    return {**facts, **_origin(product, page), "sale_months": _sale_months(product, page)}


def sync_sale(product: Product) -> None:
    """Write anew in which months a product is sold: its own facts, its specialty or that one's season changed."""
    if product.translation_key:
        pages = _pages(product.translation_key)
        page = _live_in(pages, SOURCE_LANGUAGE) or _live_in(pages, "en")
        _write(product, {"sale_months": _sale_months(product, page)})


def _sale_months(product: Product, page: ProductPage | None) -> list[int]:
    """Fresh goods are sold in their months, else in those of their specialty; all others all year: no months."""
    if page is None or page.selling == ProductPage.Selling.ALWAYS:
        return []
    if page.selling == ProductPage.Selling.FRESH and not product.is_fresh:
        return []
    specialty = product.specialty
    months = sorted(set(page.season_months or (specialty.season_months if specialty else [])))
    return months if len(months) < YEAR else []


def _origin(product: Product, page: ProductPage | None) -> dict[str, Any]:
    """The producer is the one under whose page this page stands; the village is theirs unless set."""
    parent = page.get_parent().specific if page else None
    partner_id = getattr(parent, "partner_id", None)
    if partner_id is None:
        return {}
    village_id = product.village_id or getattr(parent, "village_id", None)
    return {"producer_id": partner_id, "village_id": village_id}


def _write(product: Product, facts: dict[str, Any]) -> None:
    changed = {name: value for name, value in facts.items() if getattr(product, name) != value}
    if not changed:
        return
    Product.objects.filter(pk=product.pk).update(**changed)
    for name, value in changed.items():
        setattr(product, name, value)
    if "producer_id" in changed:
        _transfer_stock(product)


def _transfer_stock(product: Product) -> None:
    """Let its producer sell it and its variants; a code they use for other goods gives way to the shop's own."""
    records = get_model("partner", "StockRecord").objects
    sold = records.filter(Q(product=product) | Q(product__parent=product))
    for record in sold.exclude(partner=product.producer_id).order_by("pk"):
        taken = records.filter(partner=product.producer_id, partner_sku=record.partner_sku).exists()
        sku = f"P{record.product_id}" if taken else record.partner_sku
        records.filter(pk=record.pk).update(partner=product.producer_id, partner_sku=sku)


def _assign_pages(product: Product, translation_key: UUID) -> None:
    whole_set = Q(translation_key=translation_key) | Q(alias_of__translation_key=translation_key)
    others = ProductPage.objects.filter(whole_set).exclude(product=product).values_list("pk", flat=True)
    if ids := list(others):
        ProductPage.objects.filter(pk__in=ids).update(product=product)
