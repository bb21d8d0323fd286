"""The front page's sections, the menus and the owner's details."""

from typing import Any

from django.db import transaction
from wagtail.models import Page, Site

from home.demo import data
from home.demo.pictures import picture
from home.models import HomePage, MarketSettings, MenuItem, StandardPage

MENU_PAGES: dict[
    str, list[str | tuple[str, str, str]]
] = {  # slugs under the home page, or address and labels
    MenuItem.Menu.MAIN: ["lang-nghe", "dac-san", "san-pham", "nguoi-lam", "su-kien", "diem-ban"],
    MenuItem.Menu.FOOTER_SHOP: ["san-pham", "dac-san", "lang-nghe", "su-kien", "diem-ban", "chuyen"],
    MenuItem.Menu.FOOTER_HELP: [
        ("/don-hang/", "Tra cứu đơn hàng", "Track an order"),
        "giao-hang",
        "doi-tra",
        "thanh-toan",
        "khieu-nai",
        "bao-ve-du-lieu",
        "dieu-khoan",
    ],
    MenuItem.Menu.FOOTER_MAKERS: ["ban-hang", "chinh-sach-ho-tro", "ve-cho"],
}


PROMISES = {"terms_page": "dieu-khoan", "returns_page": "doi-tra", "privacy_page": "bao-ve-du-lieu"}


@transaction.atomic
def load_front_page() -> int:
    """Fill the front page of each language where it has no sections yet; return how many that were."""
    return sum(_fill(home) for home in HomePage.objects.filter(depth=2) if not home.body)


@transaction.atomic
def load_settings() -> int:
    """Fill menus and the owner's details where none stand; return how many menu items that made."""
    site = Site.objects.get(is_default_site=True)
    settings = MarketSettings.for_site(site)
    _name_promises(settings, site.root_page)
    if settings.menu_items.exists():
        return 0
    for name, value in data.read("front")["settings"].items():
        setattr(settings, name, value)
    settings.menu_items = list(_menu_items(site.root_page))
    settings.save()
    return settings.menu_items.count()


def _name_promises(settings: MarketSettings, home: Page) -> None:
    """Name the pages that a buyer agrees to, where an editor named none."""
    pages = {page.slug: page for page in StandardPage.objects.child_of(home)}
    missing = {
        name: pages.get(slug) for name, slug in PROMISES.items() if not getattr(settings, f"{name}_id")
    }
    for name, page in missing.items():
        setattr(settings, name, page)
    if any(missing.values()):
        settings.save(update_fields=[*missing])


def _menu_items(home: Page) -> list[MenuItem]:
    pages = {page.slug: page for page in home.get_children().live()}
    items: list[MenuItem] = []
    for menu, entries in MENU_PAGES.items():
        for entry in entries:
            words = {"menu": menu, "sort_order": len(items)}
            if isinstance(entry, tuple):
                url, label, label_en = entry
                items.append(MenuItem(url=url, label=label, label_en=label_en, **words))
            elif entry in pages:
                items.append(MenuItem(page=pages[entry], **words))
    return items


def _fill(home: HomePage) -> int:
    language = home.locale.language_code
    words = data.read("front")["home"][language]
    front = HomePage.objects.get(locale__language_code="vi", depth=2)
    pages = {page.slug: page for page in front.get_descendants().live()}
    home.hero_title, home.hero_text = words["hero_title"], words["hero_text"]
    home.hero_picture = home.share_picture = picture("cho-que")
    home.first_button, home.first_page = words["first_button"], pages["san-pham"]
    home.second_button, home.second_page = words["second_button"], pages["lang-nghe"]
    home.body = [(kind, _values(kind, value, pages)) for kind, value in words["sections"]]
    home.save_revision(clean=False).publish()
    return 1


def _values(kind: str, value: dict[str, Any], pages: dict[str, Page]) -> dict[str, Any]:
    """Put pages in the place of their slugs."""
    if kind == "villages":
        return {**value, "villages": [pages[slug] for slug in value["villages"]]}
    if kind == "call_to_action":
        return {**value, "page": pages[value["page"]]}
    return value
