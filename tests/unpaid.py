"""Buyers in tests who hold what they have not paid for."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from post_office.models import Email
from pytest_django.fixtures import Settings

from catalogue.models import Product
from shop.checkout import placing
from shop.checkout.quote import quote
from shop.partner.models import StockRecord
from shop.payment import unpaid
from tests.factories import make_product
from tests.prepaid import COD, PATH, Prepaid
from tests.shop import fill_basket, make_basket, make_market, make_purchase, walk_to_review
from tests.transfers import VIETQR, make_account

MOST = 2
OTHER = {"phone": "+84987654321", "email": "khac@example.vn"}
CODE = re.compile(r"\b(\d{6})\b")


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Any:
    settings.PAYMENT_PROVIDERS = [COD, VIETQR, PATH]
    settings.PROXY_COUNT, settings.UNPAID_ORDERS = 1, MOST
    Prepaid.forget()
    make_market()
    make_account()
    yield
    Prepaid.forget()


@pytest.fixture
def plenty() -> Product:
    return make_product(price=100_000, stock=1000)


def review(client: Client, product: Product, *, quantity: int = 1, method: str = "bank", **who: str) -> Any:
    fill_basket(client, product, quantity=quantity)
    return walk_to_review(client, method=method, **who)


def buy(
    product: Product,
    *,
    network: int = 1,
    confirmed: bool = False,
    quantity: int = 1,
    method: str = "bank",
    user: Any = None,
    **who: str,
) -> str:
    """Order as a new visitor from some network; return "" or what there is too much of."""
    basket = make_basket(product, quantity=quantity, owner=user)
    purchase = make_purchase(method=method, **who)
    try:
        placing.place(
            basket_id=basket.pk,
            purchase=purchase,
            shown=quote(basket, purchase).shown(),
            user=user or AnonymousUser(),
            asked_by=placing.Asker(network=f"198.51.100.{network}", confirmed=confirmed),
        )
    except unpaid.OverBudget as over:
        return over.what
    return ""


def person(number: int) -> dict[str, str]:
    return {"phone": f"+849121{number:05d}", "email": f"nguoi{number}@example.vn"}


def held(product: Product) -> int:
    return StockRecord.objects.get(product=product).num_allocated or 0


def code_of(email: str) -> str:
    mail = Email.objects.filter(to=email, subject__contains="Mã xác nhận").latest("pk")
    return CODE.search(mail.message)[1]
