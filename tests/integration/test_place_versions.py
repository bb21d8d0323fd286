"""Places have names by dates: pages show today's, an order's address keeps its own, staff add the next."""

from datetime import date
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from catalogue import reference
from catalogue.access.permissions import grant_hub_staff
from catalogue.models import Commune, CommuneVersion, Province
from catalogue.place_changes import called, follow_today
from catalogue.seeds import differences
from home.seeds import DATASETS
from shop.address import book
from shop.address.country import home_country
from shop.core.actors import SYSTEM
from shop.fulfilment.addresses import Recipient, correct_address
from shop.order.models import ShippingAddress
from tests.factories import make_commune, make_home, make_product
from tests.place_versions import versions
from tests.producer_accounts import log_in, make_user
from tests.shop import make_market, make_order

pytestmark = pytest.mark.django_db
BEFORE = "2026-09-19 12:00+07:00"
ON_THE_DAY = "2026-09-20 00:01+07:00"


def add_version(commune: Commune, kind: str, since: date, name: str = "") -> None:
    CommuneVersion.objects.create(
        commune=commune, name=name or commune.name, kind=kind, valid_from=since, decision="388/NQ-UBTVQH16"
    )


@pytest.fixture
def phu_lang() -> Commune:
    """A commune that becomes a ward on 20 September 2026."""
    commune = make_commune()
    add_version(commune, "xa", date(2025, 7, 1))
    add_version(commune, "phuong", date(2026, 9, 20))
    return commune


def test_shipped_places_are_called_what_they_are_called_today() -> None:
    reference.load_places()
    home, ward = Province.objects.get(code="24"), Commune.objects.get(code="09292")
    assert (home.full_name, ward.full_name) == ("thành phố Bắc Ninh", "phường Phù Lãng")
    assert [p.full_name_on(date(2026, 9, 19)) for p in (home, ward)] == ["tỉnh Bắc Ninh", "xã Phù Lãng"]
    assert [p.full_name_on(date(2026, 9, 20)) for p in (home, ward)] == [home.full_name, ward.full_name]
    assert ward.full_name_on(date(2024, 1, 1)) == "xã Phù Lãng"  # nothing is known from before
    assert ward.version_on(date(2026, 12, 1)).decision == "388/NQ-UBTVQH16"
    assert Commune.objects.get(code="09295").full_name_on(date(2025, 8, 1)) == "phường Bồng Lai"
    assert Commune.objects.filter(kind="phuong", versions__valid_from=date(2026, 9, 20)).count() == 12
    assert set(Province.objects.exclude(versions=None).values_list("name", "kind")) == {
        ("Bắc Ninh", "thanh_pho"),
        ("Quảng Ninh", "thanh_pho"),
        ("Đồng Nai", "thanh_pho"),
    }


def test_a_shop_loaded_before_the_day_follows_on_the_day_and_nothing_differs() -> None:
    with time_machine.travel(BEFORE, tick=False):
        reference.load_places()
        assert Commune.objects.get(code="09292").full_name == "xã Phù Lãng"
        assert follow_today() == 0
    with time_machine.travel(ON_THE_DAY, tick=False):
        assert follow_today() == 13
        assert follow_today() == 0
        assert Commune.objects.get(code="09292").full_name == "phường Phù Lãng"
        assert reference.load_places() == 0
        assert [found.key for dataset in DATASETS[:6] for found in differences(dataset)] == []


def test_what_staff_call_a_place_is_not_written_over(phu_lang: Commune) -> None:
    Commune.objects.update(name="Phù Lãng Mới")
    assert follow_today() == 0
    assert Commune.objects.get().full_name == "xã Phù Lãng Mới"


def test_the_timer_follows(phu_lang: Commune, settings: Any) -> None:
    settings.TIMER_JOBS = [job for job in settings.TIMER_JOBS if "place_changes" in job[0]]
    call_command("tick")
    assert Commune.objects.get().full_name == "phường Phù Lãng"


def make_address(**fields: Any) -> ShippingAddress:
    place = {"province_id": "24", "commune_id": "09292", "line1": "Thôn Đoàn Kết"}
    return ShippingAddress.objects.create(first_name="An", country_id=home_country(), **{**place, **fields})


def test_an_address_of_an_order_keeps_the_names_of_its_day(phu_lang: Commune) -> None:
    make_address()
    user = make_user("an@example.vn")
    place = {"name": "An", "phone": "+84912345678", "province": "24", "commune": "09292"}
    place |= {"commune_name": "", "street": "Thôn Đoàn Kết", "old_address": ""}
    book.write(user=user, place=place)
    follow_today()
    Province.objects.update(kind="thanh_pho")
    assert ShippingAddress.objects.get().place_lines == ["Thôn Đoàn Kết", "xã Phù Lãng, tỉnh Bắc Ninh"]
    assert book.own(user)[0].place_lines == ["Thôn Đoàn Kết", "phường Phù Lãng, thành phố Bắc Ninh"]


def test_an_address_is_written_in_vietnamese_whatever_its_buyer_reads(phu_lang: Commune) -> None:
    with override("en"):
        assert make_address().place_as_written == "xã Phù Lãng, tỉnh Bắc Ninh"


