"""The basket in a browser: changed in place with script, said beside the field, undone with one press."""

from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, Visitor
from tests.e2e.test_buying import add_to_basket, product_links


def test_basket_changes_in_place_and_says_what_is_wrong(visitor: Visitor) -> None:
    page = visitor(width=PHONE)
    page.goto("/san-pham/")
    for path in product_links(page):
        page.goto(path)
        if add_to_basket(page):
            break
    page.goto("/gio-hang/")
    page.evaluate("window.sameDocument = true")
    number = page.locator(".line input[inputmode=numeric]")
    page.locator("button[name=more]").click()
    expect(number).to_have_value("2")
    expect(page.locator("#basket-count [data-count]")).to_have_text("2")
    number.fill("99999")
    number.press("Enter")
    expect(page.locator(".line .error")).to_contain_text("nhiều nhất 999")
    expect(number).to_have_value("99999")
    expect(number).to_have_attribute("aria-invalid", "true")
    page.locator("button[name=remove]").click()
    expect(page.locator("#basket-count")).to_be_hidden()
    assert page.evaluate("window.sameDocument")
    page.get_by_role("button", name="Lấy lại").click()
    expect(number).to_have_value("2")
