"""A first product: a producer writes, a moderator sends back and approves, the shop shows it."""

import re
from pathlib import Path
from random import randrange
from secrets import token_hex
from urllib.parse import urlencode

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import PAGE_TIMEOUT_MS, PHONE, Visitor, follow

expect.set_options(timeout=PAGE_TIMEOUT_MS)

PRODUCER, PRODUCT, RIVAL = "HTX Gốm Phù Lãng", "Bộ ấm chén men da lươn", "Mỳ Chũ"
BOOKKEEPER = ("gom@example.vn", "cho-bac-ninh-gom")
APPROVE = "button[data-workflow-action-name=approve]:not([data-workflow-action-modal-url])"
MODERATOR = ("duyet@example.vn", "cho-bac-ninh-duyet")
# Some seconds after loading Wagtail's editor notes how its form stands, once for each time it got ready
# (twice); what is typed before the last of them is no change to it, and is not saved. What it has saved
# by itself is noted as it was sent.
EDITOR_NOTES = """{
  const notes = () => document.documentElement.dataset;
  let ready = 0, watched = 0, sent = "";
  addEventListener("w-unsaved:ready", () => { ready += 1; });
  addEventListener("w-unsaved:watch-edits", () => { if (++watched >= ready) notes().watched = "yes"; });
  addEventListener("w-autosave:save", event => { sent = `${new URLSearchParams(event.detail.formData)}`; });
  addEventListener("w-autosave:success", () => { notes().saved = sent; });
}"""


def log_in(page: Page, email: str, password: str) -> Page:
    page.add_init_script(EDITOR_NOTES)
    page.goto("/admin/")
    page.fill("#id_username", email)
    page.fill("#id_password", password)
    page.click("button[type=submit]")
    page.wait_for_url(re.compile(r"/admin/$"))
    return page


def wait_for_editor(page: Page) -> None:
    """Wait until the editor's scripts stand ready: buttons do what they say, changes are seen."""
    expect(page.locator("html")).to_have_attribute("data-watched", "yes")


def wait_until_saved(page: Page, **fields: str) -> None:
    """Wait until the editor has saved these fields by itself: a form sent meanwhile is saved twice."""
    for name, value in fields.items():
        part = re.compile(rf"(^|&){re.escape(urlencode({name: value}))}(&|$)")
        expect(page.locator("html")).to_have_attribute("data-saved", part)


def unfold(page: Page, selector: str) -> Locator:
    """Return a button of the editor's footer, where it can be pressed."""
    wait_for_editor(page)
    button = page.locator(selector).first
    if not button.is_visible():
        page.click("footer [data-w-dropdown-target=toggle]")
    return button


def press(page: Page, selector: str) -> None:
    """Press a button of the editor's footer and wait for the next page."""
    follow(unfold(page, selector))


def write(page: Page, **fields: str) -> None:
    """Change fields of a page and wait until the editor has saved the draft by itself."""
    wait_for_editor(page)
    for name, value in fields.items():
        page.fill(f"#id_{name}", value)
    wait_until_saved(page, **fields)


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
    wait_until_saved(page, portrait=page.input_value("#id_portrait"))


def open_review(page: Page) -> None:
    """Take up what waits for review."""
    page.goto("/admin/")
    follow(page.get_by_role("link", name=re.compile(PRODUCER)).first)


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

    # The producer sees the own pages and nothing else.
    log_in(producer, *BOOKKEEPER)
    expect(producer.get_by_role("heading", name=re.compile(PRODUCER))).to_be_visible()
    expect(producer.locator("main")).to_contain_text(PRODUCT)
    expect(producer.locator("body")).not_to_contain_text(RIVAL)
    address = producer.get_by_role("link", name="Xem trên chợ").first.get_attribute("href")
    assert address

    # A new story and a new picture, looked at before they are handed in.
    follow(producer.get_by_role("link", name="Sửa trang giới thiệu"))
    editor = producer.url
    write(producer, summary=first_try)
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
    unfold(moderator, "button[data-workflow-action-name=reject]").click()
    moderator.locator(".modal-content textarea").fill("Kể thêm về lửa.")
    follow(moderator.locator(".modal-content button[type=submit]"))

    # The producer reads why, writes again, hands in again.
    producer.goto("/admin/")
    expect(producer.locator("main")).to_contain_text("cần sửa lại")
    producer.goto(editor)
    expect(producer.locator("body")).to_contain_text("Kể thêm về lửa.")
    write(producer, summary=second_try)
    hand_in(producer)

    # Approved, it stands in the shop.
    open_review(moderator)
    press(moderator, APPROVE)
    reader.goto(address)
    expect(reader.locator("main")).to_contain_text(second_try)


