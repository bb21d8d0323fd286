"""The end of an account: not while something hangs on it alone, and never without a mail."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email
from wagtail.models import ModelLogEntry

from catalogue.access.permissions import grant_producer
from shop.order.models import Order
from shop.partner import people
from shop.users.models import User
from tests.factories import make_home, make_partner
from tests.producer_accounts import PASSWORD, log_in, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(db: None) -> None:
    make_home()


@pytest.fixture
def lan() -> User:
    return make_user("lan@example.vn", first_name="Lan")


def delete(user: User) -> str:
    answer = log_in(user).post(reverse("customer:profile-delete"), {"password": PASSWORD}, follow=True)
    return answer.content.decode()


def is_there(user: User) -> bool:
    return User.objects.filter(pk=user.pk).exists()


def subjects(to: str) -> list[str]:
    return [mail.subject.partition(",")[0] for mail in Email.objects.order_by("pk") if mail.to == [to]]


def make_order(user: User, status: str) -> Order:
    made: Order = Order.objects.create(
        number=f"A{user.pk}",
        user=user,
        currency="VND",
        total_incl_tax=150_000,
        total_excl_tax=150_000,
        status=status,
    )
    return made


@pytest.mark.parametrize("status", Order.Status.values)
def test_open_orders_keep_the_account(lan: User, status: str) -> None:
    make_order(lan, status)
    is_open = status in {"Pending payment", "Placed", "Processing"}
    assert ("chưa xong" in delete(lan)) == is_open
    assert is_there(lan) == is_open
    assert subjects("lan@example.vn") == ([] if is_open else ["Tài khoản đã xoá"])


def test_a_producers_last_person_stays_and_the_others_hear_of_who_goes(lan: User) -> None:
    partner = make_partner(name="HTX Tân Yên")
    grant_producer(partner=partner, users=[lan])
    assert "người cuối cùng của gian hàng HTX Tân Yên" in delete(lan)
    closed = make_user("cu@example.vn")
    closed.is_active = False
    closed.save()
    grant_producer(partner=partner, users=[closed])
    assert "người cuối cùng" in delete(lan)
    grant_producer(partner=partner, users=[make_user("cuc@example.vn")])
    delete(lan)
    assert not is_there(lan)
    assert subjects("cuc@example.vn") == ["Có người rời gian hàng"]
    assert (
        ModelLogEntry.objects.for_instance(partner).get(action=people.LEAVE).data["email"] == "lan@example.vn"
    )


def test_the_last_superuser_stays() -> None:
    boss = User.objects.create_superuser("chu@example.vn", PASSWORD)
    assert "quản trị viên cuối cùng" in delete(boss)
    assert is_there(boss)
    User.objects.create_superuser("chu2@example.vn", PASSWORD)
    delete(boss)
    assert not is_there(boss)


def test_who_is_deleted_in_the_cms_hears_of_it(lan: User) -> None:
    boss = log_in(User.objects.create_superuser("chu@example.vn", PASSWORD))
    boss.post(reverse("wagtailusers_users:delete", args=[lan.pk]))
    assert not is_there(lan)
    assert subjects("lan@example.vn") == ["Tài khoản đã xoá"]


def test_djangos_admin_deletes_nobody_and_keeps_the_last_superuser(lan: User, client: Client) -> None:
    boss: Any = User.objects.create_superuser("chu@example.vn", PASSWORD)
    client.force_login(boss)
    for user in (boss, lan):
        assert (
            client.post(reverse("admin:users_user_delete", args=[user.pk]), {"post": "yes"}).status_code
            == 403
        )
    form = {"email": boss.email, "is_active": "on", "is_staff": "on", "groups": []}
    day = {"last_login_0": "", "last_login_1": "", "date_joined_0": "01/12/2026", "date_joined_1": "10:00:00"}
    url = reverse("admin:users_user_change", args=[boss.pk])
    assert "quản trị viên cuối cùng" in client.post(url, {**form, **day}).content.decode()
    User.objects.create_superuser("chu2@example.vn", PASSWORD)
    assert client.post(url, {**form, **day}).status_code == 302
