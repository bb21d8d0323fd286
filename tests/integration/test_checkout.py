"""The guest's way through the real views, and what is refused on it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from catalogue.models import SalesPoint
from home.models import MarketSettings, StandardPage
from shop.order.models import Order
from tests.checkout import ADDRESS_URL, filled
from tests.factories import make_commune, make_home, make_partner, make_producer, make_product, translate
from tests.shop import ADDRESS, fill_basket, place, walk_to_review

__all__ = ["filled"]
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


def test_review_links_what_is_agreed_to_and_says_how_long_one_may_claim(filled: Client) -> None:
    returns = name_promises()
    text = walk_to_review(filled, gift_message="Chúc Tết").content.decode()
    label = text.split('for="id_terms"')[1].split("</label>")[0]
    assert re.findall(r'href="([^"]*)"', label) == ["/dieu-khoan/", "/doi-tra/", "/du-lieu/"]
    assert "báo trong 7 ngày từ lúc nhận" in text
    filled.get(returns.url)  # what was typed waits in the session
    back = filled.get(reverse("checkout:preview"))
    assert "Chúc Tết" in back.content.decode()
    assert place(filled, back).status_code == 302


def test_english_review_links_the_english_pages(filled: Client) -> None:
    english = translate(name_promises(), title="Returns", slug="returns", intro="Tell us within 9 days.")
    walk_to_review(filled)
    with override("en"):
        text = filled.get(reverse("checkout:preview")).content.decode()
    label = text.split('for="id_terms"')[1].split("</label>")[0]
    assert re.findall(r'href="([^"]*)"', label) == ["/dieu-khoan/", english.url, "/du-lieu/"]
    assert "tell us within 7 days of arrival" in text


def test_review_without_named_pages_still_asks(filled: Client) -> None:
    text = walk_to_review(filled).content.decode()
    assert "điều khoản mua hàng" in text.split('for="id_terms"')[1].split("</label>")[0]
    assert "<dt>Đổi trả</dt>" not in text


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
