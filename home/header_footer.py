"""Header and footer: what editors set once for the site, in the reader's language.

The words are kept for as long as public pages may be (`PUBLIC_CACHE_S`) and dropped when an
editor changes them (`home.receivers`), so that a page need not ask for them. What depends on
the day or on the page itself is added afterwards; nothing depends on the visitor.
"""

import logging
from datetime import date
from secrets import token_hex
from typing import Any, TypedDict

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language_from_path, override
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from catalogue.family import Family
from catalogue.languages import local, localized, reading_language
from home.models import MarketSettings, MenuItem

logger = logging.getLogger(__name__)

EDITION = "front-door-edition"
SHORTEST_S = 2  # header and footer of one page ask once, also where nothing else is kept


class Link(TypedDict):
    """A link with its words."""

    title: str
    url: str


class Announcement(TypedDict):
    """The editors' short message, shown until its last day."""

    text: str
    url: str
    until: date | None


class Words(TypedDict):
    """All that header and footer take from the settings."""

    announcement: Announcement
    tagline: str
    menus: dict[str, list[Link]]
    about: str
    phone: str
    email: str
    address: str
    legal: str
    moit_url: str


EMPTY: Words = {
    "announcement": {"text": "", "url": "", "until": None},
    "tagline": "",
    "menus": {menu: [] for menu in MenuItem.Menu.values},
    "about": "",
    "phone": "",
    "email": "",
    "address": "",
    "legal": "",
    "moit_url": "",
}


def words() -> Words:
    """Return the settings' words in the reader's language; no query while they are kept."""
    key = f"front-door-words:{reading_language()}"
    kept = cache.get_many([EDITION, key])
    edition = kept.get(EDITION)
    of_edition, known = kept.get(key, (None, None))
    if known is None or of_edition != edition:
        try:
            known = _read()
        except DatabaseError:
            logger.exception("Header and footer are shown without menus")
            return EMPTY  # the error page about it needs a frame too
        cache.set(key, (edition, known), max(settings.PUBLIC_CACHE_S, SHORTEST_S))
    return known


def forget() -> None:
    """Drop what is kept: an editor changed settings, menus or a page's name or place.

    The edition changes instead of the words being deleted: a reader who asked the database before
    the change and answers after it keeps them for the edition that is over. Done again on commit,
    before which other readers still get the old words.
    """
    _begin_edition()
    transaction.on_commit(_begin_edition, robust=True)


def _begin_edition() -> None:
    cache.set(EDITION, token_hex(8), timeout=None)


def header(request: HttpRequest | None, family: Family | None) -> dict[str, Any]:
    """Return the inputs of components/header.html.

    Args:
        request: the request, None where an error page is made without one.
        family: of the page shown; None for views that are no pages.
    """
    known = words()
    path = request.path if request else ""
    announcement = known["announcement"]
    shown = _is_on(announcement)
    return {
        "announcement": announcement["text"] if shown else known["tagline"],
        "announcement_url": announcement["url"] if shown else "",
        "nav": [
            {**link, "current": _is_section(link["url"], path)} for link in known["menus"][MenuItem.Menu.MAIN]
        ],
        "phone": known["phone"],
        "q": request.GET.get("q", "") if request and _is_search(request) else "",
        **{
            f"url_{language}": _in_language(language, request, family)
            for language, _name in settings.LANGUAGES
        },
    }


def footer() -> dict[str, Any]:
    """Return the inputs of components/footer.html."""
    known = words()
    columns = [
        (_("Mua sắm"), MenuItem.Menu.FOOTER_SHOP),
        (_("Trợ giúp"), MenuItem.Menu.FOOTER_HELP),
        (_("Người làm và báo chí"), MenuItem.Menu.FOOTER_MAKERS),
    ]
    return {
        **{name: known[name] for name in ("about", "phone", "email", "address", "legal", "moit_url")},
        "columns": [
            {"title": title, "links": known["menus"][menu]} for title, menu in columns if known["menus"][menu]
        ],
    }


def _read() -> Words:
    site = next((root.site_id for root in Site.get_site_root_paths()), None)
    chosen = MarketSettings.objects.filter(site=site).select_related("announcement_page")
    market = chosen.first() or MarketSettings()
    items = list(market.menu_items.select_related("page").order_by("sort_order", "pk")) if market.pk else []
    linked = [page for page in (market.announcement_page, *(item.page for item in items)) if page]
    by_key = {page.translation_key: page for page in localized(linked)}
    by_id = {page.pk: by_key.get(page.translation_key) for page in linked}
    target = by_id.get(market.announcement_page_id or 0)
    return {
        "announcement": {
            "text": local(market, "announcement"),
            "url": (target.url or "") if target else "",
            "until": market.announcement_until,
        },
        "tagline": local(market, "tagline"),
        "menus": {menu: _links(items, menu, by_id) for menu in MenuItem.Menu.values},
        "about": local(market, "about"),
        "phone": market.phone,
        "email": market.email,
        "address": market.address,
        "legal": _legal(market),
        "moit_url": market.moit_url,
    }


def _links(items: list[MenuItem], menu: str, pages: dict[int, Page | None]) -> list[Link]:
    links = [_link(item, pages.get(item.page_id or 0)) for item in items if item.menu == menu]
    return [link for link in links if link]


def _link(item: MenuItem, page: Page | None) -> Link | None:
    if item.page_id and page is None:
        return None  # not published
    if page is not None:
        return {"title": local(item, "label") or page.title, "url": page.url or ""}
    return {"title": local(item, "label") or item.url, "url": _translated(item.url, reading_language())}


def _legal(market: MarketSettings) -> str:
    """Return who runs the market, as Consumer Law 19/2023/QH15 art. 37 wants it said."""
    parts = [local(market, "owner_name")]
    if market.business_no:
        parts.append(_("Số đăng ký kinh doanh %(number)s") % {"number": market.business_no})
    if market.business_issuer:
        parts.append(_("nơi cấp: %(issuer)s") % {"issuer": market.business_issuer})
    if market.business_issued_on:
        day = date_format(market.business_issued_on, "SHORT_DATE_FORMAT")
        parts.append(_("cấp ngày %(day)s") % {"day": day})
    identity = ", ".join(part for part in parts if part)
    return ". ".join(part.rstrip(".") for part in (identity, local(market, "small_print")) if part)


def _is_on(announcement: Announcement) -> bool:
    until = announcement["until"]
    return bool(announcement["text"]) and (until is None or until >= timezone.localdate())


def _is_section(url: str, path: str) -> bool:
    return len(url.strip("/").split("/")[-1]) > len("en") and path.startswith(url)


def _is_search(request: HttpRequest) -> bool:
    return bool(request.resolver_match and request.resolver_match.namespace == "search")


def _in_language(language: str, request: HttpRequest | None, family: Family | None) -> str:
    """Return this page in `language`, else the nearest page above it that is translated."""
    if family is not None:
        page = family.nearest_in(language)
        if page and page.url:
            return page.url
    elif request is not None:
        return _translated(request.get_full_path(), language)
    with override(language):
        return reverse("wagtail_serve", args=("",))


def _translated(url: str, language: str) -> str:
    """Return the address in `language` of one of our views; other addresses as they are."""
    if not url.startswith("/"):
        return url
    # An address is read in its own language: in Vietnamese the pages' pattern takes "/en/basket/", too.
    with override(get_language_from_path(url) or settings.LANGUAGE_CODE):
        return translate_url(url, language)
