"""A guest reads a village's story and buys from three producers, on a phone and on a desk."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Visitor, follow
from tests.e2e.test_front_end import SPILLS

PRODUCT = re.compile(r"^(?:/en)?/(?:nguoi-lam|makers)/([^/]+)/[^/]+/$")
ORDER_CODE = re.compile(r"[2-9A-Z]{8}")
CHEAPEST_FIRST = "?xep=gia-tang"  # dear goods made to order cannot be paid in cash
PATHS = {
    "vi": {"home": "/", "villages": "/lang-nghe/", "listing": "/san-pham/", "basket": "/gio-hang/"},
    "en": {
        "home": "/en/",
        "villages": "/en/craft-villages/",
        "listing": "/en/products/",
        "basket": "/en/basket/",
    },
}


def product_links(page: Page) -> list[str]:
    """Return the addresses of the products that a page shows, in their order."""
    paths = page.locator("main a[href]").evaluate_all("links => links.map(a => new URL(a.href).pathname)")
    return [path for path in dict.fromkeys(paths) if PRODUCT.match(path)]


def add_to_basket(page: Page) -> bool:
    """Put what the page sells into the basket; False when it is sold out."""
    button = page.locator("main form[method=post] button.btn--primary.btn--big")
    if not button.count():
        return False
    if not page.evaluate("'htmx' in window"):
        follow(button.first)
        return True
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        button.first.click()
    assert answer.value.status == 200
    expect(page.locator("#da-them")).not_to_be_empty()
    return True


def fill_basket_from_three_producers(page: Page, listing: str) -> None:
    """Walk the listing until goods of three producers are in the basket."""
    page.goto(listing)
    producers: set[str] = set()
    for path in product_links(page):
        found = PRODUCT.match(path)
        if found is None or found.group(1) in producers:
            continue
        page.goto(path)
        if add_to_basket(page):
            producers.add(found.group(1))
        if len(producers) == 3:
            return
    pytest.fail(f"Only {len(producers)} producers sell something on {listing}")


def next_step(page: Page) -> None:
    follow(page.locator("main form button.btn--primary.btn--big").last)


def give_address(page: Page, *, js: bool, email: str = "anh@example.vn") -> None:
    page.fill("[name=name]", "Nguyễn Thị Ánh")
    page.fill("[name=phone]", "0912 345 678")
    page.fill("[name=email]", email)
    page.select_option("[name=province]", "24")
    if not js:
        follow(page.locator("[name=refresh]"))
    expect(page.locator("#commune-names option").nth(5)).to_be_attached()
    page.fill("[name=commune]", "phu lang")
    page.fill("[name=street]", "Thôn Đoàn Kết")
    next_step(page)


def choose_delivery(page: Page) -> None:
    """Take the first way for each parcel and the first payment, where none is chosen yet."""
    radios = page.locator("main input[type=radio]")
    for name in radios.evaluate_all("radios => [...new Set(radios.map(radio => radio.name))]"):
        group = page.locator(f"main input[type=radio][name='{name}']")
        if not group.and_(page.locator(":checked")).count():
            group.first.check(force=True)
    next_step(page)


def place(page: Page) -> None:
    for box in page.locator("main form input[type=checkbox]").all():
        box.check(force=True)
    next_step(page)


@pytest.mark.parametrize(
    ("language", "width", "js"),
    [("vi", PHONE, False), ("vi", DESK, True), ("en", PHONE, True), ("en", DESK, False)],
    ids=["vi-phone-without-js", "vi-desk", "en-phone", "en-desk-without-js"],
)
def test_a_guest_buys_from_three_producers(visitor: Visitor, language: str, width: int, js: bool) -> None:
    paths = PATHS[language]
    page = visitor(width=width, js=js, language=language)

    page.goto(paths["villages"])
    follow(page.locator(f"main a[href^='{paths['villages']}']").first)
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)

    fill_basket_from_three_producers(page, paths["listing"] + CHEAPEST_FIRST)
    page.goto(paths["basket"])
    expect(page.locator("main .parcel")).to_have_count(3)

    follow(page.locator("main a.btn--primary").last)
    give_address(page, js=js)
    choose_delivery(page)
    place(page)

    expect(page.locator("main h1")).to_have_text(ORDER_CODE)
    expect(page.locator("main .parcel")).to_have_count(3)
    assert len(page.url.rstrip("/").rsplit("/", 1)[1]) >= 32


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_long_address_spills_nowhere_on_a_phone(visitor: Visitor, language: str) -> None:
    email = "nguyenthithanhhuong.phongkinhdoanh@congtyabc.com.vn"
    page = visitor(width=PHONE, language=language)
    page.goto(PATHS[language]["listing"] + CHEAPEST_FIRST)
    for path in product_links(page):
        page.goto(path)
        if add_to_basket(page):
            break
    page.goto(PATHS[language]["basket"])
    follow(page.locator("main a.btn--primary").last)
    give_address(page, js=True, email=email)
    choose_delivery(page)
    expect(page.locator("main .review")).to_contain_text(email)
    assert not page.evaluate(SPILLS)
    place(page)
    expect(page.locator("main .notice").first).to_contain_text(email)
    assert not page.evaluate(SPILLS)
