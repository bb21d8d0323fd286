"""What a product's page shows: the goods, who makes them, what is proved, what delivery costs."""

from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_class

from catalogue import claim_periods
from catalogue.family import Family
from catalogue.listing.cards import Card, cards
from catalogue.models import Certificate, GeographicalIndication, Product, ProductCertification, ProductPage
from catalogue.pictures import GALLERY, THUMB
from catalogue.presentation import album, structured_data
from catalogue.presentation.gallery import GalleryItem, gallery
from catalogue.presentation.offer import offer, sizes_of
from catalogue.presentation.producer_cards import producer_card
from catalogue.presentation.seasons import season

RELATED = 4
ALLERGENS = {  # Codex Stan 1-1985, section 4.2.1.4
    "crustaceans": _("giáp xác"),
    "egg": _("trứng"),
    "fish": _("cá"),
    "gluten": _("gluten"),
    "milk": _("sữa"),
    "peanut": _("lạc"),
    "sesame": _("vừng"),
    "soy": _("đậu nành"),
    "sulphites": _("sunfit"),
}


def parts(page: ProductPage, request: HttpRequest, family: Family) -> dict[str, Any]:
    """Return the context of catalogue/product_page.html; its comment names what is in it."""
    photos = [photo.picture for photo in page.photos.select_related("picture")]
    maker = getattr(family.parent(), "producerpage", None)
    portrait = maker.portrait if maker else None
    album.load([*photos, portrait, page.share_picture, *album.body_pictures(page.body)], GALLERY, THUMB)
    when = season(page.season_months or (page.product.sale_months if page.product else []))
    context: dict[str, Any] = {
        "pictures": gallery(photos),
        "shared": next(iter(photos), None),
        "producer": producer_card(maker, portrait=portrait) if maker else None,
        "months": when.months if when and not when.is_always else None,
        "season_text": when.text if when else "",
        "in_season": bool(when and when.is_now),
    }
    if page.product is None:
        page.product = Product(title=page.title, producer=maker.partner if maker else None)  # a first preview
        return context
    return context | _goods(page, page.product, request.GET.get("loai", ""), family, context["pictures"])


def _goods(
    page: ProductPage, product: Product, wanted: str, family: Family, pictures: list[GalleryItem]
) -> dict[str, Any]:
    papers = Certificate.objects.select_related("document", "holder")
    prefetch_related_objects([product], Prefetch("certificates", queryset=papers))
    current = product.current_certificate()
    sizes = sizes_of(product)
    buy = offer(sizes, product, page_url=page.url or "", wanted=wanted)
    village = family.get(product.village_id)
    return {
        "offer": buy,
        "variants": buy.variants,
        "net_content": buy.net_content,
        "gtin": buy.chosen.product.upc if buy.chosen else "",
        "allergens": [str(ALLERGENS.get(code, code)) for code in product.allergens],
        "certificate": current or product.last_certificate(),
        "stars": current.stars if current else None,
        "indication": indication(page),
        "schemes": schemes(product),
        "village": {"title": village.title, "url": village.url or ""} if village else None,
        "claims": claim_periods.rule([product]),
        "delivery": delivery(buy.chosen.product) if buy.chosen else None,
        "related": related(product, language=family.language),
        "structured_data": structured_data.product(
            page, product, buy, certificate=current, pictures=pictures
        ),
    }


def indication(page: ProductPage) -> GeographicalIndication | None:
    """Return the geographical indication the goods may carry today.

    Only with its register number, and only where the producer is one of its authorised users.
    """
    known = page.product.geographical_indication if page.product else None
    return known if known and known.register_no and getattr(page, "may_use_indication", False) else None


def schemes(product: Product) -> QuerySet[ProductCertification]:
    """Return the quality certificates with a number that have not ended."""
    rows = product.product_certifications.filter(expires_on__gte=timezone.localdate()).exclude(number="")
    return rows.select_related("certification", "document").order_by("certification__name", "number")


def delivery(piece: Product) -> dict[str, Any] | None:
    """Return what sending one piece costs and how long it takes, by destination; None for services."""
    quotes = get_class("shipping.repository", "Repository")().quotes_for_product(piece)
    rows = [
        {"to": quote.zone_name, "days": quote.days_text, "fee": quote.price, "reason": quote.reason}
        for quote in quotes
    ]
    producer = piece.main.producer
    return {"sent_from": producer.name if producer else "", "rows": rows} if rows else None


def related(product: Product, *, language: str) -> list[Card]:
    """Return goods of the same specialty, else village, else maker: what one would look at instead."""
    kinship = {
        "specialty_id": product.specialty_id,
        "village_id": product.village_id,
        "producer_id": product.producer_id,
    }
    closest = next(((name, pk) for name, pk in kinship.items() if pk), None)
    if closest is None:
        return []
    kin = {closest[0]: closest[1]}
    return cards(language=language, on_sale=True, exclude=[product.pk], limit=RELATED, **kin)
