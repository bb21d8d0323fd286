"""Pages as schema.org objects for search engines. An OCOP star is a certification, never a rating."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from oscar.apps.partner.abstract_models import AbstractPartner
from wagtail.models import Page

from catalogue.models import Certificate, Commune, ProducerPage, Product, ProductPage, VillagePage
from catalogue.pictures import ReadyPicture
from catalogue.presentation.gallery import GalleryItem
from catalogue.presentation.offer import Offer, Variant

CONTEXT = "https://schema.org"
COUNTRY = settings.MARKET_COUNTRY_CODE
AVAILABILITY = {True: "https://schema.org/InStock", False: "https://schema.org/OutOfStock"}
RESTRICTED_GTIN_PREFIX = "2"  # GS1's range for use inside one company: no GTIN to publish


def thing(kind: str, **facts: Any) -> dict[str, Any]:
    """Return a schema.org object without empty properties."""
    known = {name: fact for name, fact in facts.items() if fact not in (None, "", [])}
    return {"@context": CONTEXT, "@type": kind, **known}


def breadcrumbs(crumbs: list[dict[str, str]], base: str) -> list[dict[str, Any]]:
    """Return the way to a page; nothing for the front page."""
    items = [
        {"@type": "ListItem", "position": place, "name": crumb["title"], "item": urljoin(base, crumb["url"])}
        for place, crumb in enumerate(crumbs, start=1)
    ]
    return [thing("BreadcrumbList", itemListElement=items)] if items else []


def village(page: VillagePage, hero: ReadyPicture | None) -> dict[str, Any]:
    """Return a village as a place to go."""
    return thing(
        "TouristDestination",
        name=page.title,
        description=page.summary,
        url=page.full_url,
        image=_absolute(page, hero),
        geo=_geo(page),
        touristType=page.craft,
    )


def organization(page: ProducerPage, partner: AbstractPartner) -> dict[str, Any]:
    """Return a producer."""
    return thing(
        "Organization",
        name=partner.local_name,
        url=page.full_url,
        description=page.summary,
        telephone=partner.phone,
        email=partner.email,
        taxID=partner.tax_code,
        foundingDate=str(partner.founded_year or ""),
        address=_address(partner.address, partner.commune),
    )


def article(page: Page, picture: ReadyPicture | None, **facts: Any) -> dict[str, Any]:
    """Return a text about something."""
    return thing(
        "Article",
        headline=page.title,
        description=page.summary,
        url=page.full_url,
        image=_absolute(page, picture),
        **facts,
    )


def product(
    page: ProductPage,
    product: Product,
    offer: Offer,
    *,
    certificate: Certificate | None,
    pictures: list[GalleryItem],
) -> list[dict[str, Any]]:
    """Return the goods with prices and, while it is valid, their certificate; nothing unpriced.

    Args:
        page: the product's page.
        product: what it sells.
        offer: the buy box.
        certificate: the one that is valid today, or None.
        pictures: what the page's gallery shows.
    """
    if offer.chosen is None:
        return []
    goods = thing(
        "Product",
        name=page.title,
        description=page.summary,
        url=page.full_url,
        image=[_absolute(page, item["large"]) for item in pictures],
        sku=offer.chosen.sku,
        gtin13=_public_gtin(offer.chosen.product.upc),
        countryOfOrigin=COUNTRY,
        manufacturer={"@type": "Organization", "name": product.producer.local_name}
        if product.producer
        else None,
        hasCertification=_certification(certificate),
        offers=_offers(page, offer, offer.chosen, product.producer),
    )
    return [goods]


def _offers(
    page: ProductPage, offer: Offer, chosen: Variant, seller: AbstractPartner | None
) -> list[dict[str, Any]]:
    return [
        {
            "@type": "Offer",
            "price": str(variant.price),
            "priceCurrency": "VND",
            "availability": AVAILABILITY[variant.in_stock],
            **({"availabilityStarts": offer.opens_on.isoformat()} if offer.opens_on else {}),
            "url": urljoin(page.full_url or "", variant.url if offer.variants else page.url or ""),
            "sku": variant.sku,
            **({"name": variant.label} if offer.variants else {}),
            **({"seller": {"@type": "Organization", "name": seller.local_name}} if seller else {}),
        }
        for variant in offer.variants or [chosen]
    ]


def _certification(certificate: Certificate | None) -> dict[str, Any] | None:
    if certificate is None:
        return None
    return {
        "@type": "Certification",
        "name": f"OCOP {certificate.stars}",
        "certificationIdentification": certificate.certificate_no,
        "issuedBy": {"@type": "Organization", "name": certificate.issuer},
        "certificationRating": {"@type": "Rating", "ratingValue": certificate.stars, "bestRating": 5},
        "validFrom": certificate.issued_on.isoformat(),
        "expires": certificate.last_day().isoformat(),
    }


def _public_gtin(code: str | None) -> str:
    return code if code and not code.startswith(RESTRICTED_GTIN_PREFIX) else ""


def _geo(place: VillagePage) -> dict[str, Any] | None:
    if place.latitude is None or place.longitude is None:
        return None
    return {"@type": "GeoCoordinates", "latitude": str(place.latitude), "longitude": str(place.longitude)}


def _address(street: str, commune: Commune | None) -> dict[str, Any] | None:
    if commune is None:
        return None
    return {
        "@type": "PostalAddress",
        "streetAddress": street,
        "addressLocality": commune.full_name,
        "addressRegion": commune.province.name,
        "addressCountry": COUNTRY,
    }


def _absolute(page: Page, picture: ReadyPicture | None) -> str:
    return urljoin(page.full_url or "", picture["src"]) if picture else ""
