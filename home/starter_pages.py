"""First texts of the pages that the law asks for, so that no new shop answers 404 where buyers are promised them."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import override
from wagtail.models import Site
from wagtail.rich_text import RichText

from catalogue.claim_periods import in_words
from home.models import HomePage, MarketSettings, MenuItem, StandardPage
from home.site_setup import english_page, key_of, may_be_made, put

PAGES = Path(__file__).parent / "data" / "starter_pages.json"
# Stands above each text until whoever answers for it takes it out; the shop does not open before (home.opening).
MARK = {
    "vi": "Bản mẫu, cần luật sư xem trước khi bán thật; xem xong thì bỏ dòng này.",
    "en": "Sample text: a lawyer must check it before real sales, and then takes this line out.",
}
NAMED = {"terms_page": "dieu-khoan", "returns_page": "doi-tra", "privacy_page": "bao-ve-du-lieu"}


def rows() -> list[dict[str, Any]]:
    """Return the pages as they are shipped, each with its mark."""
    found: list[dict[str, Any]] = json.loads(_with_periods(PAGES.read_text(encoding="utf-8")))
    for row in found:
        for language, mark in MARK.items():
            row[f"body_{language}"] = f"<p><i>{mark}</i></p>{row[f'body_{language}']}"
    return found


def _with_periods(text: str) -> str:
    """Write the periods of claims into the texts, each language's in its own words."""
    for language in MARK:
        with override(language):
            for name, short in (("fresh", True), ("others", False)):
                text = text.replace(f"{{{name}_{language}}}", in_words(short=short))
    return text


def words(row: dict[str, Any], language: str) -> dict[str, Any]:
    """Return the fields of one language's page."""
    return {
        "title": row[f"title_{language}"],
        "intro": row[f"intro_{language}"],
        "search_description": row[f"intro_{language}"],
        "body": [("text", RichText(row[f"body_{language}"]))],
    }


@transaction.atomic
def write() -> int:
    """Make the pages of a shop that has none of its kind, and name those that a buyer agrees to; return how many."""
    is_new = not StandardPage.objects.exists()
    home = HomePage.objects.get(locale__language_code="vi", depth=2)
    made = {row["slug"]: _write(home, row) for row in rows() if may_be_made(home, row["slug"]) and is_new}
    if not made:
        return 0
    site = Site.objects.get(is_default_site=True)
    settings = MarketSettings.for_site(site)
    for name, slug in NAMED.items():
        if slug in made and not getattr(settings, f"{name}_id"):
            setattr(settings, name, made[slug])
    if not settings.menu_items.exists():
        settings.menu_items = [
            MenuItem(sort_order=place, menu=MenuItem.Menu.FOOTER_HELP, page=page)
            for place, page in enumerate(made.values())
        ]
    settings.save()
    return len(made)


def _write(home: HomePage, row: dict[str, Any]) -> StandardPage:
    found = StandardPage(
        locale=home.locale,
        slug=row["slug"],
        translation_key=key_of(StandardPage, row["slug"]),
        **words(row, "vi"),
    )
    page: StandardPage = put(home, found)
    english_home = home.get_translations().get(locale__language_code="en")
    english_page(page, parent=english_home, slug=row["slug_en"], **words(row, "en"))
    return page
