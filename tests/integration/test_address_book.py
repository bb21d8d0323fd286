"""The address book: one's own only, one default, nothing twice, offered in the checkout."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue.models import FormerUnit
from shop.address import book
from shop.address.models import UserAddress
from shop.order.models import Order
from shop.users.models import User
from tests.factories import make_commune, make_product
from tests.markup import flat
from tests.shop import ADDRESS, fill_basket, place, walk_to_review

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
PLACE = {name: ADDRESS[name] for name in ("name", "phone", "province", "commune", "street")}
LIST, CREATE, STEP = "customer:address-list", "customer:address-create", "checkout:shipping-address"
KEPT = {
    "name": "Nguyễn Thị Ánh",
    "phone": "+84912345678",
    "province": "24",
    "commune": "09292",
    "commune_name": "",
    "street": "Thôn Đoàn Kết",
    "old_address": "",
}


@pytest.fixture
def user() -> User:
    return User.objects.create_user("anh@example.vn", "mat-khau-dai-10", first_name="Ánh")


@pytest.fixture
def home(client: Client, user: User) -> Client:
    """A browser that is signed in."""
    client.force_login(user)
    return client


def make_address(user: User, **fields: str) -> UserAddress:
    return book.write(user=user, place={**KEPT, **fields})


def rows(user: User) -> list[tuple[str, bool]]:
    return [(address.line1, address.is_default_for_shipping) for address in book.own(user)]


def test_an_address_is_added_changed_and_removed(home: Client, user: User) -> None:
    assert home.post(reverse(CREATE), PLACE).url == reverse(LIST)
    address = UserAddress.objects.get()
    assert book.fields_of(address) == KEPT
    page = flat(home.get(reverse(LIST)))
    assert "Thôn Đoàn Kết<br>xã Phù Lãng, tỉnh Bắc Ninh<br>0912 345 678" in page
    url = reverse("customer:address-detail", args=[address.pk])
    assert home.get(url).context["form"]["street"].value() == "Thôn Đoàn Kết"
    assert home.post(url, {**PLACE, "street": "Xóm 3"}).url == reverse(LIST)
    assert rows(user) == [("Xóm 3", True)]
    url = reverse("customer:address-delete", args=[address.pk])
    assert "Xóm 3" in home.get(url).content.decode()
    assert rows(user) == [("Xóm 3", True)]
    home.post(url)
    assert rows(user) == []


def test_one_address_is_the_default(home: Client, user: User) -> None:
    first, second = make_address(user, street="Một"), make_address(user, street="Hai")
    assert rows(user) == [("Một", True), ("Hai", False)]
    home.post(reverse("customer:address-default", args=[second.pk]))
    assert rows(user) == [("Hai", True), ("Một", False)]
    home.post(reverse(CREATE), {**PLACE, "street": "Ba", "default": "on"})
    assert rows(user) == [("Ba", True), ("Hai", False), ("Một", False)]
    home.post(reverse("customer:address-delete", args=[book.own(user)[0].pk]))
    assert rows(user) == [("Hai", True), ("Một", False)]
    home.post(reverse("customer:address-detail", args=[first.pk]), {**PLACE, "street": "Một"})
    assert rows(user) == [("Hai", True), ("Một", False)]


def test_no_address_stands_twice(home: Client, user: User) -> None:
    make_address(user)
    other = make_address(user, street="Hai")
    for url in (reverse(CREATE), reverse("customer:address-detail", args=[other.pk])):
        page = home.post(url, {**PLACE, "name": "nguyễn thị ánh"})
        assert page.status_code == 422
        assert "đã có trong sổ" in page.content.decode()
    assert rows(user) == [("Thôn Đoàn Kết", True), ("Hai", False)]


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "123"), ("phone", "12"), ("province", "99"), ("commune", ""), ("street", "x" * 201)],
)
def test_bad_input_is_answered_beside_its_field(home: Client, user: User, field: str, value: str) -> None:
    page = home.post(reverse(CREATE), {**PLACE, field: value})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert page.context["form"][field].value() == value
    assert rows(user) == []


def test_a_province_without_a_list_takes_a_typed_commune(home: Client, user: User) -> None:
    home.post(reverse(CREATE), {**PLACE, "province": "79", "commune": "", "commune_name": "Phường Sài Gòn"})
    assert book.own(user)[0].place_lines == ["Thôn Đoàn Kết", "Phường Sài Gòn, tỉnh 79"]


def test_the_book_knows_old_names_too(home: Client, user: User) -> None:
    commune = make_commune(code="09319", name="Từ Sơn")
    FormerUnit.objects.create(
        code="1", name="Phường Đình Bảng", district_name="Từ Sơn", province_name="Bắc Ninh", commune=commune
    )
    page = home.post(reverse(CREATE), {**PLACE, "commune": "", "old_address": "dinh bang", "find": "1"})
    assert page.context["form"]["commune"].value() == "09319"
    page = home.post(reverse(CREATE), {**PLACE, "province": "79", "refresh": "1"})
    assert 'name="commune_name"' in page.content.decode()
    assert rows(user) == []


@pytest.mark.parametrize("name", ["address-detail", "address-delete", "address-default"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_persons_address_is_not_found(home: Client, name: str, method: str) -> None:
    other = User.objects.create_user("khac@example.vn", "mat-khau-dai-10")
    address = make_address(other)
    make_address(other, street="Hai")
    url = reverse(f"customer:{name}", args=[address.pk])
    response = getattr(home, method)(url, {**PLACE, "street": "Của tôi"})
    assert response.status_code == (405 if (name, method) == ("address-default", "get") else 404)
    assert rows(other) == [("Thôn Đoàn Kết", True), ("Hai", False)]


@pytest.mark.parametrize("key", ["", "0", "-1", "abc", "9" * 30, "9" * 5_000, "²", "\x00"])
def test_the_checkout_offers_no_address_of_others(home: Client, user: User, key: str) -> None:
    fill_basket(home, make_product())
    other = make_address(User.objects.create_user("khac@example.vn", "mat-khau-dai-10"))
    for value in (key, str(other.pk)):
        assert home.post(reverse(STEP), {**ADDRESS, "saved": value}).status_code == 404
    assert Client().post(reverse(STEP), {"saved": str(other.pk)}).status_code == 302  # no basket


def test_guests_are_asked_to_sign_in(client: Client, user: User) -> None:
    address = make_address(user)
    for url in (reverse(LIST), reverse(CREATE), reverse("customer:address-detail", args=[address.pk])):
        assert client.get(url).url == f"/tai-khoan/dang-nhap/?next={url}"
    fill_basket(client, make_product())
    assert client.post(reverse(STEP), {"saved": str(address.pk)}).status_code == 404
    page = client.get(reverse(STEP)).content.decode()
    assert "Địa chỉ đã lưu" not in page
    assert "save_address" not in page


def test_the_checkout_begins_with_the_default_and_offers_the_others(home: Client, user: User) -> None:
    fill_basket(home, make_product())
    make_address(user)
    second = make_address(user, street="Hai", name="Mẹ", phone="+84988888888")
    page = home.get(reverse(STEP))
    assert page.context["form"]["street"].value() == "Thôn Đoàn Kết"
    assert page.context["form"]["email"].value() == "anh@example.vn"
    typed = {**ADDRESS, "email": "me@example.vn", "gift_message": "Chúc mừng", "saved": str(second.pk)}
    form = home.post(reverse(STEP), typed).context["form"]
    shown = {name: form[name].value() for name in ("name", "phone", "street", "email", "gift_message")}
    assert shown == {
        "name": "Mẹ",
        "phone": "0988 888 888",
        "street": "Hai",
        "email": "me@example.vn",
        "gift_message": "Chúc mừng",
    }


@pytest.mark.parametrize(("ticked", "kept"), [("on", [("Thôn Đoàn Kết", True)]), ("", [])])
def test_the_address_of_an_order_is_kept_when_asked(
    home: Client, user: User, ticked: str, kept: list[Any]
) -> None:
    fill_basket(home, make_product(stock=5))
    review = walk_to_review(home, save_address=ticked)
    assert rows(user) == []
    place(home, review)
    assert rows(user) == kept
    fill_basket(home, make_product())
    assert not home.get(reverse(STEP)).context["form"]["save_address"].value()


def test_a_kept_address_is_not_kept_twice_but_gets_the_new_phone(home: Client, user: User) -> None:
    make_address(user)
    fill_basket(home, make_product())
    place(home, walk_to_review(home, save_address="on", phone="0988 888 888"))
    assert [address.phone_number.as_e164 for address in book.own(user)] == ["+84988888888"]


def test_who_fetches_the_goods_keeps_no_address(home: Client, user: User) -> None:
    fill_basket(home, make_product())
    place(home, walk_to_review(home, save_address="on", pickup="1", province="", commune="", street=""))
    assert Order.objects.count() == 1
    assert rows(user) == []


def test_the_book_speaks_english(home: Client, user: User) -> None:
    make_address(user)
    with translation.override("en"):
        page = home.get(reverse(LIST)).content.decode()
        form = home.get(reverse(CREATE)).content.decode()
    assert "Address book" in page
    assert "Default address" in page
    assert "Save address" in form
