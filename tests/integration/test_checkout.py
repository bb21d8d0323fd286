"""The guest's way through the real views, and what is refused on it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from catalogue.models import FormerUnit, Product, SalesPoint
from home.models import MarketSettings, StandardPage
from shop.order.models import Order
from shop.partner.models import StockRecord
from tests.factories import make_commune, make_home, make_partner, make_producer, make_product, translate
from tests.shop import ADDRESS, fill_basket, make_order, place, walk_to_review

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


def test_guest_buys_from_three_producers(client: Client) -> None:
    products = [make_product(title=f"Hàng {n}", price=100_000 * n, stock=5) for n in (1, 2, 3)]
    fill_basket(client, *products)
    review = walk_to_review(client, gift_message="Chúc mừng năm mới", note="Gọi trước khi giao")
    response = place(client, review)
    order = Order.objects.get()
    assert response.status_code == 302
    assert response.url == reverse("order:detail", args=[order.token])
    assert order.total_incl_tax == review.context["quote"].total == 600_000 + 3 * 18_000
    assert [parcel.goods for parcel in order.parcels.all()] == [100_000, 200_000, 300_000]
    assert [line.parcel.partner_id for line in order.lines.all()] == [p.producer_id for p in products]
    assert order.email == "anh@example.vn"
    assert str(order.shipping_address.phone_number) == "+84912345678"
    assert order.gift_message == "Chúc mừng năm mới"
    assert order.status == Order.Status.PLACED
    page = client.get(response.url)
    assert page.status_code == 200
    assert order.number in page.content.decode()
    assert page["Cache-Control"] == "private, no-store" or "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("signed_in", [False, True])
def test_count_of_the_basket_goes_with_the_order(
    client: Client, django_user_model: Any, signed_in: bool
) -> None:
    if signed_in:
        client.force_login(django_user_model.objects.create_user("khach@example.vn"))
    fill_basket(client, make_product(stock=5))
    assert client.cookies["cho_basket"].value == "1"
    place(client, walk_to_review(client))
    assert Order.objects.exists()
    assert client.cookies["cho_basket"].value == ""
    assert client.get(reverse("basket:summary")).context["basket_page"] is None


@pytest.fixture
def filled(client: Client) -> Client:
    """A visitor with one product in the basket."""
    fill_basket(client, make_product(title="Bình gốm", stock=5))
    return client


ADDRESS_URL = "checkout:shipping-address"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "bắt buộc"),
        ("name", "   ", "bắt buộc"),
        ("name", "12345", "chữ cái"),
        ("name", "Ánh\x07", "ký tự ẩn"),
        ("name", "Ánh\u202e", "ký tự ẩn"),
        ("name", "A" * 81, "80"),
        ("name", "\x00", ""),
        ("phone", "", "bắt buộc"),
        ("phone", "091 234 56", "có 10 chữ số, bạn nhập 8"),
        ("phone", "0741234567", "không gọi được"),
        ("phone", "📞📞📞", "không phải số điện thoại"),
        ("phone", "<script>alert(1)</script>", "không phải số điện thoại"),
        ("phone", "0912345678" * 4, ""),
        ("email", "", "bắt buộc"),
        ("email", "anh@", "chưa đúng. Ví dụ: ten@example.vn"),
        ("email", "🍵@example.vn", ""),
        ("email", "anh@example.vn\r\nBcc: x@example.vn", ""),
        ("province", "", "chọn tỉnh"),
        ("province", "99", "trong danh sách"),
        ("province", "24'--", "trong danh sách"),
        ("commune", "", "chọn phường, xã"),
        ("commune", "00001", "của tỉnh này"),
        ("street", "", "số nhà"),
        ("street", "x" * 201, "200"),
        ("note", "x" * 301, "300"),
        ("gift_message", "x" * 301, "300"),
        ("pickup", "maybe", ""),
    ],
)
def test_bad_input_is_answered_beside_its_field(filled: Client, field: str, value: str, words: str) -> None:
    make_commune(code="00001", name="Cửa Nam", province_code="01")
    typed = {**ADDRESS, field: value}
    page = filled.post(reverse(ADDRESS_URL), typed)
    form = page.context["form"]
    text = page.content.decode()
    assert page.status_code == 422
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]
    assert f'id="id_{field}_error"' in text or field == "pickup"
    assert "<script>alert" not in text
    for name, kept in typed.items():
        assert form[name].value() == kept


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("name", "<b>Ánh</b>", "<b>Ánh</b>"),
        ("name", "  Nguyễn   Ánh ", "Nguyễn Ánh"),
        ("name", "Nguye\u0302\u0303n A\u0301nh", "Nguyễn Ánh"),
        ("street", "Ngõ 3 🏡", "Ngõ 3 🏡"),
        ("note", "Gọi trước\r\nrồi giao", "Gọi trước rồi giao"),
    ],
)
def test_odd_but_honest_input_is_kept_as_text(filled: Client, field: str, value: str, kept: str) -> None:
    review = walk_to_review(filled, **{field: value})
    assert getattr(review.context["purchase"], field) == kept
    assert "<b>Ánh</b>" not in review.content.decode()


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("0912.345.678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("+33 1 42 68 53 00", "+33142685300"),
    ],
)
def test_phones_are_taken_as_people_write_them(filled: Client, typed: str, e164: str) -> None:
    assert walk_to_review(filled, phone=typed).context["purchase"].phone == e164


def test_marketing_consent_is_never_ticked_for_the_buyer(filled: Client) -> None:
    page = filled.get(reverse(ADDRESS_URL)).content.decode()
    assert 'name="marketing_consent" id="id_marketing_consent">' in page or "marketing_consent" in page
    assert "checked" not in page.split('name="marketing_consent"')[1].split(">")[0]
    place(filled, walk_to_review(filled))
    assert Order.objects.get().marketing_consent is False


def test_pick_up_needs_no_address(filled: Client) -> None:
    review = walk_to_review(filled, pickup="1", province="", commune="", street="")
    place(filled, review)
    order = Order.objects.get()
    assert order.parcels.get().kind == "pickup_producer"
    assert order.shipping_address.place_lines == []
    assert order.shipping_incl_tax == 0


def test_invoice_is_asked_whole_or_not(filled: Client) -> None:
    page = filled.post(reverse(ADDRESS_URL), {**ADDRESS, "wants_invoice": "on", "invoice_tax_code": "12"})
    assert set(page.context["form"].errors) == {"invoice_name", "invoice_tax_code", "invoice_address"}
    company = {
        "wants_invoice": "on",
        "invoice_name": "Cty A",
        "invoice_tax_code": "0101234567",
        "invoice_address": "HN",
    }
    place(filled, walk_to_review(filled, **company))
    assert Order.objects.get().invoice_tax_code == "0101234567"


def make_former(**fields: Any) -> None:
    commune = make_commune(**{"code": "09319", "name": "Từ Sơn", **fields.pop("to", {})})
    row = {
        "code": "09383",
        "name": "Phường Đình Bảng",
        "district_name": "Thành phố Từ Sơn",
        "province_name": "Tỉnh Bắc Ninh",
    }
    FormerUnit.objects.create(commune=commune, **{**row, **fields})


@pytest.mark.parametrize(
    "text", ["Đình Bảng", "dinh bang", "P. Đình Bảng, TP. Từ Sơn", "phường đình bảng, bắc ninh"]
)
def test_old_name_finds_the_new_commune(filled: Client, text: str) -> None:
    make_former()
    page = filled.post(
        reverse(ADDRESS_URL), {**ADDRESS, "name": "", "commune": "", "old_address": text, "find": "1"}
    )
    form = page.context["form"]
    assert page.status_code == 200
    assert (form["province"].value(), form["commune"].value()) == ("24", "09319")
    assert "xã Từ Sơn" in page.content.decode()
    assert form["street"].value() == ADDRESS["street"]


def test_old_district_with_several_communes_lets_the_buyer_choose(filled: Client) -> None:
    make_former(code="1", name="Xã A", district_name="Huyện Quế Võ", to={"code": "09300", "name": "Quế Võ"})
    make_former(
        code="2", name="Xã B", district_name="Huyện Quế Võ", to={"code": "09301", "name": "Phù Lương"}
    )
    page = filled.post(reverse(ADDRESS_URL), {**ADDRESS, "old_address": "que vo", "find": "1"})
    assert [hit.commune.pk for hit in page.context["hits"]] == ["09300", "09301"]
    page = filled.post(reverse(ADDRESS_URL), {**ADDRESS, "use": "09301"})
    assert page.context["form"]["commune"].value() == "09301"
    assert page.context["form"]["name"].value() == ADDRESS["name"]


@pytest.mark.parametrize("text", ["", "?", "x", "không có nơi này", "%", "\x00", "a" * 5000])
def test_old_name_not_found_says_so(filled: Client, text: str) -> None:
    page = filled.post(reverse(ADDRESS_URL), {**ADDRESS, "old_address": text, "find": "1"})
    assert page.status_code == 200
    assert "Không thấy tên này" in page.content.decode()


def test_foreign_commune_codes_do_no_harm(filled: Client) -> None:
    for code in ("99999", "'; DROP", "\x00", "9" * 400):
        assert filled.post(reverse(ADDRESS_URL), {**ADDRESS, "use": code}).status_code == 200
        assert filled.get(reverse("checkout:communes"), {"province": code}).status_code == 200


def test_communes_of_the_chosen_province(client: Client) -> None:
    make_commune(code="00001", name="Cửa Nam", province_code="01")
    page = client.get(reverse("checkout:communes"), {"province": "01"}).content.decode()
    assert "Cửa Nam" in page
    assert "Phù Lãng" not in page
    assert (
        'name="commune_name"' in client.get(reverse("checkout:communes"), {"province": "79"}).content.decode()
    )


def test_steps_cannot_be_skipped(filled: Client) -> None:
    for name in ("checkout:shipping-method", "checkout:preview"):
        assert filled.get(reverse(name)).url == reverse(ADDRESS_URL)
        assert filled.post(reverse(name), {"terms": "on"}).url == reverse(ADDRESS_URL)


def test_empty_basket_leads_to_the_basket(client: Client) -> None:
    for name in (ADDRESS_URL, "checkout:shipping-method", "checkout:preview"):
        assert client.get(reverse(name)).url == reverse("basket:summary")
        assert client.post(reverse(name), {"shown": "x"}).url == reverse("basket:summary")


def test_double_click_makes_one_order(filled: Client) -> None:
    review = walk_to_review(filled)
    first = place(filled, review)
    second = place(filled, review)
    assert Order.objects.count() == 1
    assert first.url == second.url == Order.objects.get().get_absolute_url()


def test_review_of_a_stranger_opens_no_order(filled: Client) -> None:
    place(filled, walk_to_review(filled))
    token = Order.objects.get().token
    for forged in ("", "x", "eyJiYXNrZXQiOjF9:1abc:xyz"):
        response = Client().post(reverse("checkout:preview"), {"shown": forged, "terms": "on"})
        assert token not in response.url


def test_terms_are_needed(filled: Client) -> None:
    review = walk_to_review(filled)
    page = filled.post(reverse("checkout:preview"), {"shown": review.context["signed"]})
    assert page.status_code == 422
    assert "điều khoản" in page.context["form"].errors["terms"][0]
    assert not Order.objects.exists()


def name_promises() -> StandardPage:
    """Name terms, returns and privacy in the settings; the page of returns also speaks English."""
    home = make_home()
    texts = {"Điều khoản": "", "Đổi trả": "Báo trong 9 ngày.", "Dữ liệu": ""}
    pages = [
        home.add_child(instance=StandardPage(title=title, intro=intro)) for title, intro in texts.items()
    ]
    names = ("terms_page", "returns_page", "privacy_page")
    MarketSettings.objects.create(site=home.get_site(), **dict(zip(names, pages, strict=True)))
    return pages[1]


def test_review_links_what_is_agreed_to_and_quotes_the_page_of_returns(filled: Client) -> None:
    returns = name_promises()
    text = walk_to_review(filled, gift_message="Chúc Tết").content.decode()
    label = text.split('for="id_terms"')[1].split("</label>")[0]
    assert re.findall(r'href="([^"]*)"', label) == ["/dieu-khoan/", "/doi-tra/", "/du-lieu/"]
    assert "Báo trong 9 ngày." in text
    returns.intro = "Báo trong 8 ngày."
    returns.save_revision().publish()
    filled.get(returns.url)  # what was typed waits in the session
    back = filled.get(reverse("checkout:preview"))
    assert "Báo trong 8 ngày." in back.content.decode()
    assert "Chúc Tết" in back.content.decode()
    assert place(filled, back).status_code == 302


def test_english_review_links_the_english_pages(filled: Client) -> None:
    english = translate(name_promises(), title="Returns", slug="returns", intro="Tell us within 9 days.")
    walk_to_review(filled)
    with override("en"):
        text = filled.get(reverse("checkout:preview")).content.decode()
    label = text.split('for="id_terms"')[1].split("</label>")[0]
    assert re.findall(r'href="([^"]*)"', label) == ["/dieu-khoan/", english.url, "/du-lieu/"]
    assert "Tell us within 9 days." in text


def test_review_without_named_pages_still_asks(filled: Client) -> None:
    text = walk_to_review(filled).content.decode()
    assert "điều khoản mua hàng" in text.split('for="id_terms"')[1].split("</label>")[0]
    assert "<dt>Đổi trả</dt>" not in text


@pytest.mark.parametrize("shown", ["", "rubbish", "a:b:c"])
def test_stale_form_shows_the_review_again(filled: Client, shown: str) -> None:
    walk_to_review(filled)
    page = filled.post(reverse("checkout:preview"), {"shown": shown, "terms": "on"})
    assert page.status_code == 409
    assert "đã cũ" in page.content.decode()
    assert not Order.objects.exists()


def test_price_changed_after_the_review_is_shown_and_then_ordered(filled: Client) -> None:
    review = walk_to_review(filled)
    StockRecord.objects.update(price=450_000)
    page = place(filled, review)
    text = page.content.decode()
    assert page.status_code == 409
    assert "giá 100.000\xa0₫ thành 450.000\xa0₫" in text
    assert "Tổng tiền nay là 468.000\xa0₫, lúc trước là 118.000\xa0₫" in text
    assert not Order.objects.exists()
    assert place(filled, page).status_code == 302
    assert Order.objects.get().total_incl_tax == 468_000


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", "giá 100.000\xa0₫ thành 450.000\xa0₫"),
        ("en", "price 100,000\xa0₫ is now 450,000\xa0₫"),
    ],
)
def test_changed_price_is_told_also_when_the_terms_are_not_ticked(
    filled: Client, language: str, words: str
) -> None:
    review = walk_to_review(filled)
    StockRecord.objects.update(price=450_000)
    with override(language):
        page = filled.post(reverse("checkout:preview"), {"shown": review.context["signed"]})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["terms"]
    assert words in page.content.decode()
    assert not Order.objects.exists()


def test_nothing_changed_is_not_told_when_the_terms_are_not_ticked(filled: Client) -> None:
    review = walk_to_review(filled)
    for typed in ({"shown": review.context["signed"]}, {}):
        page = filled.post(reverse("checkout:preview"), typed)
        assert page.status_code == 422
        assert not page.context["changed"]


def test_second_tab_changed_the_basket(filled: Client) -> None:
    review = walk_to_review(filled)
    fill_basket(filled, make_product(title="Tranh gà"))
    page = place(filled, review)
    assert page.status_code == 409
    assert "Tranh gà vừa được thêm vào đơn" in page.content.decode()


def test_sold_out_meanwhile_keeps_the_basket_and_says_which_line(client: Client) -> None:
    product = make_product(title="Bình gốm", stock=3)
    fill_basket(client, product, quantity=2)
    review = walk_to_review(client)
    make_order(product, quantity=2)
    page = client.post(
        reverse("checkout:preview"), {"shown": review.context["signed"], "terms": "on"}, follow=True
    )
    assert page.redirect_chain[-1][0] == reverse("basket:summary")
    assert "Bình gốm chỉ còn 1." in page.content.decode()
    assert Order.objects.count() == 1


def hide(product: Product) -> None:
    Product.objects.filter(pk=product.pk).update(is_public=False)


def unprice(product: Product) -> None:
    StockRecord.objects.filter(product=product).update(price=None)


@pytest.mark.parametrize("withdraw", [hide, unprice])
def test_product_withdrawn_meanwhile_is_not_ordered_but_named(client: Client, withdraw: Any) -> None:
    stays, goes = make_product(title="Ở lại"), make_product(title="Đi mất")
    fill_basket(client, stays, goes)
    review = walk_to_review(client)
    withdraw(goes)
    page = client.post(
        reverse("checkout:preview"), {"shown": review.context["signed"], "terms": "on"}, follow=True
    )
    assert page.redirect_chain == [(reverse("basket:summary"), 302)]
    assert "“Đi mất” không còn bán, đã bỏ khỏi giỏ." in page.content.decode()
    assert not Order.objects.exists()
    assert place(client, client.get(reverse("checkout:preview"))).status_code == 302
    assert [line.title for line in Order.objects.get().lines.all()] == ["Ở lại"]


@pytest.mark.parametrize("step", [ADDRESS_URL, "checkout:shipping-method", "checkout:preview"])
@pytest.mark.parametrize("alone", [True, False])
def test_every_step_leads_to_the_basket_that_names_what_is_gone(
    client: Client, step: str, alone: bool
) -> None:
    goes = make_product(title="Đi mất")
    fill_basket(client, goes, *([] if alone else [make_product()]))
    walk_to_review(client)
    hide(goes)
    page = client.get(reverse(step), follow=True)
    assert page.redirect_chain == [(reverse("basket:summary"), 302)]
    assert "“Đi mất” không còn bán, đã bỏ khỏi giỏ." in page.content.decode()
    assert (page.context["basket_page"] is None) == alone


def test_typed_address_is_kept_when_something_is_gone(client: Client) -> None:
    goes = make_product(title="Đi mất")
    fill_basket(client, goes, make_product())
    hide(goes)
    page = client.post(reverse(ADDRESS_URL), ADDRESS, follow=True)
    assert page.redirect_chain[-1][0] == reverse("basket:summary")
    assert client.get(reverse(ADDRESS_URL)).context["form"]["street"].value() == ADDRESS["street"]


def test_what_is_gone_is_named_in_english_too(client: Client) -> None:
    goes = make_product(title="Đi mất")
    fill_basket(client, goes)
    hide(goes)
    with override("en"):
        page = client.get(reverse(ADDRESS_URL), follow=True)
    assert "“Đi mất” is no longer on sale and was taken out of the basket." in page.content.decode()


def test_wine_is_paid_at_the_counter_after_the_buyers_word(client: Client) -> None:
    fill_basket(client, make_product(title="Rượu làng Vân", age_restricted=True))
    client.post(reverse(ADDRESS_URL), ADDRESS)
    page = client.get(reverse("checkout:shipping-method"))
    choice = page.context["choices"][0]
    refused = client.post(reverse("checkout:shipping-method"), {choice["name"]: "delivery", "method": "cod"})
    assert refused.status_code == 422
    assert "18 tuổi" in refused.context["method_error"]
    client.post(reverse("checkout:shipping-method"), {choice["name"]: "pickup_producer", "method": "cod"})
    review = client.get(reverse("checkout:preview"))
    assert place(client, review).status_code == 422
    assert place(client, review, adult="on").status_code == 302
    assert Order.objects.get().age_confirmed_at is not None


@pytest.mark.parametrize("value", ["", "nonsense", "pickup_point-khong-co", "\x00", "delivery' OR 1"])
def test_unknown_way_is_refused_beside_its_parcel(filled: Client, value: str) -> None:
    filled.post(reverse(ADDRESS_URL), ADDRESS)
    name = filled.get(reverse("checkout:shipping-method")).context["choices"][0]["name"]
    page = filled.post(reverse("checkout:shipping-method"), {name: value, "method": "cod"})
    assert page.status_code == 422
    assert page.context["choices"][0]["error"]


@pytest.mark.parametrize("value", ["", "card", "\x00"])
def test_unknown_payment_is_refused(filled: Client, value: str) -> None:
    filled.post(reverse(ADDRESS_URL), ADDRESS)
    choice = filled.get(reverse("checkout:shipping-method")).context["choices"][0]
    page = filled.post(reverse("checkout:shipping-method"), {choice["name"]: "delivery", "method": value})
    assert page.status_code == 422
    assert page.context["method_error"]


def test_parcel_that_cannot_travel_stops_the_checkout_with_a_reason(client: Client) -> None:
    producer = make_producer(partner=make_partner(pickup=False))
    fill_basket(client, make_product(producer=producer, local_delivery_only=True))
    client.post(
        reverse(ADDRESS_URL), {**ADDRESS, "province": "79", "commune": "", "commune_name": "Phường 1"}
    )
    page = client.get(reverse("checkout:shipping-method"))
    assert page.context["stuck"]
    assert "Chỉ giao trong tỉnh" in page.content.decode()
    assert client.get(reverse("checkout:preview")).url == reverse("checkout:shipping-method")


def test_checkout_is_private(filled: Client) -> None:
    for name in (ADDRESS_URL,):
        page = filled.get(reverse(name))
        assert "no-store" in page["Cache-Control"]
        assert 'content="noindex"' in page.content.decode()


def test_delivery_page_costs_the_same_for_one_and_three_parcels(client: Client) -> None:
    counts = []
    for number in (1, 3):
        visitor = Client()
        fill_basket(visitor, *(make_product() for _ in range(number)))
        visitor.post(reverse(ADDRESS_URL), ADDRESS)
        visitor.get(reverse("checkout:shipping-method"))
        with CaptureQueriesContext(connection) as queries:
            visitor.get(reverse("checkout:shipping-method"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16


def test_signed_in_buyer_is_known(client: Client, django_user_model: Any) -> None:
    user = django_user_model.objects.create_user(
        email="lan@example.vn", password="mat-khau-dai", first_name="Lan"
    )
    client.force_login(user)
    fill_basket(client, make_product())
    form = client.get(reverse(ADDRESS_URL)).context["form"]
    assert (form["name"].value(), form["email"].value()) == ("Lan", "lan@example.vn")
    place(client, walk_to_review(client))
    assert Order.objects.get().user == user


def test_basket_count_is_gone_with_the_order(filled: Client) -> None:
    review = walk_to_review(filled)
    assert filled.cookies["cho_basket"].value == "1"
    place(filled, review)
    assert filled.cookies["cho_basket"].value == ""


def test_sales_points_are_folded_away(filled: Client) -> None:
    SalesPoint.objects.create(
        slug="quay", name="Quầy", kind="shop", commune=make_commune(), address="Chợ", pickup=True
    )
    filled.post(reverse(ADDRESS_URL), ADDRESS)
    choice = filled.get(reverse("checkout:shipping-method")).context["choices"][0]
    assert [way["value"] for way in choice["near"]] == ["delivery", "pickup_producer"]
    assert [way["value"] for way in choice["points"]] == ["pickup_point-quay"]
    assert choice["points_open"] is False
    page = filled.post(
        reverse("checkout:shipping-method"), {choice["name"]: "pickup_point-quay", "method": "cod"}
    )
    assert page.status_code == 302
    assert filled.get(reverse("checkout:shipping-method")).context["choices"][0]["points_open"] is True
    place(filled, filled.get(reverse("checkout:preview")))
    assert Order.objects.get().parcels.get().sales_point.name == "Quầy"
