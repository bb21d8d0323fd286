"""What every market needs before its first page: places, OCOP's classes, claims, product classes.

What holds in the whole country stands beside the code in `catalogue/data/`, the indications of the
province in the market's folder. Every function may be called again and again: it writes what is
missing and what nobody touched (catalogue.seeds), and returns how many rows that were.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from catalogue import shipped_files
from catalogue.folding import strip_marks
from catalogue.models import Category, Certification, GeographicalIndication
from catalogue.product_classes import goods, services
from catalogue.reference_places import PLACES
from catalogue.seeds import Dataset, Row, load
from catalogue.shipped_files import DATA


@transaction.atomic
def load_places() -> int:
    """Load the 34 provinces, their 3,321 communes, the 10,040 units those were formed from, and all their names."""
    return sum(load(dataset) for dataset in PLACES)


def load_taxonomy() -> int:
    """Load OCOP's 6 industries, 17 groups and 26 criteria sets as the tree of categories."""
    return load(CATEGORIES)


@transaction.atomic
def load_claims() -> int:
    """Load geographical indications and quality schemes."""
    return load(INDICATIONS) + load(CERTIFICATIONS)


def load_product_classes() -> int:
    """Make the two product classes; return 0, they are never rewritten."""
    goods()
    services()
    return 0


def _categories() -> Iterator[Row]:
    taxonomy = shipped_files.read(DATA / "ocop.json")
    for row in [*taxonomy["industries"], *taxonomy["groups"], *taxonomy["sets"]]:
        yield {"parent": None, **row}


def _indications() -> Iterator[Row]:
    for row in shipped_files.read(settings.MARKET.folder / "claims.json")["geographical_indications"]:
        day = row["registered_on"]
        yield {**row, "registered_on": date.fromisoformat(day) if day else None}


def _certifications() -> Iterator[Row]:
    yield from shipped_files.read(DATA / "quality_schemes.json")["certifications"]


class Categories(Dataset):
    """The tree: each row goes under its parent, where it stands."""

    def insert(self, rows: list[Row]) -> list[Row]:
        known = {category.code: category for category in Category.objects.all()} if rows else {}
        return [row for row in rows if _add_category(known, row)]

    def update(self, instance: Any, row: Row) -> None:
        for name in self.columns:
            setattr(instance, name, row[name])
        instance.save(update_fields=list(self.columns))


def _add_category(known: dict[str, Category], row: Row) -> bool:
    """Add a category; not where its parent is missing."""
    words = {name: row[name] for name in ("code", "name", "name_en")}
    words["slug"] = slugify(strip_marks(row["name"]))
    if row["parent"] is None:
        known[row["code"]] = Category.add_root(**words)
    elif row["parent"] in known:
        known[row["code"]] = known[row["parent"]].add_child(**words)
    return row["code"] in known


CATEGORIES = Categories(
    name="categories",
    label=_("Nhóm sản phẩm OCOP"),
    model=Category,
    key=("code",),
    columns=("name", "name_en"),
    rows=_categories,
)
INDICATIONS = Dataset(
    name="indications",
    label=_("Chỉ dẫn địa lý"),
    model=GeographicalIndication,
    key=("name",),
    columns=("register_no", "decision_no", "registered_on"),
    rows=_indications,
)
CERTIFICATIONS = Dataset(
    name="quality_schemes",
    label=_("Chứng nhận chất lượng"),
    model=Certification,
    key=("code",),
    columns=("name", "name_en"),
    rows=_certifications,
)
DATASETS = (*PLACES, CATEGORIES, INDICATIONS, CERTIFICATIONS)
