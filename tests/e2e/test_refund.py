"""A buyer pays three parcels by card; one lacks a unit, another is called off: the money is seen to come back."""

import re
from typing import Any

import stripe
from playwright.sync_api import Page, expect

from demo.stripe_double.http_client import KEY
from tests.e2e.conftest import PHONE, Visitor, follow
from tests.e2e.test_buying import (
    CHEAPEST_FIRST,
    PATHS,
    add_to_basket,
    choose_delivery,
    fill_basket_from_three_producers,
    give_address,
    place,
)
from tests.e2e.test_cards import GOOD, PAY_PAGE, expect_placed, pay
from tests.e2e.test_first_product import log_in

HUB = ("san@example.vn", "cho-bac-ninh-san")
WIDE = """all => all.filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth)
  .map(each => each.id)"""
HEADERS = {"Authorization": f"Bearer {KEY}", "Stripe-Version": stripe.api_version}


def order_three_parcels(page: Page) -> str:
    """Pay three parcels by card, two units in one of them; return the session at the pretended Stripe."""
    fill_basket_from_three_producers(page, PATHS["vi"]["listing"] + CHEAPEST_FIRST)
    assert add_to_basket(page)  # of what it shows, the last of the three, one more
    page.goto(PATHS["vi"]["basket"])
    follow(page.locator("main a.btn--primary").last)
    give_address(page, js=True)
    page.locator("[name=method][value=card]").check(force=True)
    choose_delivery(page)
    place(page)
    expect(page).to_have_url(PAY_PAGE)
    session = page.url.rstrip("/").rsplit("/", 1)[1]
    pay(page, GOOD)
    expect_placed(page)
    return session


def at_stripe(page: Page, path: str, **query: Any) -> Any:
    """Return what the pretended Stripe says."""
    answer = page.request.get(f"/stripe-double/v1/{path}", params=query, headers=HEADERS)
    assert answer.ok, answer.text()
    return answer.json()


def dong(words: str) -> int:
    return int(re.sub(r"\D", "", words))


def test_staff_call_off_a_unit_and_a_parcel_of_three(visitor: Visitor) -> None:
    page = visitor(width=PHONE)
    session = order_three_parcels(page)
    code = re.sub(r".*\s", "", page.locator("main h1").inner_text())
    paid = dong(page.locator(".totals .sum dd").inner_text())

    hub = log_in(visitor(), *HUB)
    hub.goto(f"/admin/don-hang/?q={code}")
    follow(hub.locator(f"main a:has-text('{code}')").first)
    parcels = hub.locator("section[aria-labelledby^=kien-]")
    expect(parcels).to_have_count(3)
    shortage = hub.locator("details:has(form[action$='/leave_out/'])")
    shortage.locator("summary").click()
    shortage.locator("[name$=-reason]").fill("chỉ còn một")
    follow(shortage.locator("button"))
    expect(hub.locator("main section s")).to_have_text("2")
    other = parcels.filter(has_not=hub.locator("s")).first
    number = other.get_attribute("aria-labelledby")
    gone = other.locator("form[action$='/cancel/']")
    gone.locator("[name$=-reason]").fill("hết hàng")
    follow(gone.locator("button"))
    expect(hub.locator(f"#{number}")).to_contain_text("Đã huỷ")

    intent = at_stripe(page, f"checkout/sessions/{session}")["payment_intent"]
    refunds = at_stripe(page, "refunds", payment_intent=intent)["data"]
    assert [row["status"] for row in refunds] == ["succeeded"] * 2
    page.reload()
    expect(page.locator("main .parcel s")).to_have_count(1)
    expect(page.locator("aside")).to_contain_text("Phần đã huỷ")
    left = dong(page.locator(".totals .sum dd").inner_text())
    assert paid - left == sum(row["amount"] for row in refunds)


def test_fields_of_an_order_fit_a_phone(visitor: Visitor) -> None:
    """Fields of the folded forms reached over the edge, where nobody could scroll to."""
    hub = log_in(visitor(width=PHONE), *HUB)
    hub.goto("/admin/don-hang/")
    links = hub.locator("main a").evaluate_all("links => links.map(link => link.pathname)")
    orders = sorted({path for path in links if re.fullmatch(r"/admin/don-hang/\d+/", path)})
    assert orders
    for path in orders:
        hub.goto(path)
        hub.locator("main details").evaluate_all("all => all.forEach(each => { each.open = true })")
        assert hub.locator("main :is(input, select, textarea)").evaluate_all(WIDE) == [], path