def test_a_new_price_counts_at_once_also_from_a_phone(visitor: Visitor) -> None:
    producer, reader = visitor(width=PHONE), visitor()
    thousands = randrange(100, 1_000)
    log_in(producer, *BOOKKEEPER)
    expect(producer.get_by_role("link", name=PRODUCT)).to_be_visible()
    producer.goto("/admin/gia-va-kho/")
    assert producer.evaluate("document.documentElement.scrollWidth") <= PHONE
    price = producer.get_by_label(f"Giá, đồng: {PRODUCT}")
    price.fill("một trăm")
    follow(producer.get_by_role("button", name="Lưu giá và kho"))
    expect(price).to_have_value("một trăm")
    expect(producer.locator("main")).to_contain_text("Viết số nguyên, ví dụ 1.250.000.")
    price.fill(f"{thousands}.000 đ")
    follow(producer.get_by_role("button", name="Lưu giá và kho"))
    expect(producer.locator(".messages .success")).to_contain_text("Đã lưu 1 món")
    reader.goto("/san-pham/")
    follow(reader.get_by_role("link", name=PRODUCT).first)
    expect(reader.locator("main")).to_contain_text(f"{thousands}.000")


def new_product(page: Page, title: str) -> None:
    """Write a product's page in the admin and hand it in."""
    follow(page.get_by_role("link", name="Thêm sản phẩm").first)
    write(page, title=title, summary="Nặn tay, nung củi.")
    hand_in(page)


def set_price(page: Page, title: str, *, price: str, stock: str) -> None:
    page.goto("/admin/gia-va-kho/")
    page.get_by_label(f"Giá, đồng: {title}").fill(price)
    page.get_by_label(f"Còn trong kho: {title}").fill(stock)
    follow(page.get_by_role("button", name="Lưu giá và kho"))
    expect(page.locator(".messages .success")).to_contain_text("Đã lưu 1 món")


def test_a_new_product_from_the_desk_to_the_basket(visitor: Visitor) -> None:
    producer, moderator, reader = visitor(), visitor(), visitor()
    title = f"Chén uống trà {token_hex(3)}"
    found = f"/tim-kiem/?q={title.rsplit(maxsplit=1)[1]}"

    log_in(producer, *BOOKKEEPER)
    new_product(producer, title)
    reader.goto(found)
    expect(reader.locator("main")).not_to_contain_text(title)

    log_in(moderator, *MODERATOR)
    moderator.goto("/admin/")
    follow(moderator.get_by_role("link", name=title).first)
    expect(moderator.locator("#id_title")).to_have_value(title)
    press(moderator, APPROVE)

    # Approved it is shown, but has no price yet.
    reader.goto(found)
    follow(reader.get_by_role("link", name=title).first)
    expect(reader.locator("main h1")).to_have_text(title)
    expect(reader.get_by_role("button", name="Thêm vào giỏ")).to_have_count(0)
    product = reader.url

    set_price(producer, title, price="185.000", stock="3")
    reader.goto(product)
    expect(reader.locator("main")).to_contain_text("185.000")
    reader.get_by_role("button", name="Thêm vào giỏ").first.click()
    expect(reader.locator("#da-them")).to_contain_text("Đã thêm 1")
    reader.goto("/gio-hang/")
    expect(reader.locator("main")).to_contain_text(title)
