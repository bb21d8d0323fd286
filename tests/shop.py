"""Short ways to a filled basket, a checkout and an order, for tests that begin there."""

from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_class, get_model

from catalogue.models import Product, Province
from shop.checkout import placing
from shop.checkout.purchase import Purchase
from shop.checkout.quote import Quote, quote
from shop.order.models import Order
from shop.shipping.loading import load_shipping
from tests.factories import make_commune, make_product

PROVINCES = (
    "01 31 33 19 20 22 25 24 04 08 11 12 14 15 37 38 40 42 44 46 48 51 52 56 66 68 75 79 80 82 86 91 92 96"
)
ADDRESS = {
    "name": "Nguyễn Thị Ánh",
    "phone": "0912 345 678",
    "email": "anh@example.vn",
    "province": "24",
    "commune": "09292",
    "street": "Thôn Đoàn Kết",
}


def make_market() -> None:
    """Make the tariff and the places it needs."""
    since = date(2025, 7, 1)
    make_commune()
    provinces = [Province(code=code, name=code, kind="tinh", valid_from=since) for code in PROVINCES.split()]
    Province.objects.bulk_create(provinces, ignore_conflicts=True)
    load_shipping()


def make_basket(*products: Product, quantity: int = 1, owner: Any = None) -> Any:
    """Return an open basket with its strategy, offers applied."""
    user = owner or AnonymousUser()
    basket = get_model("basket", "Basket").objects.create(owner=owner)
    basket.strategy = get_class("partner.strategy", "Selector")().strategy(user=user)
    for product in products:
        basket.add_product(product, quantity)
    placing.apply_offers(basket, user)
    return basket


def make_purchase(**fields: Any) -> Purchase:
    """Return a finished purchase: delivery in Bắc Ninh, cash."""
    return Purchase(**{**ADDRESS, "phone": "+84912345678", "method": "cod", **fields})


def show(basket: Any, purchase: Purchase) -> Quote:
    """Return what the review page would show."""
    return quote(basket, purchase)


def make_order(
    *products: Product, quantity: int = 1, purchase: Purchase | None = None, user: Any = None
) -> Order:
    """Return a placed order of new products, one per producer, or of those given."""
    basket = make_basket(*(products or [make_product()]), quantity=quantity, owner=user)
    purchase = purchase or make_purchase()
    shown = quote(basket, purchase).shown()
    return placing.place(
        basket_id=basket.pk, purchase=purchase, shown=shown, user=user or AnonymousUser(), adult=True
    )


def fill_basket(client: Client, *products: Product, quantity: int = 1) -> None:
    """Put products into the client's basket by the shop's own form."""
    for product in products:
        response = client.post(
            reverse("basket:add", args=[product.pk]),
            {"quantity": quantity, "child_id": ""},
            HTTP_SEC_FETCH_SITE="same-origin",
        )
        assert response.status_code in {200, 302}, response.content[:500]


def walk_to_review(client: Client, *, method: str = "cod", **address: Any) -> Any:
    """Fill the first two steps with the first choices; return the review page."""
    response = client.post(reverse("checkout:shipping-address"), {**ADDRESS, **address})
    assert response.status_code == 302, response.content.decode()[:3000]
    page = client.get(reverse("checkout:shipping-method"))
    ways = {
        choice["name"]: next(
            option["value"] for option in [*choice["near"], *choice["points"]] if option["checked"]
        )
        for choice in page.context["choices"]
    }
    response = client.post(reverse("checkout:shipping-method"), {**ways, "method": method})
    assert response.status_code == 302, response.content.decode()[:3000]
    return client.get(reverse("checkout:preview"))


def place(client: Client, review: Any, **fields: Any) -> Any:
    """Press "Đặt hàng" on a review page."""
    return client.post(
        reverse("checkout:preview"), {"shown": review.context["signed"], "terms": "on", **fields}
    )
