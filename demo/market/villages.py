"""Villages with their stories, and the specialties that come from them."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from catalogue.models import (
    Category,
    GeographicalIndication,
    SpecialtyIndexPage,
    SpecialtyOrigin,
    SpecialtyPage,
    VillageIndexPage,
    VillagePage,
    VillageRecognition,
)
from demo.market import data
from demo.market.pages import (
    Block,
    Demo,
    Words,
    bullets,
    english_slug,
    ensure,
    get,
    paragraphs,
    sources,
    split_lead,
)
from demo.market.pictures import picture

READ_ON = "2026-11-21"  # when the pages that villages.json names were read
PROCESS_TITLE = {"vi": "Làm ra thế nào", "en": "How it is made"}


@transaction.atomic
def load_villages() -> int:
    """Make the village pages that are missing and return how many that were."""
    index = VillageIndexPage.objects.get(locale__language_code="vi")
    return sum(ensure(index, _village(row))[1] for row in data.read("villages"))


@transaction.atomic
def load_specialties() -> int:
    """Make the specialty pages that are missing and return how many that were."""
    index = SpecialtyIndexPage.objects.get(locale__language_code="vi")
    return sum(ensure(index, _specialty(row))[1] for row in data.read("specialties"))


def village(slug: str | None) -> VillagePage | None:
    """Return the Vietnamese page of a village; None for none."""
    return get(VillagePage, slug) if slug else None


def specialty(slug: str | None) -> SpecialtyPage | None:
    """Return the Vietnamese page of a specialty; None for none."""
    return get(SpecialtyPage, slug) if slug else None


def _village(row: dict[str, Any]) -> Demo:
    shared = {
        "kind": row["kind"],
        "hero": picture(row["hero"]),
        "emblem": picture(row["emblem"]) if row["emblem"] else None,
        "share_picture": picture(row["hero"]),
        "best_months": row["best_months"],
        "commune_id": row["commune_code"],
        "latitude": str(row["lat"]),
        "longitude": str(row["lng"]),
        "old_address": ", ".join([row["old_commune_vi"], row["old_district_vi"], row["old_province_vi"]]),
    }
    return Demo(
        model=VillagePage,
        vietnamese=Words(row["slug"], _village_words(row, "vi")),
        english=Words(english_slug(row["name_en"]), _village_words(row, "en")),
        shared=shared,
        children={"recognitions": _recognitions(row["recognitions"])},
    )


def _village_words(row: dict[str, Any], language: str) -> dict[str, Any]:
    lead, story = split_lead(row[f"story_{language}"], limit=300)
    return {
        "title": row[f"name_{language}"],
        "short_name": row["short_name"],
        "craft": row[f"craft_{language}"],
        "founded": row[f"founded_{language}"],
        "summary": lead,
        "search_description": split_lead(lead, limit=200)[0],
        "body": _village_body(row, story, language),
        "highlights": bullets(row[f"highlights_{language}"]),
        "how_to_visit": row[f"how_to_visit_{language}"],
        "best_season": row[f"best_season_{language}"],
    }


def _village_body(row: dict[str, Any], story: str, language: str) -> list[Block]:
    body: list[Block] = [("text", paragraphs(story, count=3))]
    if row.get("steps"):
        steps = [
            {"title": step[f"title_{language}"], "text": step[f"text_{language}"]} for step in row["steps"]
        ]
        body.append(("process", {"title": PROCESS_TITLE[language], "steps": steps}))
    body.append(("picture", {"picture": picture(row["picture"]), "caption": ""}))
    if row.get("references"):
        pages = [(str(urlsplit(url).hostname).removeprefix("www."), url) for url in row["references"]]
        body.append(sources(*pages, as_of=READ_ON))
    return body


def _recognitions(rows: list[dict[str, Any]]) -> Callable[[], list[VillageRecognition]]:
    def make() -> list[VillageRecognition]:
        return [
            VillageRecognition(
                sort_order=position,
                kind=row["type"],
                name=row.get("name", ""),
                number=row.get("certificate") or row.get("decision", ""),
                recognised_on=row.get("date", ""),
                expires_on=date.fromisoformat(row["expires_on"]) if "expires_on" in row else None,
                source_url=row.get("source", ""),
                is_checked=row["confidence"].startswith("high") and bool(row.get("source")),
            )
            for position, row in enumerate(rows)
        ]

    return make


def _specialty(row: dict[str, Any]) -> Demo:
    indication = row["geographical_indication"]
    shared = {
        "picture": picture(row["picture"]),
        "share_picture": picture(row["picture"]),
        "category": Category.objects.get(code=row["category"]),
        "season_months": row["season_months"],
        "protection": row["protection"],
        "geographical_indication": (
            GeographicalIndication.objects.get(name=indication) if indication else None
        ),
    }
    return Demo(
        model=SpecialtyPage,
        vietnamese=Words(row["slug"], _specialty_words(row, "vi")),
        english=Words(english_slug(row["name_en"]), _specialty_words(row, "en")),
        shared=shared,
        children={"origins": _origins(row["villages"])},
    )


def _specialty_words(row: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "title": row[f"name_{language}"],
        "summary": row[f"summary_{language}"],
        "search_description": row[f"summary_{language}"],
        "body": [("text", paragraphs(row[f"body_{language}"], count=2))],
    }


def _origins(slugs: list[str]) -> Callable[[], list[SpecialtyOrigin]]:
    def make() -> list[SpecialtyOrigin]:
        return [
            SpecialtyOrigin(sort_order=position, village=village(slug)) for position, slug in enumerate(slugs)
        ]

    return make
