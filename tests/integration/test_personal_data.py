"""People's own data: consents with a way out, a file of everything, and what is forgotten when."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from shop.core.ratelimit import Limit
from shop.customer.personal_data import forgetting, views
from shop.ledger.models import Remittance
from shop.order.models import Consent, Order, OrderLog
from shop.users.models import User
from tests.factories import make_product
from tests.shop import fill_basket, make_market, make_order, make_purchase, place, walk_to_review

pytestmark = pytest.mark.django_db
PASSWORD = "một hai ba bốn"
DATA = "/tai-khoan/du-lieu/"
NAME = "Nguyễn Thị Ánh"


@pytest.fixture(autouse=True)
def market(site_root: Any) -> None:
    make_market()


@pytest.fixture
def user() -> User:
    return User.objects.create_user("khach@example.vn", PASSWORD, first_name="Chị Khách")


@pytest.fixture
def home(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def over(order: Order, status: str = "Complete") -> Order:
    Order.objects.filter(pk=order.pk).update(status=status)
    order.refresh_from_db()
    return order


def names(order: Order) -> str:
    """Return all that is kept of an order and could name a person."""
    order = Order.objects.get(pk=order.pk)
    columns = Order.objects.filter(pk=order.pk).values().get()
    address = type(order.shipping_address).objects.filter(pk=order.shipping_address_id).values().get()
    return f"{columns} {address} {list(OrderLog.objects.filter(order=order).values())}"


def later(**more: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**more), tick=False)


def test_a_tick_for_news_is_kept_with_time_and_words(client: Client) -> None:
    fill_basket(client, make_product())
    review = walk_to_review(client, marketing_consent="on")
    assert place(client, review).status_code == 302
    consent = Consent.objects.get()
    assert consent.order == Order.objects.get()
    assert consent.purpose == Consent.Purpose.NEWS
    assert consent.email == "anh@example.vn"
    assert consent.wording == "Gửi tôi tin mùa vụ và ưu đãi qua email. Bỏ lúc nào cũng được."
    assert abs(timezone.now() - consent.given_at) < timedelta(minutes=5)
    assert consent.withdrawn_at is None


def test_an_order_needs_no_consent(client: Client) -> None:
    make_order()
    assert not Consent.objects.exists()


def test_words_are_kept_in_the_readers_language() -> None:
    with translation.override("en"):
        make_order(purchase=make_purchase(marketing_consent=True))
    assert Consent.objects.get().wording == "E-mail me season news and offers. I can stop it any time."


def test_the_way_out_stands_on_the_orders_page(client: Client) -> None:
    first, second = (make_order(purchase=make_purchase(marketing_consent=True)) for _ in range(2))
    other = make_order(purchase=make_purchase(marketing_consent=True, email="khac@example.vn"))
    page = client.get(first.get_absolute_url()).content.decode()
    stop = reverse("order:stop_news", args=[first.token])
    assert stop in page
    assert client.post(stop).status_code == 302
    assert {row.order_id for row in Consent.objects.exclude(withdrawn_at=None)} == {first.pk, second.pk}
    assert list(Order.objects.filter(marketing_consent=True)) == [other]
    assert stop not in client.get(first.get_absolute_url()).content.decode()


def test_an_account_sees_and_withdraws_its_own_consents_only(home: Client, user: User) -> None:
    own = make_order(user=user, purchase=make_purchase(marketing_consent=True))
    foreign = make_order(purchase=make_purchase(marketing_consent=True, email="khac@example.vn"))
    shown = home.get(DATA).content.decode()
    assert own.number in shown
    assert foreign.number not in shown
    url = reverse("customer:withdraw-consent", args=[foreign.consents.get().pk])
    assert home.post(url).status_code == 404
    assert home.post(reverse("customer:withdraw-consent", args=[own.consents.get().pk])).status_code == 302
    assert own.consents.get().withdrawn_at
    assert foreign.consents.get().withdrawn_at is None


def test_the_file_has_all_of_the_account_and_nobody_elses(home: Client, user: User) -> None:
    own = make_order(user=user, purchase=make_purchase(marketing_consent=True, gift_message="Chúc mừng"))
    foreign = make_order(purchase=make_purchase(name="Người Lạ"))
    answer = home.post(DATA, {"password": PASSWORD})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    found = json.loads(answer.content)
    assert found["account"]["email"] == "khach@example.vn"
    [order] = found["orders"]
    assert order["number"] == own.number
    assert order["recipient"]["name"] == NAME
    assert order["gift_message"] == "Chúc mừng"
    assert order["parcels"][0]["goods"][0]["quantity"] == 1
    assert found["consents"][0]["purpose"] == "news"
    text = answer.content.decode()
    assert foreign.number not in text
    assert "Người Lạ" not in text
    assert user.password not in text
    assert own.token not in text


def test_the_file_wants_the_password_and_has_a_limit(home: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "DOWNLOAD", Limit("few", 2, 9, 900))
    assert "attachment" not in home.post(DATA, {"password": "sai"}).get("Content-Disposition", "")
    statuses = [home.post(DATA, {"password": PASSWORD}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert Client().get(DATA).status_code == 302


def test_a_deleted_accounts_order_keeps_what_accounts_need_alone(home: Client, user: User) -> None:
    order = over(
        make_order(user=user, purchase=make_purchase(marketing_consent=True, gift_message="Chúc mừng"))
    )
    total = order.total_incl_tax
    assert home.post("/tai-khoan/xoa/", {"password": PASSWORD}).status_code == 302
    assert not User.objects.filter(pk=user.pk).exists()
    order.refresh_from_db()
    assert order.account_deleted_at
    assert order.consents.get().withdrawn_at
    with later(days=6):
        assert forgetting.forget_contacts() == 0  # goods may still come back
    with later(days=8):
        assert forgetting.forget_contacts() == 1
        assert forgetting.forget_contacts() == 0
    kept = names(order)
    assert NAME in kept
    for gone in ("anh@example.vn", "912345678", "Chúc mừng"):
        assert gone not in kept
    assert not order.consents.exists()
    order.refresh_from_db()
    assert order.total_incl_tax == total


def test_staff_deleting_an_account_leave_its_orders_the_same_way(user: User) -> None:
    order = over(make_order(user=user))
    User.objects.filter(pk=user.pk).delete()
    order.refresh_from_db()
    assert order.account_deleted_at


def test_an_order_loses_who_bought_when_its_legal_term_is_over(settings: Settings, client: Client) -> None:
    settings.ORDER_KEEP_Y = 10
    year = timezone.localdate().year
    purchase = make_purchase(gift_message="Chúc mừng", marketing_consent=True)
    order, open_one = over(make_order(purchase=purchase)), make_order()
    lists = Remittance.objects.create(
        carrier="GHN", name="a.csv", digest="x", rows=[[NAME]], tables=[], by_name="Hoa",
        confirmed_at=timezone.now(),
    )  # fmt: skip
    total, page = order.total_incl_tax, order.get_absolute_url()
    with time_machine.travel(f"{year + 10}-12-31 12:00+07:00", tick=False):
        assert forgetting.anonymise_old() == 0
    with time_machine.travel(f"{year + 11}-01-01 12:00+07:00", tick=False):
        assert forgetting.anonymise_old() == 1
        assert forgetting.anonymise_old() == 0
    lists.refresh_from_db()
    assert lists.rows == []
    kept = names(order)
    for gone in (NAME, "anh@example.vn", "912345678", "Chúc mừng", "Thôn Đoàn Kết"):
        assert gone not in kept
    order.refresh_from_db()
    assert order.anonymised_at
    assert order.total_incl_tax == total
    assert order.shipping_address.province_id
    assert NAME in names(open_one)
    assert client.get(page).status_code == 200


def test_none_is_anonymised_where_the_setting_says_never(settings: Settings) -> None:
    settings.ORDER_KEEP_Y = 0
    over(make_order())
    with later(days=30 * 365):
        assert forgetting.anonymise_old() == 0
