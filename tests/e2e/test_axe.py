"""axe finds nothing to complain about, on any page, light and dark, phone and desk."""

import itertools
import json
import re
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page, expect

from tests.e2e import test_buying as buying
from tests.e2e.conftest import DESK, PHONE, Visitor, follow

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe" / "axe.min.js").read_text(encoding="utf-8")
LIGHTS: dict[Literal["light", "dark"], tuple[str, ...]] = {"light": (), "dark": ("color-contrast",)}
PERSONAL = [
    "/gio-hang/",
    "/tai-khoan/login/",
    "/tai-khoan/dang-ky/",
    "/don-hang/",
    "/tim-kiem/?q=gom",
    "/khong-co-trang-nay/",
    "/en/basket/",
    "/en/search/?q=gom",
]


def one_of_each(page: Page) -> list[str]:
    """Return one address for each kind of page in the sitemap: same depth, same section."""
    found = page.request.get("/sitemap.xml").text()
    paths = [re.sub(r"^https?://[^/]+", "", address) for address in re.findall(r"<loc>([^<]+)</loc>", found)]
    kinds: dict[tuple[str, int], str] = {}
    for path in paths:
        words = path.strip("/").split("/")
        section = "/".join(words[:2]) if words[0] == "en" else words[0]
        kinds.setdefault((section, len(words)), path)
    return list(kinds.values())


def complaints(page: Page, where: str = "", *, rules: tuple[str, ...] = ()) -> list[str]:
    """Look at the page that is open, or at `where`, as it is; by all rules unless some are named."""
    if where:
        page.goto(where)
    page.evaluate(AXE)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{where or page.url}: {found['id']}: "
        + json.dumps([node["html"][:160] for node in found["nodes"][:3]], ensure_ascii=False)
        for found in result["violations"]
    ]


def all_complaints(page: Page, where: str = "") -> list[str]:
    """Look at the page in each size and in each light; in the dark only colours are others."""
    if where:
        page.goto(where)
    found = []
    for width, (light, rules) in itertools.product((PHONE, DESK), LIGHTS.items()):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=light)
        found += [f"{width} px, {light}: {words}" for words in complaints(page, rules=rules)]
    return found


def test_axe_finds_nothing(visitor: Visitor) -> None:
    page = visitor(bypass_csp=True)
    pages = [*one_of_each(page), *PERSONAL]
    assert len(pages) > 20
    assert [words for path in pages for words in all_complaints(page, path)] == []


def test_axe_finds_nothing_on_the_way_to_an_order(visitor: Visitor) -> None:
    page = visitor(bypass_csp=True)
    buying.fill_basket_from_three_producers(page, "/san-pham/" + buying.CHEAPEST_FIRST)
    found = all_complaints(page, "/gio-hang/")
    follow(page.locator("main a.btn--primary").last)
    found += all_complaints(page)
    buying.next_step(page)  # nothing filled in: every field complains
    found += all_complaints(page)
    buying.give_address(page, js=True)
    found += all_complaints(page)
    buying.choose_delivery(page)
    found += all_complaints(page)
    buying.place(page)
    expect(page.locator("main h1")).to_have_text(buying.ORDER_CODE)
    found += all_complaints(page)
    assert found == []