def test_a_corrected_place_is_written_anew(phu_lang: Commune, site_root: Any) -> None:
    make_market()
    order = make_order(make_product())
    follow_today()
    make_commune(code="09295", name="Bồng Lai")
    place = {"province": "24", "commune": "09292", "street": "Thôn Đoàn Kết"}
    known = Recipient(name="Lan", phone="+84912345678", **place)
    kept = correct_address(order_id=order.pk, recipient=known, by=SYSTEM)
    assert kept.place_name == "xã Phù Lãng, tỉnh Bắc Ninh"
    moved = Recipient(name="Lan", phone="+84912345678", **{**place, "commune": "09295"})
    correct_address(order_id=order.pk, recipient=moved, by=SYSTEM)
    assert ShippingAddress.objects.get(order=order).place_name == "xã Bồng Lai, tỉnh Bắc Ninh"


def test_addresses_of_a_shop_from_before_are_written_as_they_read(phu_lang: Commune) -> None:
    addresses = [
        make_address(),
        make_address(commune_id=None, commune_name="Phường Sài Gòn"),
        make_address(commune_id=None, province_id=None),
    ]
    before = [address.place_as_written for address in addresses]
    ShippingAddress.objects.update(place_as_written="")
    import_module("shop.order.migrations.1019_write_places").write(apps, connection.schema_editor())
    assert list(ShippingAddress.objects.order_by("pk").values_list("place_as_written", flat=True)) == before
    assert before == ["xã Phù Lãng, tỉnh Bắc Ninh", "Phường Sài Gòn, tỉnh Bắc Ninh", ""]


@pytest.fixture
def staff(db: None) -> Client:
    make_home()
    binh = make_user("binh@example.vn")
    grant_hub_staff(users=[binh])
    return log_in(binh)


FORM = {"name": "Phù Lãng", "kind": "xa", "province": "24", "valid_from": "01/07/2025", "valid_to": ""}
NEXT = {"name": "Phù Lãng", "kind": "phuong", "valid_from": "20/09/2026", "decision": "388/NQ-UBTVQH16"}


def post(staff: Client, commune: Commune, form: dict[str, Any], *rows: dict[str, Any]) -> Any:
    return staff.post(reverse("commune:edit", args=[commune.pk]), form | versions(*rows))


@time_machine.travel(BEFORE, tick=False)
def test_staff_add_what_a_commune_will_be_called(staff: Client) -> None:
    commune = make_commune()
    assert "388/NQ" not in staff.get(reverse("commune:edit", args=[commune.pk])).content.decode()
    assert post(staff, commune, FORM, NEXT).status_code == 302
    assert list(commune.versions.values_list("kind", "valid_from", "decision")) == [
        ("xa", date(2025, 7, 1), ""),
        ("phuong", date(2026, 9, 20), "388/NQ-UBTVQH16"),
    ]
    assert Commune.objects.get().full_name == "xã Phù Lãng"
    with time_machine.travel(ON_THE_DAY, tick=False):
        assert follow_today() == 1
    assert Commune.objects.get().full_name == "phường Phù Lãng"


@time_machine.travel(ON_THE_DAY, tick=False)
def test_a_version_that_holds_already_is_shown_at_once(staff: Client) -> None:
    commune = make_commune()
    assert post(staff, commune, FORM, NEXT).status_code == 302
    assert Commune.objects.get().full_name == "phường Phù Lãng"


@time_machine.travel(ON_THE_DAY, tick=False)
def test_a_spelling_is_corrected_in_the_version_in_force(staff: Client) -> None:
    commune = make_commune(name="Phù Lảng")
    add_version(commune, "xa", date(2025, 7, 1))
    [row] = commune.versions.all()
    known = {"id": row.pk, "name": row.name, "kind": "xa", "valid_from": "01/07/2025"}
    assert post(staff, commune, FORM, known).status_code == 302
    assert (Commune.objects.get().name, commune.versions.get().name) == ("Phù Lãng", "Phù Lãng")
    assert follow_today() == 0


@time_machine.travel(ON_THE_DAY, tick=False)
@pytest.mark.parametrize(
    "typed",
    [{"kind": "phuong"}, {"name": "Phù Lãng Mới", "kind": "xa"}, {"kind": "xa", "valid_to": "31/12/2026"}],
)
def test_a_name_of_the_staff_stays_whatever_else_they_edit(staff: Client, typed: dict[str, str]) -> None:
    commune = make_commune(name="Phù Lảng")
    add_version(commune, "phuong", date(2025, 7, 1), name="Phù Lãng")
    known = {"id": commune.versions.get().pk, **NEXT, "valid_from": "01/07/2025"}
    form = FORM | {"name": "Phù Lảng"} | typed
    assert post(staff, commune, form, known).status_code == 302
    assert called(Commune.objects.get()) == (form["name"], form["kind"])
    assert called(commune.versions.get()) == ("Phù Lãng", "phuong")

    moved = known | {"valid_from": "01/08/2025"}
    assert post(staff, commune, form, moved).status_code == 302
    assert called(Commune.objects.get()) == ("Phù Lãng", "phuong")


def test_two_versions_of_one_day_are_refused(staff: Client) -> None:
    commune = make_commune()
    assert post(staff, commune, FORM, NEXT, {**NEXT, "kind": "xa"}).status_code == 200
    assert not commune.versions.exists()


def test_provinces_have_versions_too(staff: Client) -> None:
    make_commune()
    form = {"name": "Bắc Ninh", "name_en": "", "kind": "tinh", "former_names": "", "valid_from": "01/07/2025"}
    city = {"name": "Bắc Ninh", "kind": "thanh_pho", "valid_from": "20/09/2026", "decision": "39/2026/QH16"}
    assert staff.post(reverse("province:edit", args=["24"]), form | versions(city)).status_code == 302
    assert Province.objects.get().full_name == "thành phố Bắc Ninh"
    assert Province.objects.get().full_name_on(date(2026, 9, 19)) == "tỉnh Bắc Ninh"
