"""Staff enter an order for a buyer on the telephone: the shop's own quote and placing, one order, who entered it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email
from pytest_django.fixtures import Settings

from catalogue.formats import vnd
from catalogue.listing.rows import rebuild
from shop.backoffice.telephone import draft as drafts
from shop.basket.models import Basket
from shop.checkout import placing
from shop.order.models import Order
from shop.partner.models import StockRecord
from tests.factories import make_product
from tests.integration.test_parcels import stock_of
from tests.prepaid import COD, PATH, Prepaid
from tests.shop import ADDRESS, make_market
from tests.staff import log_in, make_staff
from tests.transfers import VIETQR, make_account

pytestmark = pytest.mark.django_db
START = "telephone_order:start"


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [PATH, COD, VIETQR]
    Prepaid.forget()
    make_market()
    make_account()
    yield
    Prepaid.forget()


@pytest.fixture
def hub(client: Client, django_user_model: Any) -> Client:
    log_in(client, django_user_model, "view_order", "change_order")
    return client


@pytest.fixture
def vase() -> Any:
    product = make_product(title="Bình gốm Phù Lãng", stock=3, price=200_000)
    StockRecord.objects.filter(product=product).update(partner_sku="PL-042")
    rebuild()
    return product


def add(client: Client, product: Any, quantity: int = 1, url: str = "") -> Any:
    data = {"add": product.pk, f"quantity-{product.pk}": quantity}
    return client.post(url or reverse(START), data, follow=True)


def basket() -> int:
    found: int = Basket.objects.latest("pk").pk
    return found


def step(name: str) -> str:
    return reverse(f"telephone_order:{name}", args=[basket()])


def recipient(client: Client, **fields: Any) -> Any:
    return client.post(step("recipient"), {**ADDRESS, "language": "vi", "email": "", **fields}, follow=True)


def choose(client: Client, page: Any, method: str = "cod", **fields: Any) -> Any:
    """Choose the first ways and a method, and reckon or place as `fields` say."""
    ways = {name: page.context["ways"].fields[name].initial for name in page.context["ways"].fields}
    return client.post(step("confirm"), {**ways, "method": method, **fields}, follow=True)


def confirm(client: Client, page: Any, method: str = "cod", **fields: Any) -> Any:
    shown = {"shown": page.context["signed"], "terms": "on", "place": "1"}
    return choose(client, page, method, **{**shown, **fields})


def to_the_quote(client: Client, product: Any, quantity: int = 1, method: str = "cod", **fields: Any) -> Any:
    add(client, product, quantity)
    return choose(client, recipient(client, **fields), method)


@pytest.mark.parametrize("q", ["binh gom", "Bình gốm", "pl-042", "PL-0"])
def test_goods_are_found_without_accents_and_by_code(hub: Client, vase: Any, q: str) -> None:
    page = hub.get(reverse(START), {"q": q}).content.decode()
    assert "Bình gốm Phù Lãng" in page
    assert Basket.objects.count() == 0
    assert "Không thấy món nào" in hub.get(reverse(START), {"q": "chè\x00"}).content.decode()


@pytest.mark.usefixtures("mail_queue")
@pytest.mark.parametrize(("method", "status"), [("cod", "Placed"), ("bank", "Pending payment")])
def test_order_by_telephone_is_an_order_like_any_other(
    hub: Client, vase: Any, method: str, status: str, django_capture_on_commit_callbacks: Any
) -> None:
    page = to_the_quote(hub, vase, 2, method, language="en", email="anh@example.vn")
    assert page.context["quote"].total > 400_000
    with django_capture_on_commit_callbacks(execute=True):
        done = confirm(hub, page, method)
    order = Order.objects.get()
    assert (order.status, order.entered_by, order.language, order.user) == (
        status,
        "hoa@example.vn",
        "en",
        None,
    )
    assert (stock_of(vase), order.total_incl_tax) == ((3, 2), page.context["quote"].total)
    line = order.log.get(verb="place")
    assert (line.actor_name, line.actor and line.actor.email) == ("hoa@example.vn", "hoa@example.vn")
    text = done.content.decode()
    assert order.number in text
    assert "hoa@example.vn nhập" in text
    assert order.number in Email.objects.get(to="anh@example.vn").subject


@pytest.mark.parametrize("email", ["", "anh@example.vn"])
def test_quote_that_is_read_out_adds_up(hub: Client, vase: Any, email: str) -> None:
    page = to_the_quote(hub, vase, email=email)
    rows = {row["label"]: row["amount"] for row in page.context["rows"]}
    assert (sum(rows.values()), rows["Giao hàng"] > 0) == (page.context["quote"].total, True)
    assert "Giao hàng: " in page.content.decode()


def test_pressed_twice_it_is_one_order(hub: Client, vase: Any) -> None:
    page = to_the_quote(hub, vase)
    url = step("confirm")
    for _press in range(2):
        ways = {name: page.context["ways"].fields[name].initial for name in page.context["ways"].fields}
        data = {**ways, "method": "cod", "shown": page.context["signed"], "terms": "on", "place": "1"}
        answer = hub.post(url, data)
        assert answer["Location"] == reverse("shop_orders:detail", args=[Order.objects.get().pk])
    assert stock_of(vase) == (3, 1)
    assert hub.get(url)["Location"] == answer["Location"]


@pytest.mark.usefixtures("mail_queue")
def test_who_has_no_email_gets_no_mail(
    hub: Client, vase: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = confirm(hub, to_the_quote(hub, vase))
    order = Order.objects.get()
    assert (order.email, Email.objects.exclude(to="").filter(subject__contains="đặt").count()) == ("", 0)
    assert "không có email" in page.content.decode()
    own = Client().get(order.get_absolute_url()).content.decode()
    assert "được gửi tới" not in own
    found = Client().post(reverse("order:lookup"), {"code": order.number, "contact": "0912345678"})
    assert found["Location"] == order.get_absolute_url()


@pytest.mark.usefixtures("mail_queue")
def test_staff_read_that_they_must_call_who_has_no_email(
    hub: Client, vase: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        confirm(hub, to_the_quote(hub, vase))
    order = Order.objects.get()
    call = "Người mua không có email: hãy gọi điện báo."
    changed = {**ADDRESS, "name": "Trần Văn Bé"}
    with django_capture_on_commit_callbacks(execute=True):
        page = hub.post(reverse("shop_orders:address", args=[order.pk]), changed, follow=True)
    assert call in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        url = reverse("shop_orders:cancel", args=[order.pk])
        page = hub.post(url, {"cancel-order-reason": "khách gọi huỷ"}, follow=True)
    text = page.content.decode()
    assert ("Đã huỷ đơn. " + call in text, "qua thư" in text) == (True, False)
    assert ("không có email, không gửi" in text, "đã vào hàng gửi" in text) == (True, False)


def test_search_stays_while_goods_are_added(hub: Client, vase: Any) -> None:
    page = add(hub, vase, url=reverse(START) + "?q=binh+gom")
    assert (page.context["q"], len(page.context["hits"]), len(page.context["lines"])) == ("binh gom", 1, 1)
    page = add(hub, vase, url=step("goods") + "?q=binh+gom")
    assert page.context["q"] == "binh gom"


def test_no_card_is_taken_by_telephone(hub: Client, vase: Any) -> None:
    add(hub, vase)
    page = recipient(hub)
    assert [code for code, _name in page.context["ways"].fields["method"].choices] == ["cod", "bank"]
    refused = choose(hub, page, "prepaid")
    assert (refused.status_code, "không còn" in refused.content.decode()) == (422, True)


def test_what_was_not_read_out_is_not_ordered(hub: Client, vase: Any) -> None:
    page = to_the_quote(hub, vase)
    StockRecord.objects.update(price=250_000)
    again = confirm(hub, page)
    assert (again.status_code, Order.objects.count()) == (409, 0)
    assert "250.000" in again.content.decode()
    unread = choose(hub, page, shown=again.context["signed"], place="1")
    assert (unread.status_code, Order.objects.count()) == (422, 0)
    assert "Hãy hỏi người mua" in unread.content.decode()
    confirm(hub, again)
    assert Order.objects.get().parcels.get().goods == 250_000


def test_sold_out_meanwhile_is_said_with_what_is_left(hub: Client, vase: Any) -> None:
    page = to_the_quote(hub, vase, 3)
    StockRecord.objects.update(num_in_stock=1)
    again = confirm(hub, page)
    assert (again.status_code, Order.objects.count()) == (409, 0)
    assert "Bình gốm Phù Lãng chỉ còn 1" in again.content.decode()


def test_quantities_are_checked_and_changed(hub: Client, vase: Any) -> None:
    refused = add(hub, vase, 4, f"{reverse(START)}?q=binh")
    assert (refused.status_code, Basket.objects.count()) == (422, 0)
    assert "Chỉ còn 3." in refused.content.decode()
    assert f'name="quantity-{vase.pk}"\n' in refused.content.decode()
    add(hub, vase)
    line = Basket.objects.get().lines.get()
    wrong = hub.post(step("goods"), {f"quantity-{line.pk}": "9"})
    assert (wrong.status_code, "Chỉ còn 3." in wrong.content.decode()) == (422, True)
    hub.post(step("goods"), {f"quantity-{line.pk}": "2", "next": "1"})
    line.refresh_from_db()
    assert line.quantity == 2
    hub.post(step("goods"), {f"quantity-{line.pk}": "0"})
    assert Basket.objects.get().lines.count() == 0


def test_what_is_typed_wrong_comes_back(hub: Client, vase: Any) -> None:
    add(hub, vase)
    page = recipient(hub, phone="12", street="Xóm mới")
    assert (page.status_code, 'value="Xóm mới"' in page.content.decode()) == (422, True)
    assert hub.get(step("confirm"))["Location"] == step("recipient")
    found = hub.post(step("recipient"), {**ADDRESS, "province": "79", "refresh": "1"})
    assert 'name="commune_name"' in found.content.decode()


def test_budgets_of_strangers_hold_nobody_on_the_telephone_up(
    hub: Client, vase: Any, settings: Settings
) -> None:
    settings.UNPAID_ORDERS = settings.UNPAID_UNITS_FREE = settings.UNPAID_UNITS_PERCENT = 1
    for number in (1, 2):
        confirm(hub, to_the_quote(hub, vase, number))
    assert (Order.objects.count(), stock_of(vase)) == (2, (3, 3))


def test_adults_only_is_asked(hub: Client) -> None:
    wine = make_product(title="Rượu Làng Vân", age_restricted=True)
    rebuild()
    page = to_the_quote(hub, wine, 1, "bank")
    assert confirm(hub, page, "bank").status_code == 422
    confirm(hub, page, "bank", adult="on")
    assert Order.objects.get().age_confirmed_at


def test_nobody_else_sees_or_enters_one(hub: Client, vase: Any, django_user_model: Any) -> None:
    add(hub, vase)
    other = Client()
    user = make_staff(django_user_model, email="ba@example.vn")
    user.user_permissions.clear()
    other.force_login(user)
    assert other.get(step("goods")).status_code == 302
    user.user_permissions.set(django_user_model.objects.get(email="hoa@example.vn").user_permissions.all())
    assert other.get(step("goods")).status_code == 404
    assert other.post(step("confirm"), {"place": "1"}).status_code == 404


@pytest.mark.parametrize("codenames", [[], ["view_order"]])
def test_without_the_permission_nothing_is_entered(
    client: Client, django_user_model: Any, codenames: list[str], vase: Any
) -> None:
    log_in(client, django_user_model, *codenames)
    add(client, vase)
    assert Basket.objects.count() == 0


def withdraw(product: Any) -> None:
    type(product).objects.filter(pk=product.pk).update(is_public=False)


def test_goods_taken_off_sale_are_named_and_lead_back_to_the_goods(hub: Client, vase: Any) -> None:
    page = to_the_quote(hub, vase)
    withdraw(vase)
    again = confirm(hub, page)
    text = again.content.decode()
    assert (again.request["PATH_INFO"], Order.objects.count()) == (step("goods"), 0)
    assert "“Bình gốm Phù Lãng” không còn bán" in text
    assert "như lúc xem lại" not in text
    assert Basket.objects.get().lines.count() == 0
    for name in ("confirm", "recipient"):
        assert hub.get(step(name))["Location"] == step("goods")


def test_what_is_left_of_the_goods_can_still_be_ordered(hub: Client, vase: Any) -> None:
    tea = make_product(title="Chè")
    add(hub, vase)
    add(hub, tea, 1, step("goods"))
    page = choose(hub, recipient(hub))
    withdraw(tea)
    assert hub.get(step("confirm"))["Location"] == step("goods")
    again = hub.get(step("goods")).content.decode()
    assert ("“Chè” không còn bán" in again, "Bình gốm Phù Lãng" in again) == (True, True)
    assert confirm(hub, page).status_code == 409
    confirm(hub, hub.get(step("confirm")))
    assert Order.objects.get().lines.get().product == vase


def test_taken_off_sale_while_the_order_is_placed(
    hub: Client, vase: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = to_the_quote(hub, vase)
    place = placing.place

    def late(**order: Any) -> Order:
        withdraw(vase)
        return place(**order)

    monkeypatch.setattr(placing, "place", late)
    again = confirm(hub, page)
    assert (again.request["PATH_INFO"], Order.objects.count()) == (step("goods"), 0)
    assert "“Bình gốm Phù Lãng” không còn bán" in again.content.decode()


def test_staff_read_changes_in_their_language_and_the_buyer_the_order_in_theirs(
    hub: Client, vase: Any
) -> None:
    type(vase).objects.filter(pk=vase.pk).update(title_en="Phù Lãng vase")
    page = to_the_quote(hub, vase, language="en")
    StockRecord.objects.update(price=250_000)
    again = confirm(hub, page)
    price, total = again.context["changed"]
    assert price == f"Bình gốm Phù Lãng: giá {vnd(200_000)} thành {vnd(250_000)}."
    assert total.startswith("Tổng tiền nay là")
    confirm(hub, again)
    order = Order.objects.get()
    assert (order.language, order.lines.get().title) == ("en", "Phù Lãng vase")
    assert order.parcels.get().shipping_name == "Delivery to the door"


def test_a_draft_that_makes_room_is_named(hub: Client, vase: Any) -> None:
    for number in range(drafts.MAX_DRAFTS):
        add(hub, vase)
        recipient(hub, name=f"Người {number}")
    done = confirm(hub, choose(hub, hub.get(step("confirm"))))
    assert done.status_code == 200
    added = add(hub, vase).content.decode()  # an order makes room first
    assert "đã bị bỏ" not in added
    listed = hub.get(reverse(START)).content.decode()
    assert [f"Người {number}" in listed for number in range(5)] == [True, True, True, True, False]
    assert "chưa có người nhận" in listed
    assert "1 × Bình gốm Phù Lãng" in listed
    assert "Đơn đang nhập của Người 0 đã bị bỏ" in add(hub, vase).content.decode()
    assert "Người 0" not in hub.get(reverse(START)).content.decode()
