"""The front end in a browser: what scripts add, what stays without them, and that nothing moves or spills."""

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect

from tests.e2e.conftest import DESK, PAGE_TIMEOUT_MS, PHONE, Visitor

PAGES = [
    "/",
    "/lang-nghe/",
    "/dac-san/",
    "/san-pham/",
    "/nguoi-lam/",
    "/su-kien/",
    "/diem-ban/",
    "/en/",
    "/en/products/",
]
HOME_LIMIT_BYTES = 250 * 1024
COMPRESSED_BEFORE = {"stylesheet", "script"}  # by collectstatic, which this server does without
SHIFT = """new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(sum), 500);
})"""
SPILLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def first_product(page: Page) -> str:
    page.goto("/san-pham/?con-hang=1")
    return str(page.locator(".pcard .name a").first.get_attribute("href"))


@pytest.mark.parametrize("width", [320, PHONE, DESK])
def test_nothing_moves_spills_or_complains(visitor: Visitor, width: int) -> None:
    page = visitor(width=width)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in [*PAGES, first_product(page)]:
        page.goto(path)
        assert page.evaluate(SHIFT) < 0.1, path
        assert not page.evaluate(SPILLS), path
        assert page.locator("[style]").count() == 0, path
    assert complaints == []


def test_first_view_of_home_is_light_on_a_phone(
    shop: str, new_context: Callable[..., BrowserContext]
) -> None:
    """A new visitor's: what a browser has already is answered by 304 and weighs next to nothing."""
    page = new_context(viewport={"width": PHONE, "height": 844}, device_scale_factor=3).new_page()
    answers: list[Response] = []

    def keep(answer: Response) -> None:  # Playwright takes no builtin
        answers.append(answer)

    page.on("response", keep)
    page.goto(f"{shop}/", wait_until="networkidle", timeout=PAGE_TIMEOUT_MS)
    assert answers[0].all_headers()["content-encoding"] == "gzip"
    assert sum(transferred(answer) for answer in answers) <= HOME_LIMIT_BYTES


def transferred(answer: Response) -> int:
    if answer.request.resource_type in COMPRESSED_BEFORE or answer.url.endswith(".svg"):
        return len(gzip.compress(answer.body()))
    return answer.request.sizes()["responseBodySize"]


def test_theme_is_kept_and_set_before_the_first_paint(visitor: Visitor) -> None:
    page = visitor()
    page.get_by_label("Giao diện").select_option("dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/san-pham/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.context.cookies() == []


def test_without_script_there_is_no_theme_control(visitor: Visitor) -> None:
    page = visitor(js=False)
    expect(page.get_by_label("Giao diện")).to_be_hidden()


@pytest.mark.parametrize("js", [True, False])
def test_facets_narrow_with_and_without_script(visitor: Visitor, js: bool) -> None:
    page = visitor(js=js)
    page.goto("/san-pham/")
    before = count(page)
    page.locator("#sao-4").check()
    if not js:
        page.get_by_role("button", name="Áp dụng").click()
    page.wait_for_url(re.compile(r"sao=4"))
    expect(page.locator(".tags a").first).to_contain_text("4 sao")
    assert 0 < count(page) < before
    assert page.locator("#sao-4").is_checked()


def count(page: Page) -> int:
    return int(page.locator("#ket-qua .toolbar b").inner_text().replace(".", ""))


def test_script_narrows_without_a_new_page_and_keeps_focus(visitor: Visitor) -> None:
    page = visitor()
    page.goto("/san-pham/")
    page.evaluate("window.stayed = true")
    page.locator("#sao-4").check()
    expect(page.locator(".tags a").first).to_contain_text("4 sao")
    page.locator("#xep").select_option("gia-tang")
    page.wait_for_url(re.compile(r"sao=4.*xep=gia-tang|xep=gia-tang.*sao=4"))
    assert page.evaluate("window.stayed") is True


def test_adding_stays_on_the_page_and_shows_the_count(visitor: Visitor) -> None:
    page = visitor()
    product = first_product(page)
    page.goto(product)
    expect(page.locator("#basket-count")).to_be_hidden()
    page.get_by_role("button", name="Thêm vào giỏ").click()
    expect(page.locator("#da-them")).to_contain_text("Đã thêm 1")
    expect(page.locator("#basket-count [data-count]")).to_have_text("1")
    assert page.url.endswith(product)
    page.goto("/")
    expect(page.locator("#basket-count [data-count]")).to_have_text("1")


def test_phone_menu_closes_by_escape_and_opens_without_script(visitor: Visitor) -> None:
    page = visitor(width=PHONE)
    menu: Any = page.locator("details.menu")
    menu.locator("summary").click()
    expect(menu.get_by_role("link", name="Sản phẩm")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link", name="Sản phẩm")).to_be_hidden()
    plain = visitor(width=PHONE, js=False)
    plain.locator("details.menu summary").click()
    plain.locator("details.menu").get_by_role("link", name="Sản phẩm").click()
    expect(plain).to_have_url(re.compile(r"/san-pham/$"))


def test_frames_keep_the_shape_of_what_is_in_them(visitor: Visitor) -> None:
    page = visitor(width=DESK)
    page.goto("/nguoi-lam/htx-vai-som-phuc-hoa/vai-som-phuc-hoa/")
    for frame, picture in ((".reel", ".reel figure:first-child"), (".thumbs a:first-child", ".thumbs img")):
        outer, inner = (page.locator(css).first.bounding_box() for css in (frame, picture))
        assert outer
        assert inner
        assert outer["height"] - inner["height"] < 12, frame
    page.goto("/dac-san/my-chu/")
    square = page.locator(".story-hero img").bounding_box()
    assert square
    assert square["width"] == pytest.approx(square["height"], rel=0.1)
    page.goto("/mat-khau/")
    field = page.locator("main input[type=email]").bounding_box()
    assert field
    assert field["width"] < 700
