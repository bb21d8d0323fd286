"""The front page's sections, the menus and the owner's details."""

from typing import Any

from django.db import transaction
from wagtail.models import Page, Site

from catalogue.models import VillagePage
from demo.market import data
from demo.market.pages import find, get
from demo.market.pictures import picture
from home.models import HomePage, MarketSettings, MenuItem, StandardPage
from home.site_setup import SECTIONS

MENU_PAGES: dict[
    str, list[str | tuple[str, str, str]]
] = {  # slugs under the home page, or address and labels
    MenuItem.Menu.MAIN: ["lang-nghe", "dac-san", "san-pham", "nguoi-lam", "su-kien", "diem-ban"],
    MenuItem.Menu.FOOTER_SHOP: ["san-pham", "dac-san", "lang-nghe", "su-kien", "diem-ban", "chuyen"],
    MenuItem.Menu.FOOTER_HELP: [
        ("/don-hang/", "Tra cứu đơn hàng", "Track an order"),
        "giao-hang",
        "doi-tra",
        "cach-thanh-toan",
        "khieu-nai",
        "bao-ve-du-lieu",
        "dieu-khoan",
    ],
    MenuItem.Menu.FOOTER_MAKERS: ["ban-hang", "chinh-sach-ho-tro", "ve-cho"],
}


TERMS_PAGES = {"terms_page": "dieu-khoan", "returns_page": "doi-tra", "privacy_page": "bao-ve-du-lieu"}


@transaction.atomic
def load_front_page() -> int:
    """Fill the front page of each language where it has no sections yet; return how many that were."""
    return sum(_fill(home) for home in HomePage.objects.filter(depth=2) if not home.body)


@transaction.atomic
def load_settings() -> int:
    """Fill menus and the owner's details where none stand; return how many menu items that made."""
    site = Site.objects.get(is_default_site=True)
    settings = MarketSettings.for_site(site)
    _name_promises(settings)
    if settings.menu_items.filter(menu=MenuItem.Menu.MAIN).exists():
        return 0
    for name, value in data.read("front")["settings"].items():
        setattr(settings, name, value)
    settings.menu_items = list(_menu_items(site.root_page))
    settings.save()
    return settings.menu_items.count()


def _name_promises(settings: MarketSettings) -> None:
    """Name the pages that a buyer agrees to, where an editor named none."""
    missing = {
        name: find(StandardPage, slug)
        for name, slug in TERMS_PAGES.items()
        if not getattr(settings, f"{name}_id")
    }
    for name, page in missing.items():
        setattr(settings, name, page)
    if any(missing.values()):
        settings.save(update_fields=[*missing])


def _menu_items(home: Page) -> list[MenuItem]:
    items: list[MenuItem] = []
    for menu, entries in MENU_PAGES.items():
        for entry in entries:
            words = {"menu": menu, "sort_order": len(items)}
            if isinstance(entry, tuple):
                url, label, label_en = entry
                items.append(MenuItem(url=url, label=label, label_en=label_en, **words))
            elif (page := _page(home, entry)) and page.live:
                items.append(MenuItem(page=page, **words))
    return items


def _fill(home: HomePage) -> int:
    language = home.locale.language_code
    words = data.read("front")["home"][language]
    front = HomePage.objects.get(locale__language_code="vi", depth=2)
    home.hero_title, home.hero_text = words["hero_title"], words["hero_text"]
    home.hero_picture = home.share_picture = picture("cho-que")
    home.first_button, home.first_page = words["first_button"], _page(front, "san-pham")
    home.second_button, home.second_page = words["second_button"], _page(front, "lang-nghe")
    home.body = [(kind, _values(kind, value, front)) for kind, value in words["sections"]]
    home.save_revision(clean=False).publish()
    return 1


def _page(front: Page, slug: str) -> Page | None:
    """Return a section of the site or a page of the demo by the slug it was made with, whatever it is now."""
    for section in SECTIONS:
        if section.slug == slug:
            found: Page | None = section.model.objects.child_of(front).first()
            return found
    page: Page | None = find(StandardPage, slug) or find(VillagePage, slug)
    return page


def _values(kind: str, value: dict[str, Any], front: Page) -> dict[str, Any]:
    """Put pages in the place of their slugs."""
    if kind == "villages":
        return {**value, "villages": [get(VillagePage, slug) for slug in value["villages"]]}
    if kind == "call_to_action":
        return {**value, "page": _page(front, value["page"])}
    return value
