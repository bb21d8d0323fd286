"""Pages in both languages at once, made only where they are missing."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.html import escape
from django.utils.text import slugify
from wagtail.models import Locale, Page
from wagtail.rich_text import RichText

from catalogue.folding import strip_marks
from home.site_setup import english_page, key_of, put

Block = tuple[str, Any]
ILLUSTRATIVE = re.compile(r"\s*\((minh hoạ|illustrative)\)$")


@dataclass
class Words:
    """The fields that one language's page has for itself."""

    slug: str
    fields: dict[str, Any]


@dataclass
class Demo:
    """A page to be: its words in both languages and what both share.

    `english` is None where a text exists in Vietnamese only: the English tree then gets an
    alias, as it does for every new page until somebody translates it. `children` makes the
    inline rows (photos, dates) anew for each language's page.
    """

    model: type[Page]
    vietnamese: Words
    english: Words | None
    shared: dict[str, Any] = field(default_factory=dict)
    children: dict[str, Callable[[], list[Any]]] = field(default_factory=dict)


def ensure(parent: Page, demo: Demo) -> tuple[Any, bool]:
    """Return the Vietnamese page under `parent` and whether it was made now.

    A page that stands is left as editors wrote it, in both languages.
    """
    found = find(demo.model, demo.vietnamese.slug)
    if found is not None:
        return found, False
    words = {"slug": demo.vietnamese.slug, **demo.vietnamese.fields}
    key = key_of(demo.model, demo.vietnamese.slug)
    page = put(parent, demo.model(locale=parent.locale, translation_key=key, **words, **_shared(demo)))
    english = Locale.objects.get(language_code="en")
    if demo.english is None:
        page.copy_for_translation(english, alias=True)
    else:
        words = {"slug": demo.english.slug, **demo.english.fields}
        english_page(page, parent=parent.get_translation(english), **words, **_shared(demo))
    return page, True


def find(model: type[Page], slug: str) -> Any:
    """Return the demo's Vietnamese page that was made with `slug`, whatever its address is now; None for none.

    Its key says which one it is; pages that were loaded before keys said so are found by their address.
    """
    pages = model.objects.filter(locale__language_code="vi")
    return pages.filter(translation_key=key_of(model, slug)).first() or pages.filter(slug=slug).first()


def get(model: type[Page], slug: str) -> Any:
    """Return the demo's Vietnamese page that was made with `slug`.

    Raises:
        Page.DoesNotExist: it was deleted.
    """
    found = find(model, slug)
    if found is None:
        raise model.DoesNotExist(f"No page of the demo was made as {slug}")
    return found


def _shared(demo: Demo) -> dict[str, Any]:
    return {**demo.shared, **{name: make() for name, make in demo.children.items()}}


def english_slug(title: str) -> str:
    """Return the slug of an English title, without the note that it is illustrative."""
    return slugify(strip_marks(ILLUSTRATIVE.sub("", title)))


def paragraphs(text: str, *, count: int = 1) -> RichText:
    """Return `text` as `count` paragraphs of about the same length, broken between sentences."""
    sentences = re.split(r"(?<=[.!?])\s+", text.strip())
    goal = len(text) / count
    parts: list[list[str]] = []
    current: list[str] = []
    for sentence in sentences:
        current.append(sentence)
        if len(" ".join(current)) >= goal and len(parts) < count - 1:
            parts.append(current)
            current = []
    parts.append(current)
    return RichText("".join(f"<p>{escape(' '.join(part))}</p>" for part in parts if part))


def sources(*listed: tuple[str, str], as_of: str) -> Block:
    """Return the block that names sources by title and address, which may be empty, as they were on a day."""
    rows = [{"title": title, "url": url} for title, url in listed]
    return ("sources", {"as_of": date.fromisoformat(as_of), "sources": rows})


def bullets(lines: list[str]) -> str:
    """Return `lines` as the HTML of a list."""
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def split_lead(text: str, *, limit: int) -> tuple[str, str]:
    """Return as many whole sentences from the start of `text` as fit into `limit` characters, and the rest."""
    sentences = re.split(r"(?<=[.!?])\s+", text.strip())
    taken = 1
    while taken < len(sentences) and len(" ".join(sentences[: taken + 1])) <= limit:
        taken += 1
    return " ".join(sentences[:taken]), " ".join(sentences[taken:])
