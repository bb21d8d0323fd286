"""Generates products in bulk: copies of the demo's, with prices, stock, stars and season of their own."""

import random
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from catalogue.models import Certificate, ProducerPage, Product, ProductPage, ProductPhoto
from shop.partner.models import StockRecord

MONTHS: tuple[list[int], ...] = ([], [5, 6, 7], [10, 11, 12, 1], list(range(1, 13)))
STARRED = 0.8  # so much of the goods has a star
KEPT = 2000  # of the random numbers that make prices; a seed makes every run the same


@transaction.atomic
def grow(total: int) -> int:
    """Add live Vietnamese products until there are `total`; return how many were added.

    Pages are written without Wagtail's tree and signals (20,000 times 30 queries otherwise);
    listing rows must be rebuilt afterwards.
    """
    patterns = list(
        ProductPage.objects.filter(locale__language_code="vi", product__isnull=False)
        .select_related("product")
        .order_by("pk")[:60]
    )
    missing = total - Product.objects.exclude(structure=Product.CHILD).count()
    if missing <= 0:
        return 0
    dice = random.Random(total)  # noqa: S311 - no secret
    chosen = [patterns[number % len(patterns)] for number in range(missing)]
    products = _products(chosen, dice)
    _offers(products, dice)
    _groups(products, chosen)
    _pages(products, chosen, dice)
    return missing


def _products(patterns: list[Any], dice: random.Random) -> list[Product]:
    villages = sorted({page.product.village_id for page in patterns if page.product.village_id})
    made = [
        Product(
            title=f"{page.title}, mẻ {number}",
            slug=f"me-{number}",
            structure=Product.STANDALONE,
            product_class_id=page.product.product_class_id,
            producer_id=page.product.producer_id,
            village_id=dice.choice([page.product.village_id, dice.choice(villages)]),
            specialty_id=page.product.specialty_id,
            origin_commune_id=page.product.origin_commune_id,
            unit=page.product.unit,
            shipping_weight_g=dice.randint(200, 5000),
            translation_key=uuid4(),
            is_illustrative=True,
        )
        for number, page in zip(_numbers(), patterns, strict=False)
    ]
    return Product.objects.bulk_create(made, batch_size=500)


def _numbers() -> "count[int]":
    return count(Product.objects.count() + 1)


def _offers(products: list[Product], dice: random.Random) -> None:
    today = timezone.localdate()
    StockRecord.objects.bulk_create(
        (
            StockRecord(
                product=product,
                partner_id=product.producer_id,
                partner_sku=f"ME-{product.pk}",
                price=Decimal(1000 * dice.randint(15, KEPT)),
                num_in_stock=dice.choice([0, 5, 40]),
            )
            for product in products
        ),
        batch_size=500,
    )
    Certificate.objects.bulk_create(
        (
            Certificate(
                product=product,
                holder_id=product.producer_id,
                stars=dice.choice([3, 3, 4, 4, 4, 5]),
                certificate_no=f"ME-{product.pk}",
                decision_no="ME",
                issuer_level=Certificate.Level.PROVINCE,
                issuer_name="Thử",
                legal_basis="Thử",
                issued_on=today - timedelta(days=dice.randint(30, 1500)),
                expires_on=today + timedelta(days=dice.randint(-20, 900)),
            )
            for product in products
            if dice.random() < STARRED
        ),
        batch_size=500,
    )


def _groups(products: list[Product], patterns: list[ProductPage]) -> None:
    Link: Any = Product.categories.through
    sets = dict(Link.objects.values_list("product", "category"))
    Link.objects.bulk_create(
        (
            Link(product=product, category_id=sets[page.product_id])
            for product, page in zip(products, patterns, strict=True)
            if page.product_id in sets
        ),
        batch_size=500,
    )


def _pages(products: list[Product], patterns: list[ProductPage], dice: random.Random) -> None:
    """Write the rows of pages and product pages: Django refuses bulk_create for such pairs of tables."""
    parents = {page.partner_id: page for page in ProducerPage.objects.filter(locale__language_code="vi")}
    next_child = {pk: parent.get_children().count() + 1 for pk, parent in parents.items()}
    rows = []
    for product, pattern in zip(products, patterns, strict=True):
        parent = parents[product.producer_id]
        rows.append(_row(product, pattern, parent, next_child[product.producer_id], dice))
        next_child[product.producer_id] += 1
    Page.objects.bulk_create(rows, batch_size=500)
    for pk, parent in parents.items():
        Page.objects.filter(pk=parent.pk).update(numchild=next_child[pk] - 1)
    _details(rows, products, patterns, dice)


def _row(
    product: Product,
    pattern: ProductPage,
    parent: ProducerPage,
    number: int,
    dice: random.Random,
) -> Page:
    now = timezone.now()
    slug = f"me-{product.pk}"
    return Page(
        title=product.title,
        draft_title=product.title,
        slug=slug,
        url_path=f"{parent.url_path}{slug}/",
        path=Page._get_path(parent.path, parent.depth + 1, number),  # noqa: SLF001 - treebeard's own way
        depth=parent.depth + 1,
        live=True,
        content_type=ContentType.objects.get_for_model(ProductPage),
        locale_id=pattern.locale_id,
        translation_key=product.translation_key,
        first_published_at=now - timedelta(minutes=dice.randint(0, 500_000)),
        last_published_at=now,
    )


def _details(
    rows: list[Page], products: list[Product], patterns: list[ProductPage], dice: random.Random
) -> None:
    pictures = dict(ProductPhoto.objects.order_by("-sort_order").values_list("page", "picture"))
    for row, product, pattern in zip(rows, products, patterns, strict=True):
        page = ProductPage(
            page_ptr=row, product=product, summary=pattern.summary, season_months=dice.choice(MONTHS)
        )
        page.body = pattern.body
        page.save_base(raw=True)
    ProductPhoto.objects.bulk_create(
        (
            ProductPhoto(page_id=row.pk, picture_id=pictures[pattern.pk], sort_order=0)
            for row, pattern in zip(rows, patterns, strict=True)
            if pattern.pk in pictures
        ),
        batch_size=500,
    )
