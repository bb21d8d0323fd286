"""Budgets counted in the database: mails to one recipient, wrong passwords of one account, over all addresses."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from post_office.models import Email
from pytest_django.fixtures import Settings
from wagtail.users.models import UserProfile

from shop.users import budgets
from shop.users.budgets import Budget, forget, forget_old, spend
from shop.users.mail_budget import mailbox
from shop.users.models import BudgetUse, User

pytestmark = pytest.mark.django_db
PASSWORD = "một hai ba bốn"
FEW = Budget("few", 2)
LOG_INS = [("wagtailadmin_login", ""), ("admin:login", ""), ("customer:login", "login-")]


@pytest.fixture(autouse=True)
def site(site_root: Any, settings: Settings) -> Any:
    settings.PROXY_COUNT = 1
    settings.MAILS_PER_RECIPIENT, settings.LOG_IN_FAILURES = 3, 4
    return site_root


@pytest.fixture
def owner() -> User:
    User.objects.create_superuser("chu2@example.vn", PASSWORD)  # so that the other may go
    return User.objects.create_superuser("chu@example.vn", PASSWORD)


def from_elsewhere(number: int) -> dict[str, str]:
    return {"X-Forwarded-For": f"198.51.100.{number}"}


def log_in(
    client: Client, password: str, number: int = 1, *, to: int = 2, email: str = "chu@example.vn"
) -> Any:
    view, prefix = LOG_INS[to]
    data = {f"{prefix}username": email, f"{prefix}password": password, "login_submit": "1"}
    return client.post(reverse(view), data, headers=from_elsewhere(number))


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_budget_ends_and_begins_anew_when_its_time_is_over() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert [spend(FEW, "a") for _ in range(4)] == [True, True, False, False]
        assert spend(FEW, "b")
        assert not spend(FEW, " A ")
        clock.shift(timedelta(hours=1, seconds=1))
        assert [spend(FEW, "a") for _ in range(3)] == [True, True, False]
        forget(FEW, "a")
        assert spend(FEW, "a")
        assert not BudgetUse.objects.filter(digest__contains="a@").exists()


def test_zero_is_no_limit() -> None:
    assert all(spend(Budget("none", 0), "a") for _ in range(9))
    assert not BudgetUse.objects.exists()


def test_old_counts_are_forgotten_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "BATCH", 2)
    for number in range(5):
        spend(FEW, str(number))
    BudgetUse.objects.update(begun_at=timezone.now() - budgets.KEEP - timedelta(minutes=1))
    spend(FEW, "new")
    assert forget_old() == 5
    assert BudgetUse.objects.count() == 1


def test_no_more_mails_than_the_budget_over_all_doors(
    client: Client, owner: User, caplog: pytest.LogCaptureFixture
) -> None:
    """Fourteen went to one victim: by the shop's door and the CMS's, each time from another address."""
    answers = set()
    with caplog.at_level(logging.WARNING, logger="shop.users.mail_budget"):
        for number in range(14):
            door = ("password-reset", "wagtailadmin_password_reset")[number % 2]
            answers.add(
                client.post(reverse(door), {"email": owner.email}, headers=from_elsewhere(number)).status_code
            )
    assert answers == {302}
    assert Email.objects.count() == 3
    assert "Too many mails to one recipient within the hour: password reset is not sent" in caplog.messages
    assert owner.email not in caplog.text


def test_other_recipients_get_theirs(client: Client, owner: User) -> None:
    User.objects.create_user("khac@example.vn", PASSWORD)
    for email in [owner.email] * 4 + ["khac@example.vn"]:
        client.post(reverse("password-reset"), {"email": email})
    assert [mail.to for mail in Email.objects.order_by("pk")].count(["khac@example.vn"]) == 1


def test_one_mailbox_has_one_budget(client: Client, owner: User) -> None:
    for number in range(5):
        User.objects.create_user(f"lan+{number}@example.vn", PASSWORD)
        client.post(reverse("password-reset"), {"email": f"lan+{number}@example.vn"})
    assert Email.objects.count() == 3


@pytest.mark.parametrize(
    ("address", "box"),
    [
        ("L.an.Anh+1@gmail.com", "lananh@gmail.com"),
        ("lan.anh@GoogleMail.com", "lananh@gmail.com"),
        ("lan.anh@example.vn", "lan.anh@example.vn"),
    ],
)
def test_spellings_of_one_mailbox(address: str, box: str) -> None:
    assert mailbox(address) == box


@pytest.mark.parametrize("door", range(3))
def test_guessing_from_many_addresses_ends(client: Client, owner: User, door: int) -> None:
    for number in range(4):
        assert log_in(client, "sai", number, to=number % 3).status_code == 200
    page = log_in(client, PASSWORD, 9, to=door)
    assert not is_in(client)
    assert "nhập sai mật khẩu quá nhiều lần" in page.content.decode()


def test_the_owner_gets_one_mail_whose_link_lets_in(client: Client, owner: User) -> None:
    for number in range(20):
        log_in(client, "sai", number)
    mail = Email.objects.get()
    assert mail.to == [owner.email]
    path = re.search(r"https?://[^/]+(\S+)", mail.message)[1]
    form = client.get(path, follow=True)
    new = {"new_password1": "năm sáu bảy tám", "new_password2": "năm sáu bảy tám"}
    changed = client.post(form.request["PATH_INFO"], new)
    assert changed.status_code == 302
    assert changed.url == reverse("wagtailadmin_home")
    assert is_in(client)
    client.logout()
    log_in(client, "năm sáu bảy tám", 30)
    assert is_in(client)


def test_nobody_learns_which_addresses_have_an_account(client: Client, owner: User) -> None:
    def answers(email: str, first: int) -> list[str]:
        pages = [log_in(client, "sai", first + number, email=email).content.decode() for number in range(6)]
        return [re.sub(r"\s+|name=.csrf.*", " ", page.replace(email, "")) for page in pages]

    assert answers(owner.email, 10) == answers("la@example.vn", 20)
    assert Email.objects.count() == 1


def test_only_failures_add_up(client: Client, owner: User) -> None:
    for number in range(9):
        log_in(client, PASSWORD, number)
        assert is_in(client)
        client.logout()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_warning_is_in_the_owners_language(client: Client, owner: User, language: str) -> None:
    """Whoever guesses chose the page, and so the language of the mail to the owner."""
    with translation.override(language):
        log_in(client, PASSWORD)
    client.logout()
    with translation.override("en" if language == "vi" else "vi"):
        for number in range(5):
            log_in(client, "sai", number)
    subject = Email.objects.get().subject
    assert subject.startswith("Có người đoán" if language == "vi" else "Somebody")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("door", ["password-reset", "wagtailadmin_password_reset", "customer:login"])
def test_what_strangers_ask_for_is_in_the_owners_language(
    client: Client, owner: User, language: str, door: str
) -> None:
    User.objects.filter(pk=owner.pk).update(language=language)
    with translation.override("en" if language == "vi" else "vi"):
        data = {"email": owner.email, "registration-email": owner.email, "registration_submit": "1"}
        client.post(reverse(door), data)
    words = {"vi": ("Đặt mật khẩu mới", "Bạn đã có"), "en": ("Set a new password", "You have an account")}
    assert Email.objects.get().subject.startswith(words[language])


def test_the_language_chosen_in_the_cms_comes_first(client: Client, owner: User) -> None:
    log_in(client, PASSWORD)
    client.logout()
    profile = UserProfile.get_for_user(owner)
    profile.preferred_language = "en"
    profile.save()
    for number in range(5):
        log_in(client, "sai", number)
    assert Email.objects.get().subject.startswith("Somebody")


@pytest.mark.parametrize("door", range(3))
def test_unknown_addresses_take_as_many_hashes_as_known_ones(
    client: Client, owner: User, monkeypatch: pytest.MonkeyPatch, door: int
) -> None:
    """A wrong password of an account was hashed twice, one of none once: its answer came sooner."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(args[1]) or encode(*args))
    User.objects.create_user("moi@example.vn")  # without a password
    hashed.clear()
    for email in (owner.email, "CHU@example.vn", "moi@example.vn", "la@example.vn"):
        log_in(client, "sai", to=door, email=email)
        assert len(hashed) == 1
        hashed.clear()


