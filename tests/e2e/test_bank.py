"""Paying by bank transfer: the code on the page, the bank's word, and the page that changes by itself."""

import re
import zlib
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from demo.market.bank import NUMBER
from tests.e2e.conftest import DESK, PHONE, Visitor, follow
from tests.e2e.test_axe import complaints
from tests.e2e.test_buying import (
    CHEAPEST_FIRST,
    PATHS,
    add_to_basket,
    give_address,
    next_step,
    place,
    product_links,
)
from tests.e2e.test_cards import ORDER_PAGE, PAID

WAITING = {"vi": "Đang chờ tiền về.", "en": "Waiting for the money."}


def order_by_transfer(page: Page, *, language: str = "vi", js: bool = True) -> str:
    """Buy the first thing there is, up to the code; return the order's code."""
    paths = PATHS[language]
    page.goto(paths["listing"] + CHEAPEST_FIRST)
    for path in product_links(page):
        page.goto(path)
        if add_to_basket(page):
            break
    page.goto(paths["basket"])
    follow(page.locator("main a.btn--primary").last)
    give_address(page, js=js)
    names = page.locator("main input[type=radio]").evaluate_all(
        "all => [...new Set(all.map(one => one.name))]"
    )
    for name in names:
        group = page.locator(f"main input[type=radio][name='{name}']")
        if not group.and_(page.locator(":checked")).count():
            group.first.check(force=True)
    page.locator("[name=method][value=bank]").check(force=True)
    next_step(page)
    place(page)
    expect(page).to_have_url(ORDER_PAGE)
    expect(page.locator("#vietqr .qr svg")).to_be_visible()
    return page.locator("#noi-dung").inner_text()


def amount(page: Page) -> int:
    return int(page.locator("#so-tien").get_attribute("value") or 0)


def tell(page: Page, *, code: str, amount: int, reference: str) -> None:
    """Be the bank: say that money came."""
    answer = page.request.post(
        "/payments/bank/webhook/",
        headers={"Authorization": "Apikey e2e"},
        data={
            "id": zlib.crc32(reference.encode()),  # each transaction has its own
            "accountNumber": NUMBER,
            "referenceCode": reference,
            "transferType": "in",
            "transferAmount": amount,
            "content": f"MBVCB.1.{code.lower()}.ck",
            "transactionDate": "2026-11-22 09:00:00",
        },
    )
    assert (answer.status, answer.json()) == (200, {"success": True})


def scanned(page: Page) -> str:
    """Read the code from the screen, as a phone would."""
    shot = Image.open(BytesIO(page.locator("#vietqr .qr").screenshot()))
    (found,) = zxingcpp.read_barcodes(shot.convert("L"))
    return found.text


@pytest.mark.parametrize(
    ("language", "width", "dark"),
    [("vi", PHONE, False), ("en", DESK, True)],
    ids=["vi-phone", "en-desk-dark"],
)
def test_page_turns_to_paid_by_itself(visitor: Visitor, language: str, width: int, dark: bool) -> None:
    page = visitor(width=width, language=language, dark=dark, bypass_csp=True)
    code = order_by_transfer(page, language=language)
    total = amount(page)
    expect(page.locator("#vietqr .notice b")).to_have_text(WAITING[language])
    assert code in scanned(page)
    assert f"54{len(str(total)):02d}{total}5802VN" in scanned(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints(page, page.url) == []

    tell(page, code=code, amount=total - 1_000, reference=f"{code}A")
    expect(page.locator("#so-tien")).to_have_attribute("value", "1000")
    tell(page, code=code, amount=1_000, reference=f"{code}B")
    expect(page.locator("main .muted b").first).to_have_text(PAID[language])
    expect(page.locator("#vietqr")).to_have_count(0)
    expect(page.locator("#tra-tien")).to_have_count(0)


def test_without_scripts_the_button_shows_the_news(visitor: Visitor) -> None:
    page = visitor(width=PHONE, js=False)
    code = order_by_transfer(page, js=False)
    expect(page.locator("[data-copy]").first).to_be_hidden()
    total = amount(page)
    picture = page.request.get(page.locator("#vietqr a[download]").get_attribute("href") or "")
    assert re.fullmatch(r"image/png", picture.headers["content-type"])
    tell(page, code=code, amount=total, reference=f"{code}A")
    follow(page.locator("#vietqr form button"))
    expect(page.locator("main .muted b").first).to_have_text(PAID["vi"])
