"""Each holder of cash on a telephone: from the basket to the door, then to the producer's payout or its debt."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.conftest import PHONE, Manage, Visitor, follow
from tests.e2e.sellers import COMMISSION_PERCENT, PRICE
from tests.e2e.test_buying import add_to_basket, choose_delivery, give_address, place
from tests.e2e.test_cash import CHECKOUT, do
from tests.e2e.test_first_product import log_in
from tests.e2e.test_front_end import SPILLS
from tests.e2e.test_refund import HUB, dong
from tests.producer_accounts import PASSWORD

COMMISSION = PRICE * COMMISSION_PERCENT // 100
HUB_IN_ENGLISH = ("hub@example.vn", PASSWORD)
PASS_WINDOW = """
from datetime import timedelta
from django.utils import timezone
from shop.order.models import Parcel
Parcel.objects.filter(order__number="{code}").update(delivered_at=timezone.now() - timedelta(days=9))
"""


class Seller(NamedTuple):
    """A producer with clean books; `key` is its partner's."""

    key: int
    name: str
    email: str
    language: str
    product: str


class Sale(NamedTuple):
    """An order of one parcel for cash: its code, and what the buyer pays in đồng."""

    code: str
    total: int


@pytest.fixture(scope="module")
def sellers(manage: Manage) -> list[Seller]:
    """Return producers that have sold nothing yet, one of them reads English."""
    words = 'from tests.e2e.sellers import make; make("en", "vi", "vi", "vi", "vi")'
    made = json.loads(manage("shell", "--verbosity", "0", "--command", words))
    return [Seller(**row) for row in made]


@pytest.fixture
def seller(sellers: list[Seller], manage: Manage, request: pytest.FixtureRequest) -> Iterator[Seller]:
    """Yield one of them that reads the test's language; after the walk the daily proof finds nothing."""
    language = getattr(request, "param", "vi")
    yield sellers.pop(next(place for place, one in enumerate(sellers) if one.language == language))
    assert "The ledger holds" in manage("check_ledger")


def buy(page: Page, seller: Seller, *, point: bool = False) -> Sale:
    """Order what a producer sells, for cash at the door or a sales point's counter."""
    page.goto(seller.product)
    assert add_to_basket(page)
    page.goto(CHECKOUT[seller.language])
    give_address(page, js=True)
    if point:
        page.locator("main details:has([value^=pickup_point]) > summary").click()
        page.locator("main [value^=pickup_point]").first.check(force=True)
    page.locator("[name=method][value=cod]").check(force=True)
    choose_delivery(page)
    place(page)
    code = re.sub(r".*\s", "", page.locator("main h1").inner_text())
    return Sale(code, dong(page.locator(".totals .sum dd").inner_text()))


def hand_over(visitor: Visitor, seller: Seller, sale: Sale, *, by: str = "", **ship: str) -> Page:
    """Walk the parcel to the buyer on its producer's own pages, `by` whom it is carried."""
    maker = log_in(visitor(width=PHONE), seller.email, PASSWORD)
    maker.goto("/admin/kien-cua-toi/")
    follow(maker.locator(f"main a:has-text('{sale.code[-4:]}')").first)
    for verb in ("accept", "pack"):
        do(maker, verb)
    if by:
        maker.locator("form[action$='/ship/'] [name$=-carried_by]").select_option(by)
    do(maker, "ship", **ship)
    do(maker, "deliver")
    return maker


def at_the_hub(visitor: Visitor, person: tuple[str, str] = HUB) -> Page:
    return log_in(visitor(width=PHONE), *person)


def look(page: Page, path: str) -> Page:
    """Open a page of the admin; it fits a telephone."""
    page.goto(path)
    assert not page.evaluate(SPILLS), path
    return page


def draw_up(hub: Page, manage: Manage, sale: Sale) -> None:
    """Let the return window pass and press "Lập bảng chi trả"."""
    manage("shell", "--verbosity", "0", "--command", PASS_WINDOW.format(code=sale.code))
    look(hub, "/admin/chi-tra/lap-bang/")
    follow(hub.locator("main form:not([action]) button"))


def pay_out(hub: Page, seller: Seller, amount: int) -> None:
    """Find the producer's payout of this sum, and note that it was transferred."""
    look(hub, f"/admin/chi-tra/?partner={seller.key}")
    follow(hub.locator(f"main a:has-text('{seller.name}')").first)
    assert not hub.evaluate(SPILLS)
    assert dong(hub.locator("main dl dd").first.inner_text()) == amount
    hub.locator("form[action$='/da-chuyen/'] [name=reference]").fill(f"FT{seller.key:08d}")
    follow(hub.locator("form[action$='/da-chuyen/'] button"))
    look(hub, f"/admin/chi-tra/?partner={seller.key}&state=paid")
    expect(hub.locator("main")).to_contain_text(f"FT{seller.key:08d}")


def no_payout(hub: Page, seller: Seller) -> None:
    look(hub, f"/admin/chi-tra/?partner={seller.key}")
    expect(hub.locator("main table")).to_have_count(0)


def open_cash(hub: Page, sale: Sale, which: str = "owed") -> None:
    """Open the cash of the parcel from the list in which it stands."""
    look(hub, f"/admin/tien-mat/?xem={which}")
    follow(hub.locator(f"main a:has-text('{sale.code}')").first)
    assert not hub.evaluate(SPILLS)


