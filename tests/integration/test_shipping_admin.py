"""The tariff in the admin: hub staff change it, two zones never share a province."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from shop.shipping.models import ShippingTariff, ShippingZone, ZoneProvince
from shop.users.models import User
from tests.factories import make_commune

pytestmark = pytest.mark.django_db
ZONE = {
    "name": "Gần",
    "name_en": "Near",
    "slug": "gan",
    "position": "1",
    "base_price": "18000",
    "base_weight_g": "1000",
    "step_price": "2500",
    "step_weight_g": "500",
    "min_days": "1",
    "max_days": "2",
    "provinces-INITIAL_FORMS": "0",
    "provinces-MIN_NUM_FORMS": "0",
    "provinces-MAX_NUM_FORMS": "1000",
}


@pytest.fixture
def staff(client: Client) -> Client:
    for code in ("24", "01"):
        make_commune(code=f"{code}000", province_code=code)
    client.force_login(User.objects.create_superuser("chu@example.vn", "mot mat khau dai"))
    return client


def zone(*codes: str, **changes: str) -> dict[str, str]:
    """Return a posted zone form with these provinces."""
    data = {**ZONE, **changes, "provinces-TOTAL_FORMS": str(len(codes))}
    for number, code in enumerate(codes):
        data |= {f"provinces-{number}-province": code, f"provinces-{number}-id": ""}
    return data


def test_zone_is_made_with_its_provinces(staff: Client) -> None:
    assert staff.get(reverse("shippingzone:index")).status_code == 200
    assert staff.post(reverse("shippingzone:add"), zone("24", "01")).status_code == 302
    assert sorted(ZoneProvince.objects.values_list("zone__slug", "province_id")) == [
        ("gan", "01"),
        ("gan", "24"),
    ]


def test_province_of_another_zone_is_refused_in_the_form(staff: Client) -> None:
    staff.post(reverse("shippingzone:add"), zone("24"))
    response = staff.post(reverse("shippingzone:add"), zone("24", slug="xa", name="Xa"))
    assert response.status_code == 200
    assert [row.slug for row in ShippingZone.objects.all()] == ["gan"]


@pytest.mark.parametrize(
    "bad", [{"step_weight_g": "0"}, {"min_days": "5"}, {"base_price": "-1"}, {"base_price": "🍎"}]
)
def test_nonsense_is_refused_in_the_form(staff: Client, bad: dict[str, str]) -> None:
    assert staff.post(reverse("shippingzone:add"), zone("24", **bad)).status_code == 200
    assert not ShippingZone.objects.exists()


def test_rules_are_one_form(staff: Client) -> None:
    url = reverse("wagtailsettings:edit", args=["shipping", "shippingtariff"])
    page = staff.get(url, follow=True)
    assert page.status_code == 200
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None or value is False else str(value) for name, value in shown.items()}
    staff.post(page.request["PATH_INFO"], {**data, "max_weight_g": "15000"})
    assert ShippingTariff.current().max_weight_g == 15_000
    assert ShippingTariff.objects.count() == 1


def test_people_without_the_permission_see_nothing(staff: Client) -> None:
    group = Group.objects.create(name="Khác")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    other = User.objects.create_user("khac@example.vn")
    other.groups.add(group)
    staff.force_login(other)
    for name in ("shippingzone:index", "shippingzone:add"):
        assert staff.get(reverse(name)).status_code in {302, 403}
    assert staff.post(reverse("shippingzone:add"), zone("24")).status_code in {302, 403}
    assert not ShippingZone.objects.exists()
