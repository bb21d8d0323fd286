"""Where an account is logged in, the end of all its other sessions, and shorter ones for the hub's people."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings
from wagtail.models import ModelLogEntry

from catalogue.access.permissions import grant_moderators, grant_producer
from shop.users import sessions
from shop.users.models import SignIn, User
from tests.factories import make_home, make_partner
from tests.producer_accounts import PASSWORD, make_user

pytestmark = pytest.mark.django_db
OWN = "/tai-khoan/phien/"


@pytest.fixture(autouse=True)
def site(db: None) -> None:
    make_home()


@pytest.fixture
def lan() -> User:
    return make_user("lan@example.vn")


def browser(name: str, door: str = "customer:login") -> Client:
    """Return a browser that has logged in by the form."""
    client = Client(HTTP_USER_AGENT=name)
    prefix = "login-" if door == "customer:login" else ""
    form = {f"{prefix}username": "lan@example.vn", f"{prefix}password": PASSWORD, "login_submit": "1"}
    assert client.post(reverse(door), form).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get(OWN).status_code == 200


def test_the_list_shows_time_browser_and_address_of_each(lan: User) -> None:
    phone, laptop = browser("Firefox/Dien thoai"), browser("Chrome/May tinh", "wagtailadmin_login")
    page = phone.get(OWN).content.decode()
    for words in ("Firefox/Dien thoai", "Chrome/May tinh", "127.0.0.1"):
        assert words in page
    assert page.count("phiên này") == 1
    laptop.post(reverse("customer:logout"))
    assert "Chrome/May tinh" not in phone.get(OWN).content.decode()


def test_nobody_elses_is_shown(lan: User) -> None:
    other = make_user("khac@example.vn")
    SignIn.objects.create(user=other, browser="Cua nguoi khac", mark=other.get_session_auth_hash())
    assert "Cua nguoi khac" not in browser("Firefox").get(OWN).content.decode()
    assert Client().get(OWN).status_code == 302


def test_all_others_end_at_once_and_this_one_stays(lan: User) -> None:
    phone, laptop = browser("Firefox"), browser("Chrome")
    assert is_in(laptop)
    page = phone.post(OWN, follow=True).content.decode()
    assert "Đã đăng xuất mọi nơi khác." in page
    assert "Chrome" not in page
    assert "Firefox" in page
    assert is_in(phone)
    assert not is_in(laptop)
    assert is_in(browser("Chrome"))


def test_a_new_password_leaves_this_one_in_the_list_alone(lan: User) -> None:
    phone = browser("Firefox")
    browser("Chrome")
    new = "mat-khau-moi-11"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert phone.post(reverse("customer:change-password"), form).status_code == 302
    page = phone.get(OWN).content.decode()
    assert "Firefox" in page
    assert "Chrome" not in page


def test_sessions_from_before_there_was_a_nonce_go_on(lan: User) -> None:
    """The release before counted password and address alone."""
    before = lan.get_session_auth_hash()
    assert lan.sessions_nonce == ""
    lan.sessions_nonce = "x"
    assert lan.get_session_auth_hash() != before


def test_log_ins_of_the_cms_stand_in_its_log(lan: User) -> None:
    browser("Firefox")
    assert not ModelLogEntry.objects.filter(action=sessions.LOG_IN).exists()
    grant_moderators(users=[lan])
    phone = browser("Firefox <b>")
    phone.post(OWN)
    entries = ModelLogEntry.objects.for_instance(lan).order_by("pk")
    assert [entry.action for entry in entries] == [sessions.LOG_IN, sessions.END_OTHERS]
    assert entries[0].user == lan
    boss = Client()
    boss.force_login(User.objects.create_superuser("chu@example.vn", PASSWORD))
    history = boss.get(reverse("wagtailusers_users:history", args=[lan.pk])).content.decode()
    assert "Đăng nhập từ 127.0.0.1, Firefox &lt;b&gt;" in history
    assert OWN in phone.get(reverse("wagtailadmin_account")).content.decode()


def after(hours: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False)


@pytest.mark.parametrize("door", ["customer:login", "wagtailadmin_login"])
@pytest.mark.parametrize("role", ["moderator", "producer", "superuser"])
def test_the_hubs_people_log_in_each_day_producers_stay(
    lan: User, settings: Settings, role: str, door: str
) -> None:
    settings.STAFF_SESSION_H = 12
    if role == "moderator":
        grant_moderators(users=[lan])
    elif role == "producer":
        grant_producer(partner=make_partner(), users=[lan])
    else:
        User.objects.update(is_superuser=True, is_staff=True)
    client = browser("Firefox", door)
    with after(11.9):
        assert client.get("/admin/").status_code == 200
    with after(12.1):
        assert client.get("/admin/").status_code == (200 if role == "producer" else 302)
        if role == "superuser":
            again = browser("Firefox", door)
            assert again.get("/dashboard/").status_code == 200
    if role == "superuser":
        with after(24.3):
            assert again.get("/dashboard/").status_code == 302
            assert again.get("/django-admin/").status_code == 302


def test_shoppers_are_not_logged_out_and_public_pages_ask_nobody(lan: User, settings: Settings) -> None:
    settings.STAFF_SESSION_H = 12
    shopper = browser("Firefox")
    with after(13):
        assert shopper.get("/admin/").status_code == 302
        assert is_in(shopper)


def test_old_log_ins_are_forgotten(lan: User) -> None:
    browser("Firefox")
    with after(24 * 15):
        browser("Chrome")
        assert sessions.forget_old() == 1
    assert SignIn.objects.get().browser == "Chrome"
