"""The first stall: a producer writes, a moderator sends back and approves, the shop shows it."""

import re
from pathlib import Path
from secrets import token_hex

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PAGE_TIMEOUT_MS, PHONE, Visitor

expect.set_options(timeout=PAGE_TIMEOUT_MS)

STALL, PRODUCT, RIVAL = "HTX Gốm Phù Lãng", "Bộ ấm chén men da lươn", "Mỳ Chũ"
PRODUCER = ("gom@example.vn", "cho-bac-ninh-gom")
MODERATOR = ("duyet@example.vn", "cho-bac-ninh-duyet")
EDITOR_SETTLES_MS = (
    3_000  # two seconds after loading Wagtail notes the form's state; earlier typing is no change
)


def log_in(page: Page, email: str, password: str) -> Page:
    page.goto("/admin/")
    page.fill("#id_username", email)
    page.fill("#id_password", password)
    page.click("button[type=submit]")
    page.wait_for_url(re.compile(r"/admin/$"))
    return page


def press(page: Page, selector: str) -> None:
    """Press a button of the editor's footer, folded away or not."""
    button = page.locator(selector).first
    if not button.is_visible():
        page.click("footer [data-w-dropdown-target=toggle]")
    button.click()


def write(page: Page, summary: str) -> None:
    """Change the short introduction and wait until the editor has saved the draft by itself."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(EDITOR_SETTLES_MS)
    with page.expect_response(
        lambda answer: answer.request.method == "POST" and answer.url.endswith("/edit/")
    ):
        page.fill("#id_summary", summary)
        page.locator("#id_summary").blur()


def hand_in(page: Page) -> None:
    press(page, "button[name=action-submit], button[name=action-restart-workflow]")
    expect(page.locator(".messages .success")).to_be_visible()


def new_portrait(page: Page, picture: Path) -> None:
    page.locator("#id_portrait-chooser [data-w-dropdown-target=toggle]").click()
    page.locator(
        "#id_portrait-chooser [data-chooser-action-choose]:visible, [data-tippy-root] [data-chooser-action-choose]"
    ).first.click()
    dialog = page.locator(".modal-content")
    dialog.locator("#tab-label-upload").click()
    dialog.locator("input[type=file]").set_input_files(picture)
    title = dialog.locator("#id_image-chooser-upload-title")
    expect(title).to_have_value(picture.stem)  # Wagtail proposes the file's name a moment later
    title.fill("Lò gốm đang đốt")
    dialog.locator("#id_image-chooser-upload-description").fill("Lò gốm đỏ lửa")
    dialog.locator("#tab-upload button[type=submit]").click()
    expect(page.locator("#id_portrait-title")).to_have_text("Lò gốm đang đốt")


def open_review(page: Page) -> None:
    """Take up what waits for review."""
    page.goto("/admin/")
    page.get_by_role("link", name=re.compile(STALL)).first.click()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "lo-gom.png"
    Image.new("RGB", (1200, 900), f"#{token_hex(3)}").save(path)  # Wagtail asks back about a known picture
    return path


def test_from_the_producers_desk_to_the_shop(visitor: Visitor, picture: Path) -> None:
    producer, moderator, reader = visitor(), visitor(), visitor()
    first_try, second_try = (
        f"Chín lò gốm, đốt củi ({token_hex(3)}).",
        f"Lửa củi ba ngày đêm ({token_hex(3)}).",
    )

    # The producer sees the own stall and nothing else.
    log_in(producer, *PRODUCER)
    expect(producer.get_by_role("heading", name=re.compile(STALL))).to_be_visible()
    expect(producer.locator("main")).to_contain_text(PRODUCT)
    expect(producer.locator("body")).not_to_contain_text(RIVAL)
    address = producer.get_by_role("link", name="Xem trên chợ").first.get_attribute("href")
    assert address

    # A new story and a new picture, looked at before they are handed in.
    producer.get_by_role("link", name="Sửa trang giới thiệu").click()
    producer.wait_for_url("**/edit/")
    editor = producer.url
    write(producer, first_try)
    new_portrait(producer, picture)
    producer.locator("[data-side-panel-toggle=preview]").click()
    expect(producer.frame_locator("#w-preview-iframe").locator("body")).to_contain_text(first_try)
    hand_in(producer)
    reader.goto(address)
    expect(reader.locator("body")).not_to_contain_text(first_try)

    # The moderator compares and sends it back.
    log_in(moderator, *MODERATOR)
    open_review(moderator)
    moderator.goto(re.sub(r"edit/$", "revisions/compare/live...latest/", moderator.url))
    expect(moderator.locator("main")).to_contain_text("đốt củi")
    moderator.goto(editor)
    press(moderator, "button[data-workflow-action-name=reject]")
    moderator.locator(".modal-content textarea").fill("Kể thêm về lửa.")
    with moderator.expect_navigation():
        moderator.locator(".modal-content button[type=submit]").click()

    # The producer reads why, writes again, hands in again.
    producer.goto("/admin/")
    expect(producer.locator("main")).to_contain_text("cần sửa lại")
    producer.goto(editor)
    expect(producer.locator("body")).to_contain_text("Kể thêm về lửa.")
    write(producer, second_try)
    hand_in(producer)

    # Approved, it stands in the shop.
    open_review(moderator)
    with moderator.expect_navigation():
        press(moderator, "button[data-workflow-action-name=approve]:not([data-workflow-action-modal-url])")
    reader.goto(address)
    expect(reader.locator("main")).to_contain_text(second_try)


def test_a_new_price_counts_at_once_also_from_a_phone(visitor: Visitor) -> None:
    producer, reader = visitor(width=PHONE), visitor()
    log_in(producer, *PRODUCER)
    producer.get_by_role("link", name=PRODUCT).click()
    producer.goto("/admin/gia-va-kho/")
    assert producer.evaluate("document.documentElement.scrollWidth") <= PHONE
    price = producer.get_by_label(f"Giá, đồng: {PRODUCT}")
    price.fill("một trăm")
    producer.get_by_role("button", name="Lưu giá và kho").click()
    expect(price).to_have_value("một trăm")
    expect(producer.locator("main")).to_contain_text("Viết số nguyên, ví dụ 1.250.000.")
    price.fill("543.000 đ")
    producer.get_by_role("button", name="Lưu giá và kho").click()
    expect(producer.locator(".messages .success")).to_contain_text("Đã lưu 1 món")
    reader.goto("/san-pham/")
    reader.get_by_role("link", name=PRODUCT).first.click()
    expect(reader.locator("main")).to_contain_text("543.000")


def new_product(page: Page, title: str) -> None:
    """Write a product's page from the stall's desk and hand it in."""
    page.get_by_role("link", name="Thêm sản phẩm").first.click()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(EDITOR_SETTLES_MS)
    page.fill("#id_title", title)
    page.fill("#id_summary", "Nặn tay, nung củi.")
    hand_in(page)


def set_price(page: Page, title: str, *, price: str, stock: str) -> None:
    page.goto("/admin/gia-va-kho/")
    page.get_by_label(f"Giá, đồng: {title}").fill(price)
    page.get_by_label(f"Còn trong kho: {title}").fill(stock)
    page.get_by_role("button", name="Lưu giá và kho").click()
    expect(page.locator(".messages .success")).to_contain_text("Đã lưu 1 món")


def test_a_new_product_from_the_desk_to_the_basket(visitor: Visitor) -> None:
    producer, moderator, reader = visitor(), visitor(), visitor()
    title = f"Chén uống trà {token_hex(3)}"
    found = f"/tim-kiem/?q={title.rsplit(maxsplit=1)[1]}"

    log_in(producer, *PRODUCER)
    new_product(producer, title)
    reader.goto(found)
    expect(reader.locator("main")).not_to_contain_text(title)

    log_in(moderator, *MODERATOR)
    moderator.goto("/admin/")
    moderator.get_by_role("link", name=title).first.click()
    expect(moderator.locator("#id_title")).to_have_value(title)
    with moderator.expect_navigation():
        press(moderator, "button[data-workflow-action-name=approve]:not([data-workflow-action-modal-url])")

    # Approved it is shown, but has no price yet.
    reader.goto(found)
    reader.get_by_role("link", name=title).first.click()
    expect(reader.get_by_role("button", name="Thêm vào giỏ")).to_have_count(0)
    product = reader.url

    set_price(producer, title, price="185.000", stock="3")
    reader.goto(product)
    expect(reader.locator("main")).to_contain_text("185.000")
    reader.get_by_role("button", name="Thêm vào giỏ").first.click()
    reader.goto("/gio-hang/")
    expect(reader.locator("main")).to_contain_text(title)