@pytest.mark.parametrize("door", range(3))
def test_every_door_takes_an_address_however_it_is_written(client: Client, owner: User, door: int) -> None:
    log_in(client, PASSWORD, to=door, email="Chu@Example.VN")
    assert is_in(client)


class TestInside:
    """A session may be stolen: wrong passwords typed in it count, of the account and of the session."""

    NEW = "năm sáu bảy tám"

    @pytest.fixture(autouse=True)
    def inside(self, client: Client, owner: User) -> None:
        owner.first_name, owner.last_name = "Chủ", "Chợ"
        owner.save()
        client.force_login(owner)

    def ask(self, client: Client, what: str, password: str) -> str:
        name = {"first_name": "Chủ", "last_name": "Chợ", "email": "chu@example.vn"}
        new = {"new_password1": self.NEW, "new_password2": self.NEW}
        cms = {f"name_email-{key}": value for key, value in name.items()}
        cms |= {"locale-preferred_language": "vi", "theme-theme": "system", "theme-contrast": "system"}
        cms |= {"theme-density": "default", "theme-keyboard_shortcuts": "on"}
        where, data = {
            "change password": ("customer:change-password", {"old_password": password, **new}),
            "delete account": ("customer:profile-delete", {"password": password}),
            "change e-mail": (
                "customer:profile-view", {**name, "email": "moi@example.vn", "password": password}
            ),
            "CMS password": (
                "wagtailadmin_account",
                {**cms, "password-old_password": password}
                | {f"password-{key}": value for key, value in new.items()},
            ),
            "CMS e-mail": (
                "wagtailadmin_account",
                {**cms, "name_email-email": "moi@example.vn", "name_email-password": password},
            ),
        }[what]  # fmt: skip
        page = client.post(reverse(where), data, follow=True).content.decode()
        if mail := Email.objects.filter(subject__startswith="Xác nhận địa chỉ").first():
            client.post(re.search(r"https?://[^/]+(\S+)", mail.message)[1])
            mail.delete()
        return page

    def test_the_cms_says_where_a_link_was_mailed(self, client: Client) -> None:
        """It said that all was changed, and showed the old address."""
        assert "vừa gửi tới moi@example.vn" in self.ask(client, "CMS e-mail", PASSWORD)

    def test_who_edits_the_own_address_among_the_users_stays_in(self, client: Client, owner: User) -> None:
        url = reverse("wagtailusers_users:edit", args=[owner.pk])
        data = {"email": "moi@example.vn", "first_name": "Chủ", "last_name": "Chợ"}
        assert client.post(url, data).status_code == 302
        owner.refresh_from_db()
        assert owner.email == "moi@example.vn"
        assert client.get(url).status_code == 200

    def is_changed(self, owner: User) -> bool:
        now = User.objects.filter(pk=owner.pk).first()
        return now is None or now.email != "chu@example.vn" or now.check_password(self.NEW)

    WAYS = ["change password", "delete account", "change e-mail", "CMS password", "CMS e-mail"]

    @pytest.mark.parametrize("what", WAYS)
    def test_the_right_password_does(self, client: Client, owner: User, what: str) -> None:
        self.ask(client, what, PASSWORD)
        assert self.is_changed(owner)

    @pytest.mark.parametrize("what", WAYS)
    def test_of_the_account_they_end_and_the_owner_hears_why(
        self, client: Client, owner: User, what: str
    ) -> None:
        pages = [self.ask(client, what, "sai") for _ in range(4)]
        assert "quá nhiều lần" not in "".join(pages)
        page = self.ask(client, what, PASSWORD)
        assert not self.is_changed(owner)
        assert "nhập sai mật khẩu quá nhiều lần" in page  # not: the password is wrong
        assert Email.objects.get().to == [owner.email]

    @pytest.mark.parametrize("what", WAYS)
    def test_of_a_session_they_end_before_the_owner_is_kept_out(
        self, client: Client, owner: User, settings: Settings, what: str
    ) -> None:
        settings.LOG_IN_FAILURES = 60
        for _ in range(10):
            self.ask(client, what, "sai")
        page = self.ask(client, what, PASSWORD)
        assert not self.is_changed(owner)
        assert "Mật khẩu bị nhập sai quá nhiều lần" in page
        other = Client()
        log_in(other, PASSWORD)
        assert is_in(other)

    @pytest.mark.parametrize("what", ["change e-mail", "CMS e-mail"])
    def test_none_typed_is_no_guess(self, client: Client, owner: User, what: str) -> None:
        for _ in range(9):
            self.ask(client, what, "")
        self.ask(client, what, PASSWORD)
        assert self.is_changed(owner)

    @pytest.mark.parametrize("what", ["change password", "change e-mail", "CMS password", "CMS e-mail"])
    def test_a_change_ends_the_other_sessions_and_is_told(
        self, client: Client, owner: User, what: str
    ) -> None:
        thief = Client()
        thief.force_login(owner)
        account = reverse("customer:summary")
        assert thief.get(account).status_code == 200
        self.ask(client, what, PASSWORD)
        assert self.is_changed(owner)
        assert thief.get(account).status_code == 302
        assert client.get(account).status_code == 200
        assert Email.objects.get().to == ["chu@example.vn"]

    @pytest.mark.parametrize("what", ["change e-mail", "CMS e-mail"])
    def test_nobody_learns_who_has_an_account(self, client: Client, owner: User, what: str) -> None:
        other = User.objects.create_user("moi@example.vn", PASSWORD)
        page = self.ask(client, what, PASSWORD)
        assert 'aria-invalid="true"' not in page
        assert not self.is_changed(owner)
        assert Email.objects.get().to == [other.email]

    def test_djangos_own_page_leads_to_ours(self, client: Client) -> None:
        assert client.get("/django-admin/password_change/").url == reverse("customer:change-password")
