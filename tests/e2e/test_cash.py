"""Cash on delivery from the basket to the door: the producer walks the parcel on a phone, the buyer follows it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESK, PHONE, Visitor, follow
from tests.e2e.test_buying import add_to_basket, choose_delivery, give_address, place, product_links
from tests.e2e.test_first_product import log_in

PRODUCER = ("my-chu@example.vn", "cho-bac-ninh-my")
MAKER = "/nguoi-lam/htx-my-chu-thu-duong/"
CHECKOUT = {"vi": "/thanh-toan/", "en": "/en/checkout/"}
WORDS = {"vi": ("Đã giao", "Đã nhận tiền"), "en": ("Delivered", "Money received")}
A4_PAGES = re.compile(rb"/Type\s*/Page\b")


def order_for_cash(page: Page, language: str, *, js: bool) -> str:
    """Buy the noodle maker's first thing that is on sale, cash at the door; return the order's code."""
    page.goto(MAKER)
    page.goto(page.locator(f"link[rel=alternate][hreflang={language}]").get_attribute("href") or "")
    for path in product_links(page):
        page.goto(path)
        if add_to_basket(page):
            break
    page.goto(CHECKOUT[language])
    give_address(page, js=js)
    page.locator("[name=method][value=cod]").check(force=True)
    choose_delivery(page)
    place(page)
    return re.sub(r".*\s", "", page.locator("main h1").inner_text())


def do(page: Page, verb: str, **words: str) -> None:
    """Press the button of a parcel's next step, with what is typed beside it."""
    form = page.locator(f"form[action$='/{verb}/']")
    for name, text in words.items():
        form.locator(f"[name$=-{name}]").fill(text)
    follow(form.locator("button"))


@pytest.mark.parametrize(
    ("language", "width", "js"),
    [("vi", PHONE, False), ("en", DESK, True)],
    ids=["vi-phone-without-js", "en-desk"],
)
def test_cash_is_collected_at_the_door(visitor: Visitor, language: str, width: int, js: bool) -> None:
    page = visitor(width=width, js=js, language=language)
    code = order_for_cash(page, language, js=js)
    delivered, received = WORDS[language]
    expect(page.locator("main")).not_to_contain_text(received)

    maker = log_in(visitor(width=PHONE), *PRODUCER)
    maker.goto("/admin/kien-cua-toi/")
    follow(maker.locator(f"main a:has-text('{code[-4:]}')").first)
    for verb in ("accept", "pack"):
        do(maker, verb)
    do(maker, "ship", carrier="Xe nhà", tracking_code="VN123")
    page.reload()
    expect(page.locator("main .parcel")).to_contain_text("VN123")
    expect(page.locator("main form[action*='huy'], main form[action*='cancel']")).to_have_count(0)
    do(maker, "deliver")
    page.reload()
    expect(page.locator("main .parcel")).to_contain_text(delivered)
    expect(page.locator("main")).to_contain_text(received)


def test_order_prints_on_one_sheet(visitor: Visitor) -> None:
    page = visitor()
    order_for_cash(page, "vi", js=True)
    page.emulate_media(media="print")
    for part in ("header nav", "body > footer", "main form button"):
        for shown in page.locator(part).all():
            expect(shown).not_to_be_visible()
    expect(page.locator("main .totals")).to_be_visible()
    assert len(A4_PAGES.findall(page.pdf(format="A4"))) == 1
