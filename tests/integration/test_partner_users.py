"""Users of a partner, made by staff in Oscar's dashboard."""

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse

from shop.users.models import User
from tests.factories import make_home, make_product
from tests.producer_accounts import log_in

pytestmark = pytest.mark.django_db
NEW = {
    "first_name": "Lan",
    "email": "lan@Example.VN",
    "password1": "mat-khau-dai-12",
    "password2": "mat-khau-dai-12",
}


@pytest.fixture
def boss(django_user_model: Any) -> Client:
    make_home()
    return log_in(django_user_model.objects.create_superuser("chu@example.vn", "mat-khau-dai-10"))


@pytest.fixture
def partner() -> Any:
    return make_product().stockrecords.get().partner


def asked(boss: Client, partner: Any, **changed: str) -> Any:
    url = reverse("dashboard:partner-user-create", args=[partner.pk])
    assert boss.get(url).status_code == 200
    return boss.post(url, {**NEW, "role": "limited", **changed})


@pytest.mark.parametrize("role", ["limited", "staff"])
def test_a_new_user_logs_in_with_the_rights_of_the_role(boss: Client, partner: Any, role: str) -> None:
    assert asked(boss, partner, role=role).status_code == 302
    user = authenticate(username="lan@example.vn", password=NEW["password1"])
    assert isinstance(user, User)
    assert list(user.partners.all()) == [partner]
    assert user.is_staff == (role == "staff")
    assert user.user_permissions.filter(codename="dashboard_access").exists() == (role == "limited")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"password2": "khac-mat-khau-12"}, "password2"),
        ({"password1": "123", "password2": "123"}, "password2"),
        ({"email": "CHU@example.vn"}, "email"),
        ({"email": ""}, "email"),
        ({"role": "chu"}, "role"),
    ],
)
def test_what_is_wrong_is_told_beside_the_field(
    boss: Client, partner: Any, changed: dict[str, str], field: str
) -> None:
    answer = asked(boss, partner, **changed)
    assert answer.status_code == 200
    assert answer.context["form"].errors[field]
    assert not partner.users.exists()
