"""Paying by card at the pretended Stripe: at once, at the second try, and without coming back."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Visitor, follow
from tests.e2e.test_buying import (
    CHEAPEST_FIRST,
    PATHS,
    add_to_basket,
    give_address,
    next_step,
    place,
    product_links,
)

PAY_PAGE = re.compile(r"/stripe-double/pay/cs_test_\w+/$")
ORDER_PAGE = re.compile(r"/(don-hang|en/orders)/[\w-]{32,}/$")
GOOD, DECLINED, CHALLENGED = "4242424242424242", "4000000000000002", "4000002500003155"
PAID = {"vi": "Đã đặt", "en": "Placed"}
NOTICED_WITHIN = 30  # seconds


def order_by_card(page: Page, *, language: str = "vi", js: bool = True) -> None:
    """Buy the first thing there is, up to the pay page."""
    paths = PATHS[language]
    page.goto(paths["listing"] + CHEAPEST_FIRST)
    for path in product_links(page):
        page.goto(path)
        if add_to_basket(page):
            break
    page.goto(paths["basket"])
    follow(page.locator("main a.btn--primary").last)
    give_address(page, js=js)
    for name in page.locator("main input[type=radio]").evaluate_all(
        "radios => [...new Set(radios.map(radio => radio.name))]"
    ):
        group = page.locator(f"main input[type=radio][name='{name}']")
        if not group.and_(page.locator(":checked")).count():
            group.first.check(force=True)
    page.locator("[name=method][value=card]").check(force=True)
    next_step(page)
    place(page)
    expect(page).to_have_url(PAY_PAGE)


def pay(page: Page, card: str) -> None:
    page.locator(f"[name=card][value='{card}']").check(force=True)
    follow(page.locator("main form button.btn--primary"))


def expect_placed(page: Page, language: str = "vi") -> None:
    expect(page).to_have_url(ORDER_PAGE)
    expect(page.locator("main .muted b").first).to_have_text(PAID[language])
    expect(page.locator("#tra-tien")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "width", "more"),
    [("vi", PHONE, {"js": False}), ("en", DESK, {"dark": True})],
    ids=["vi-phone-without-js", "en-desk-dark"],
)
def test_card_is_paid(visitor: Visitor, language: str, width: int, more: dict[str, Any]) -> None:
    page = visitor(width=width, language=language, **more)
    order_by_card(page, language=language, js=more.get("js", True))
    expect(page.locator("html")).to_have_attribute("lang", language)
    pay(page, GOOD)
    expect_placed(page, language)


def test_card_is_declined_then_the_bank_asks_then_it_is_paid(visitor: Visitor) -> None:
    page = visitor()
    order_by_card(page)
    pay(page, DECLINED)
    expect(page).to_have_url(PAY_PAGE)
    expect(page.locator("[role=alert]")).to_be_visible()
    pay(page, CHALLENGED)
    page.locator("[name=passed][value='1']").click()
    expect_placed(page)


def test_buyer_goes_back_and_pays_from_the_order_page(visitor: Visitor) -> None:
    page = visitor(width=PHONE)
    order_by_card(page)
    pay_page = page.url
    page.locator("main form a").click()
    expect(page).to_have_url(ORDER_PAGE)
    page.locator("#tra-tien button").click()
    expect(page).to_have_url(pay_page)
    pay(page, GOOD)
    expect_placed(page)


def test_tab_is_closed_before_the_return(visitor: Visitor) -> None:
    """Nobody comes back: the notification alone places the order."""
    page = visitor()
    order_by_card(page)
    order = page.locator("main form a").get_attribute("href")
    assert order
    page.locator("[name=closed]").click()
    expect(page.locator("main [role=status]")).to_be_visible()
    page.close()

    later = visitor()
    for _second in range(NOTICED_WITHIN):
        later.goto(order)
        if later.locator("#tra-tien").count() == 0:
            break
        later.wait_for_timeout(1000)
    expect_placed(later)
