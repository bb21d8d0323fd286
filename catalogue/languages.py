"""What the reader's language decides: which of two columns, which page of a set of translations."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import get_language
from wagtail.models import Page


def reading_language() -> str:
    """Return the language of the page being made, as our addresses know it: "vi" or "en"."""
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]


def local(record: object, field: str) -> str:
    """Return `record.<field>` for the reader's language, Vietnamese where English is missing."""
    vietnamese: str = getattr(record, field) or ""
    if reading_language() == "en":
        return getattr(record, f"{field}_en", "") or vietnamese
    return vietnamese


def localized(pages: Iterable[Page]) -> list[Page]:
    """Return the live pages in the reader's language, in the order of `pages`; one query for all.

    A page without a live translation stands for itself while it is live; others are left out.
    """
    wanted = list(pages)
    keys = {page.translation_key for page in wanted}
    found = Page.objects.filter(translation_key__in=keys, live=True).select_related("locale")
    language = reading_language()
    by_key = {page.translation_key: page for page in found if page.locale.language_code == language}
    by_id = {page.pk: page for page in found}
    chosen = [by_key.get(page.translation_key) or by_id.get(page.pk) for page in wanted]
    return [page for page in chosen if page]


def title_language(page: Page) -> str:
    """Return "vi" for a title that is Vietnamese on a page in another language, else nothing."""
    return "vi" if page.alias_of_id and reading_language() != settings.LANGUAGE_CODE else ""
