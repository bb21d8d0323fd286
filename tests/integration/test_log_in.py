"""One log-in for CMS and shop, braked everywhere a password can be guessed."""

import pytest
from django.test import Client
from django.urls import reverse

from shop.core.ratelimit import LOG_IN
from shop.users.models import User

PASSWORD = "một hai ba bốn"


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_superuser("chu@example.vn", PASSWORD)


@pytest.mark.parametrize(
    ("view", "prefix"), [("wagtailadmin_login", ""), ("admin:login", ""), ("customer:login", "login-")]
)
def test_guessing_ends_even_with_the_right_password(
    client: Client, admin: User, view: str, prefix: str
) -> None:
    def attempt(password: str) -> int:
        data = {f"{prefix}username": admin.email, f"{prefix}password": password}
        return client.post(reverse(view), data | {"login_submit": "1"}).status_code

    assert {attempt(f"sai {number}") for number in range(LOG_IN.tries)} == {200}
    assert attempt(PASSWORD) == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("view", ["wagtailadmin_login", "admin:login"])
def test_the_e_mail_logs_in(client: Client, admin: User, view: str) -> None:
    response = client.post(reverse(view), {"username": admin.email, "password": PASSWORD})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(admin.pk)


def test_the_dashboard_uses_the_cms_log_in(client: Client) -> None:
    response = client.get("/dashboard/login/?next=/dashboard/")
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('wagtailadmin_login')}?next=/dashboard/"
