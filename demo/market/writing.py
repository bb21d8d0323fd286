"""Standard pages that the law or common sense asks for, and a few stories."""

from datetime import date
from typing import Any

from django.db import transaction
from wagtail.rich_text import RichText

from catalogue.models import ProductPage
from demo.market import data
from demo.market.pages import Block, Demo, Words, ensure, get, sources
from demo.market.pictures import picture
from home import starter_pages
from home.models import HomePage, StandardPage, StoryIndexPage, StoryPage


@transaction.atomic
def load_standard_pages() -> int:
    """Make the standard pages that are missing and return how many that were."""
    home = HomePage.objects.get(locale__language_code="vi", depth=2)
    rows = [*starter_pages.rows(), *data.read("standard_pages")]
    return sum(ensure(home, _standard_page(row))[1] for row in rows)


@transaction.atomic
def load_stories() -> int:
    """Make the stories that are missing and return how many that were; products must be there."""
    index = StoryIndexPage.objects.get(locale__language_code="vi")
    return sum(ensure(index, _story(row))[1] for row in data.read("stories"))


def _standard_page(row: dict[str, Any]) -> Demo:
    return Demo(
        model=StandardPage,
        vietnamese=Words(row["slug"], _standard_words(row, "vi")),
        english=Words(row["slug_en"], _standard_words(row, "en")),
    )


def _standard_words(row: dict[str, Any], language: str) -> dict[str, Any]:
    words = starter_pages.words(row, language)
    if row.get("as_of"):
        words["body"].append(sources((row[f"source_{language}"], ""), as_of=row["as_of"]))
    return words


def _story(row: dict[str, Any]) -> Demo:
    english = Words(row["slug_en"], _story_words(row, "en")) if row["slug_en"] else None
    return Demo(
        model=StoryPage,
        vietnamese=Words(row["slug"], _story_words(row, "vi")),
        english=english,
        shared={
            "told_on": date.fromisoformat(row["told_on"]),
            "author": "Chợ Bắc Ninh",
            "picture": picture(row["picture"]),
            "share_picture": picture(row["picture"]),
        },
    )


def _story_words(row: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "title": row[f"title_{language}"],
        "summary": row[f"summary_{language}"],
        "search_description": row[f"summary_{language}"],
        "body": [_part(part, language) for part in row["parts"]],
    }


def _part(part: dict[str, Any], language: str) -> Block:
    if "picture" in part:
        return "picture", {"picture": picture(part["picture"]), "caption": ""}
    if "products" in part:
        chosen = [get(ProductPage, slug) for slug in part["products"]]
        return "product_row", {"title": part[f"row_{language}"], "products": chosen}
    return "text", RichText(part[f"text_{language}"])
