"""What changes between the review and the order is told, and nothing is ordered unseen."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from catalogue.models import Product
from shop.order.models import Order
from shop.partner.models import StockRecord
from tests.checkout import ADDRESS_URL, filled
from tests.factories import make_product
from tests.shop import ADDRESS, fill_basket, make_order, place, walk_to_review

__all__ = ["filled"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


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
