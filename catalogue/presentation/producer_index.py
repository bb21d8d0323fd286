"""What the list of all producers shows: page by page, narrowed to a village or a specialty."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from wagtail.models import Page

from catalogue.family import Family
from catalogue.languages import localized, title_language
from catalogue.listing.pager import address, one_page
from catalogue.listing.query import VALUE
from catalogue.models import ProducerIndexPage, SpecialtyPage, VillagePage
from catalogue.pictures import THUMB
from catalogue.presentation import album
from catalogue.presentation.producer_cards import live_producers, producer_card, with_stars

VILLAGE, SPECIALTY = "lang", "dac-san"
KINDS: dict[str, type[VillagePage | SpecialtyPage]] = {VILLAGE: VillagePage, SPECIALTY: SpecialtyPage}


def parts(page: ProducerIndexPage, request: HttpRequest, family: Family) -> dict[str, Any]:
    """Return the context of catalogue/producer_index_page.html; its comment names what is in it."""
    chosen = narrowing(request.GET)
    found = live_producers(path__startswith=page.path, depth=page.depth + 1)
    for kind, source in chosen.items():
        found = found.filter(**of(kind, source.pk))
    slugs = {kind: source.slug for kind, source in chosen.items()}
    makers, pages = one_page(found, request, slugs)
    shown = with_stars(makers)
    album.load([maker.portrait for maker in shown], THUMB)
    return {
        "cards": [producer_card(maker) for maker in shown],
        "chosen": [
            _tag(source, address(request.path, {key: slugs[key] for key in slugs if key != kind}), family)
            for kind, source in chosen.items()
        ],
        "clear_url": request.path,
        **pages,
    }


def narrowing(query: Mapping[str, str]) -> dict[str, VillagePage | SpecialtyPage]:
    """Return the Vietnamese pages that an address names by their slugs, by its parameter."""
    found: dict[str, VillagePage | SpecialtyPage | None] = {
        kind: model.objects.live().filter(locale__language_code="vi", slug=query[kind]).first()
        for kind, model in KINDS.items()
        if VALUE.fullmatch(query.get(kind, ""))
    }
    return {kind: page for kind, page in found.items() if page}


def of(kind: str, pk: int) -> dict[str, Any]:
    """Return the condition on a producer's page: it stands in that village, it sells that specialty.

    Args:
        kind: VILLAGE or SPECIALTY.
        pk: of the Vietnamese page.
    """
    if kind == VILLAGE:
        return {"village": pk}
    return {"partner__products__specialty": pk, "partner__products__is_public": True}


def list_url(family: Family, kind: str, slug: str) -> str:
    """Return the list's address in the reader's language, narrowed to a page; "" without a list."""
    path = family.section_url("producerindexpage")
    return address(path, {kind: slug}) if path else ""


def _tag(source: Page, off: str, family: Family) -> dict[str, str]:
    """Return what components/tags.html shows of one narrowing: its page's title in the reader's language."""
    shown = source if family.language == "vi" else next(iter(localized([source])), source)
    is_vietnamese = shown.pk == source.pk and family.language != "vi"
    return {"label": shown.title, "url": off, "lang": "vi" if is_vietnamese else title_language(shown)}
