"""What the head of a page says to search engines and whoever shares it (components/meta.html)."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.text import Truncator
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError
from wagtail.models import Page

from catalogue.family import Family
from catalogue.languages import title_language
from catalogue.models import Picture
from catalogue.presentation.album import SHARE_SPEC

DESCRIPTION_LENGTH = 160  # search engines cut after about so many signs


def meta(page: Page, family: Family, *, picture: Picture | None, summary: str) -> dict[str, Any]:
    """Return the inputs of components/meta.html for a page of the CMS.

    Args:
        page: the page.
        family: its family, for the other languages.
        picture: what is shown when somebody shares it; None leaves the market's own.
        summary: stands in where the editor wrote no search description.
    """
    canonical = canonical_url(page, family)
    return {
        "title": page.seo_title or page.title,
        "description": page.search_description or Truncator(strip_tags(summary)).chars(DESCRIPTION_LENGTH),
        "canonical": canonical,
        "image": share_image(picture, canonical),
        "alternates": alternates(family),
        "x_default": full_url(family.translations().get(settings.LANGUAGE_CODE)),
        "kind": "website",
        "noindex": not canonical,
    }


def canonical_url(page: Page, family: Family) -> str:
    """Return the absolute address; an English stand-in that still speaks Vietnamese names its original."""
    original = family.translations().get(settings.LANGUAGE_CODE) if page.alias_of_id else None
    return full_url(original or page)


def full_url(page: Page | None) -> str:
    """Return the absolute address of a page, nothing for a page without one."""
    return (page.get_full_url() or "") if page and page.url_path else ""


def alternates(family: Family) -> list[dict[str, str]]:
    """Return the page's translated versions, itself included; stand-ins are no translation."""
    found = [
        {"lang": language, "url": full_url(page)}
        for language, page in sorted(family.translations().items(), reverse=True)
        if not page.alias_of_id
    ]
    return found if len(found) > 1 else []


def share_image(picture: Picture | None, base: str) -> dict[str, Any] | None:
    """Return the picture's share cut with an absolute address, None when there is none to show."""
    if picture is None:
        return None
    try:
        cut = picture.get_rendition(SHARE_SPEC)
    except (SourceImageIOError, InvalidFilterSpecError, OSError):
        return None
    return {"url": urljoin(base, cut.url), "width": cut.width, "height": cut.height}


def crumbs(page: Page, family: Family) -> list[dict[str, str]]:
    """Return the way from the first level down to this page, for components/crumbs.html."""
    trail = [*family.ancestors(), page]
    return [{"title": step.title, "url": step.url or "", "lang": title_language(step)} for step in trail]