def pay_debt(hub: Page, maker: Page, seller: Seller) -> None:
    """The producer reads what it owes, the hub notes that it paid that."""
    look(maker, "/admin/tien-hang/")
    expect(maker.locator("main")).to_contain_text(re.compile(rf"{COMMISSION:,}".replace(",", "[.,]")))
    look(hub, "/admin/chi-tra/cong-no/")
    follow(hub.locator(f"main a:has-text('{seller.name}')").first)
    assert not hub.evaluate(SPILLS)
    form = hub.locator("form[action$='/da-nop/']")
    assert dong(form.locator("[name=amount]").input_value()) == COMMISSION
    form.locator("[name=reference]").fill(f"PT {seller.key}")
    follow(form.locator("button"))
    look(hub, "/admin/chi-tra/cong-no/")
    expect(hub.locator("main")).not_to_contain_text(seller.name)


@pytest.mark.parametrize("seller", ["en"], indirect=True)
def test_producer_that_brings_it_itself_owes_its_commission_in_english(
    visitor: Visitor, manage: Manage, seller: Seller
) -> None:
    page = visitor(width=PHONE, language="en")
    sale = buy(page, seller)
    maker = hand_over(visitor, seller, sale, by="own")
    expect(maker.locator("html")).to_have_attribute("lang", "en")
    page.reload()
    expect(page.locator("main")).to_contain_text("Money received")
    hub = at_the_hub(visitor, HUB_IN_ENGLISH)
    draw_up(hub, manage, sale)
    no_payout(hub, seller)
    pay_debt(hub, maker, seller)


def test_carrier_of_the_producers_settles_with_it(visitor: Visitor, manage: Manage, seller: Seller) -> None:
    page = visitor(width=PHONE)
    sale = buy(page, seller)
    maker = hand_over(visitor, seller, sale, by="producer", carrier="Viettel Post", tracking_code="VTP7")
    page.reload()
    expect(page.locator("main .parcel")).to_contain_text("VTP7")
    hub = at_the_hub(visitor)
    draw_up(hub, manage, sale)
    no_payout(hub, seller)
    open_cash(hub, sale, "producers")
    expect(hub.locator("main")).to_contain_text("Viettel Post")
    pay_debt(hub, maker, seller)


def test_carrier_of_the_hubs_hands_it_over_by_its_list(
    visitor: Visitor, manage: Manage, seller: Seller
) -> None:
    sale = buy(visitor(width=PHONE), seller)
    tracking = f"GHN{sale.code}"
    hand_over(visitor, seller, sale, by="hub", carrier="GHN", tracking_code=tracking)
    hub = at_the_hub(visitor)
    draw_up(hub, manage, sale)
    no_payout(hub, seller)
    hand_in(hub, f"Mã vận đơn,Tiền COD,Tổng phí\n{tracking},{sale.total},22000\n{tracking}X,50000,0\n")
    expect(hub.locator("main")).to_contain_text("22.000")
    follow(hub.locator("button[name=confirm]"))
    assert not hub.evaluate(SPILLS)
    rows = hub.locator("main tbody tr")
    expect(rows.filter(has_text=f"{sale.code}-1")).to_contain_text("đã ghi")
    expect(rows.filter(has_text=f"{tracking}X")).to_contain_text("không có kiện nào mang mã này")
    draw_up(hub, manage, sale)
    pay_out(hub, seller, PRICE - COMMISSION)


def hand_in(hub: Page, text: str) -> None:
    """Upload a carrier's list in the browser."""
    look(hub, "/admin/tien-mat/bang-ke/")
    hub.fill("[name=carrier]", "GHN")
    file = FilePayload(name="doi-soat.csv", mimeType="text/csv", buffer=text.encode())
    hub.set_input_files("[name=file]", file)
    follow(hub.locator("form[action$='/nhap/'] button"))
    assert not hub.evaluate(SPILLS)


def test_sales_point_hands_it_over_in_parts(visitor: Visitor, manage: Manage, seller: Seller) -> None:
    sale = buy(visitor(width=PHONE), seller, point=True)
    hand_over(visitor, seller, sale)
    hub = at_the_hub(visitor)
    draw_up(hub, manage, sale)
    no_payout(hub, seller)
    for part in (50_000, sale.total - 50_000):
        open_cash(hub, sale)
        note(hub, "da-nop", amount=str(part), note=f"PT {part}")
    draw_up(hub, manage, sale)
    pay_out(hub, seller, PRICE - COMMISSION)


def test_cash_that_was_brought_to_the_hub_is_paid_out(
    visitor: Visitor, manage: Manage, seller: Seller
) -> None:
    sale = buy(visitor(width=PHONE), seller)
    hand_over(visitor, seller, sale, by="own")
    hub = at_the_hub(visitor)
    open_cash(hub, sale, "producers")
    hub.locator("form[action$='/ai-giu/'] [name$=-holder]").select_option("hub")
    note(hub, "ai-giu", reason="cơ sở mang tiền đến sàn")
    draw_up(hub, manage, sale)
    pay_out(hub, seller, sale.total - COMMISSION)


def note(hub: Page, act: str, **words: Any) -> None:
    """Fill one of the forms of a parcel's cash and press its button."""
    form = hub.locator(f"form[action$='/{act}/']")
    for name, text in words.items():
        form.locator(f"[name$=-{name}]").fill(text)
    follow(form.locator("button"))
    assert not hub.evaluate(SPILLS)
