"""Looking makes no rows: no basket, no session, nothing; baskets that nobody uses again are removed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from oscar.core.loading import get_model
from pytest_django.fixtures import Settings

from shop.basket import jobs
from shop.core import ratelimit
from shop.core.ratelimit import Limit
from shop.order.models import Order
from shop.users.models import User
from tests.factories import make_product
from tests.shop import fill_basket, make_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
Basket = get_model("basket", "Basket")
STAFF = ("wagtail", "admin:", "dashboard:", "shop_", "producer_")


@pytest.fixture
def user() -> User:
    return User.objects.create_user("khach@example.vn", "một hai ba bốn")


def rows() -> dict[str, int]:
    """Count the rows of every table."""
    there = set(connection.introspection.table_names())
    tables = [model for model in apps.get_models() if model._meta.db_table in there]
    return {model._meta.label: model._default_manager.count() for model in tables}


def names(patterns: Any, prefix: str = "") -> Iterator[str]:
    """Yield the name of every address outside the admins."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{prefix}{pattern.name}"


def addresses() -> list[str]:
    found = ["/", "/?page=2", "/gio-hang/?tinh=24", "/thanh-toan/xa-phuong/?province=24", "/tim-kiem/?q=gom"]
    for name in sorted(set(names(get_resolver().url_patterns))):
        if not name.startswith(STAFF):
            try:
                found.append(reverse(name))
            except NoReverseMatch:
                continue  # needs a key
    return found


def crawl(client: Client, product: Any) -> dict[str, tuple[int, int]]:
    """Look at everything; return which tables have more or fewer rows than before."""
    order = make_order(product)
    more = [order.get_absolute_url(), product.page().url, f"/en{product.page().url}", "/khong-co/"]
    every = [*addresses(), *more]
    assert len(every) > 40
    client.get("/")
    before = rows()
    for address in every:
        assert client.get(address).status_code < 500, address
    after = rows()
    return {label: (before[label], after[label]) for label in before if before[label] != after[label]}


def test_a_stranger_makes_none(client: Client) -> None:
    assert crawl(client, make_product()) == {}
    assert not Session.objects.exists()


def test_whoever_comes_with_old_cookies_makes_none(client: Client) -> None:
    product = make_product()
    fill_basket(client, product)
    client.cookies["sessionid"] = "a" * 32
    assert crawl(client, product) == {}


def test_whoever_is_signed_in_makes_none(client: Client, user: User) -> None:
    client.force_login(user)
    assert crawl(client, make_product()) == {}
    assert not Basket.objects.filter(owner=user).exists()


def test_a_row_comes_with_the_first_product(client: Client, user: User) -> None:
    client.force_login(user)
    fill_basket(client, *(make_product() for _ in range(2)))
    assert Basket.objects.get(owner=user).lines.count() == 2


def test_a_basket_from_before_the_log_in_becomes_the_accounts(client: Client, user: User) -> None:
    fill_basket(client, make_product())
    client.post(
        "/tai-khoan/dang-nhap/",
        {"login-username": user.email, "login-password": "một hai ba bốn", "login_submit": "1"},
    )
    fill_basket(client, make_product())
    assert Basket.objects.get().owner == user
    assert Basket.objects.get().lines.count() == 2


def test_the_province_looked_at_last_is_remembered(client: Client) -> None:
    fill_basket(client, make_product())
    client.get("/gio-hang/?tinh=79")
    assert client.get("/gio-hang/").context["province"] == "79"
    client.cookies["cho_province"] = "<script>"
    assert client.get("/gio-hang/").context["province"] == "24"


def test_a_network_does_not_fill_baskets_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    few = Limit("new-basket", tries=2, tries_per_address=2, window_s=3600)
    monkeypatch.setattr("shop.basket.views.NEW_BASKET", few)
    product = make_product()
    url = reverse("basket:add", args=[product.pk])
    answers = [Client().post(url, {"quantity": 1}) for _ in range(4)]
    assert Basket.objects.count() == 2
    assert ratelimit.message(few) in answers[-1].content.decode()


def grow_old(days: int, *, lines: int | None = None) -> None:
    at = timezone.now() - timedelta(days=days)
    Basket.objects.update(date_created=at)
    get_model("basket", "Line").objects.update(
        date_updated=at if lines is None else timezone.now() - timedelta(days=lines)
    )


def test_only_baskets_that_nobody_uses_are_removed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    settings.BASKET_KEEP_D = 30
    product = make_product()
    order = make_order(product)
    for _ in range(5):
        fill_basket(Client(), product)
    Basket.objects.create(status="Merged")
    grow_old(29)
    assert jobs.remove_unused() == 0
    grow_old(31, lines=1)
    assert jobs.remove_unused() == 1
    grow_old(31)
    fill_basket(Client(), product)
    Order.objects.filter(pk=order.pk).update(status="Cancelled")
    assert jobs.remove_unused() == 5
    assert set(Basket.objects.values_list("status", flat=True)) == {"Open", "Submitted"}
    assert Order.objects.get().basket is not None
