"""Products: pages, facts, variants, prices, stock, claims."""

from collections.abc import Callable
from datetime import date
from typing import Any, cast

from django.db import transaction
from django.db.models import Q

from catalogue.models import (
    Category,
    Certification,
    GeographicalIndication,
    ProducerPage,
    Product,
    ProductCertification,
    ProductPage,
    ProductPhoto,
)
from catalogue.product_classes import goods, services
from demo.market import data
from demo.market.certificates import award, sheet
from demo.market.pages import Demo, Words, english_slug, ensure, get, paragraphs
from demo.market.pictures import picture
from demo.market.villages import specialty, village
from shop.partner.models import Partner, StockRecord

SAME_FACTS = (
    "unit_vi",
    "unit_en",
    "vat_class",
    "shelf_life_days",
    "storage_class",
    "allergens",
    "fragile",
    "perishable",
    "cold_chain",
    "local_delivery_only",
    "made_to_order",
    "bookable",
    "max_transit_hours",
)


@transaction.atomic
def load() -> int:
    """Make the products that are missing and return how many that were."""
    return sum(_load_one(row) for row in data.read("products"))


def _load_one(row: dict[str, Any]) -> bool:
    parent = get(ProducerPage, row["producer"])
    page, made = ensure(parent, _page(row))
    if made:
        product = Product.objects.get(translation_key=page.translation_key)
        if not _is_sold(product):  # else only its page was deleted
            _fill(product, row)
    return made


def _is_sold(product: Product) -> bool:
    return StockRecord.objects.filter(Q(product=product) | Q(product__parent=product)).exists()


def _fill(product: Product, row: dict[str, Any]) -> None:
    _write_facts(product, row)
    product.categories.add(Category.objects.get(code=f"bo-{row['criteria_set']:02d}"))
    _write_offers(product, row)
    _write_claims(product, row)
    award(product, row)


def _page(row: dict[str, Any]) -> Demo:
    return Demo(
        model=ProductPage,
        vietnamese=Words(row["slug"], _words(row, "vi")),
        english=Words(english_slug(row["title_en"]), _words(row, "en")),
        shared={"season_months": row["season_months"]},
        children={"photos": _photos(row["pictures"])},
    )


def _words(row: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "title": row[f"title_{language}"],
        "summary": row[f"summary_{language}"],
        "search_description": row[f"summary_{language}"],
        "body": [("text", paragraphs(row[f"description_{language}"], count=2))],
        "ingredients": row[f"ingredients_{language}"] or "",
        "storage": row[f"storage_{language}"] or "",
    }


def _photos(slugs: list[str]) -> Callable[[], list[ProductPhoto]]:
    def make() -> list[ProductPhoto]:
        return [
            ProductPhoto(sort_order=position, picture=picture(slug)) for position, slug in enumerate(slugs)
        ]

    return make


def _write_facts(product: Product, row: dict[str, Any]) -> None:
    size = row["dimensions_mm"] or {}
    facts = {name.removesuffix("_vi"): row[name] for name in SAME_FACTS}
    facts |= {
        "slug": row["slug"],
        "upc": None if row["variants"] else row["gtin13"],
        "structure": Product.PARENT if row["variants"] else Product.STANDALONE,
        "product_class": services() if row["bookable"] else goods(),
        "village": village(row["village"]),
        "specialty": specialty(row["specialty"]),
        "origin_commune_id": row["origin_commune_code"],
        "net_weight_g": row["weight_g"],
        "net_volume_ml": row.get("volume_ml"),
        "shipping_weight_g": row["shipping_weight_g"],
        "length_mm": size.get("length"),
        "width_mm": size.get("width"),
        "height_mm": size.get("height"),
        "age_restricted": row["age_restricted_18"],
        "alcohol_percent": row.get("alcohol_percent"),
        "is_illustrative": True,
    }
    for name, value in facts.items():
        setattr(product, name, value)
    product.save()


def _write_offers(product: Product, row: dict[str, Any]) -> None:
    if not row["variants"]:
        _write_stock(product, product, row)
    for variant in row["variants"]:
        child = Product.objects.create(
            structure=Product.CHILD,
            parent=product,
            title=variant["name_vi"],
            title_en=variant["name_en"],
            upc=variant["gtin13"],
            net_weight_g=variant["weight_g"],
            net_volume_ml=variant.get("volume_ml"),
            is_illustrative=True,
        )
        _write_stock(child, product, variant)


def _write_stock(product: Product, main: Product, row: dict[str, Any]) -> None:
    StockRecord.objects.create(
        product=product,
        partner=main.producer,
        partner_sku=row["sku"],
        price=row["price_vnd"],
        price_currency="VND",
        num_in_stock=row["stock"],
    )


def _write_claims(product: Product, row: dict[str, Any]) -> None:
    """Quality marks with invented numbers that say so; an indication makes its maker a user of it."""
    for code in row["certifications"]:
        ProductCertification.objects.create(
            product=product,
            certification=Certification.objects.get(code=code),
            number=f"MINH HOẠ {code.upper()} {row['sku']}",
            issuer="Tổ chức chứng nhận (minh hoạ)",
            scope=f"{row['title_vi']} (minh hoạ)",
            issued_on=date.fromisoformat(row["certificate"]["issued_on"]),
            expires_on=date.fromisoformat(row["certificate"]["expires_on"]),
            document=sheet(),
        )
    if row["gi"]["flag"]:
        indication = GeographicalIndication.objects.get(name=row["gi"]["name"])
        indication.is_illustrative = True
        indication.save(update_fields=["is_illustrative"])
        indication.rights.get_or_create(partner=cast("Partner", product.producer))
        product.geographical_indication = indication
        product.save(update_fields=["geographical_indication"])
