"""What every market needs before its first page: places, OCOP's classes, claims, product classes.

The data stand beside the code in `catalogue/data/`. Every function may be called again and again:
it writes only what is missing or has changed, and returns how many rows that were.
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from catalogue.folding import fold, strip_marks
from catalogue.models import (
    Category,
    Certification,
    Commune,
    FormerUnit,
    GeographicalIndication,
    Province,
)
from catalogue.product_classes import goods, services
from catalogue.upsert import upsert

DATA = Path(__file__).parent / "data"
TWO_TIERS_SINCE = date(2025, 7, 1)  # districts abolished, communes merged: Resolution 203/2025/QH15


@transaction.atomic
def load_places() -> int:
    """Load the 34 provinces, their 3,321 communes and the 10,040 units those were formed from."""
    places = _read("places.json")
    written = upsert(Province, key=("code",), rows=[{**row, **_SINCE} for row in places["provinces"]])
    written += upsert(Commune, key=("code",), rows=_communes(places["communes"]))
    return written + upsert(FormerUnit, key=("code", "commune_id"), rows=_former_units(places["former"]))


@transaction.atomic
def load_taxonomy() -> int:
    """Load OCOP's 6 industries, 17 groups and 26 criteria sets as the tree of categories."""
    taxonomy = _read("ocop.json")
    known = {category.code: category for category in Category.objects.all()}
    rows = [*taxonomy["industries"], *taxonomy["groups"], *taxonomy["sets"]]
    return sum(_write_category(known, **row) for row in rows)


@transaction.atomic
def load_claims() -> int:
    """Load geographical indications and quality schemes."""
    claims = _read("claims.json")
    indications = [
        {**row, "registered_on": date.fromisoformat(row["registered_on"]) if row["registered_on"] else None}
        for row in claims["geographical_indications"]
    ]
    written = upsert(GeographicalIndication, key=("name",), rows=indications)
    return written + upsert(Certification, key=("code",), rows=claims["certifications"])


def load_product_classes() -> int:
    """Make the two product classes; return 0, they are never rewritten."""
    goods()
    services()
    return 0


_SINCE = {"valid_from": TWO_TIERS_SINCE, "valid_to": None}


def _read(name: str) -> dict[str, Any]:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def _communes(provinces: dict[str, list[list[str]]]) -> Iterator[dict[str, Any]]:
    for province_code, communes in provinces.items():
        for code, name, kind in communes:
            yield {
                "code": code,
                "province_id": province_code,
                "name": name,
                "kind": kind,
                "sort_key": fold(name),
                **_SINCE,
            }


def _former_units(provinces: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One row per old unit and commune that took it in: a unit that was split stands several times."""
    for old_provinces in provinces.values():
        for province, districts in old_provinces.items():
            for district, units in districts.items():
                for code, name, *communes in units:
                    for commune_code in communes:
                        yield {
                            "code": code,
                            "name": name,
                            "district_name": district,
                            "province_name": province,
                            "commune_id": commune_code,
                            "is_split": len(communes) > 1,
                            "folded": fold(f"{name}, {district}, {province}"),
                        }


def _write_category(
    known: dict[str, Category], *, code: str, name: str, name_en: str, parent: str | None = None
) -> int:
    category = known.get(code)
    if category is None:
        words = {"code": code, "name": name, "name_en": name_en, "slug": slugify(strip_marks(name))}
        category = known[parent].add_child(**words) if parent else Category.add_root(**words)
        known[code] = category
        return 1
    if (category.name, category.name_en) == (name, name_en):
        return 0
    category.name, category.name_en = name, name_en
    category.save(update_fields=["name", "name_en"])
    return 1
