"""Shipped rows are written once; what staff keep stays theirs, and differences are offered."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command

from catalogue import reference, reference_places, shipped_files
from catalogue.models import (
    Category,
    Certification,
    Commune,
    FormerUnit,
    GeographicalIndication,
    Province,
    SeededRow,
)
from catalogue.seeds import Dataset, RowStatus, accept, decline, differences, load
from shop.shipping.loading import TARIFF, ZONES
from shop.shipping.models import ShippingTariff, ShippingZone, ZoneProvince
from shop.tax.models import VatRate
from shop.tax.rates import VAT_RATES, rates_on
from tests.factories import make_tariff

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A small set of places and claims; tests change what the next release brings."""
    files: dict[str, Any] = {
        "places.json": {
            "provinces": [
                {"code": "24", "name": "Bắc Ninh", "name_en": "Bac Ninh", "kind": "tinh", "former_names": ""}
            ],
            "communes": {"24": [["09292", "Phù Lãng", "xa"], ["09325", "Lương Tài", "xa"]]},
            "former": {"24": {"Tỉnh Bắc Ninh": {"Huyện Quế Võ": [["09319", "Xã Châu Phong", "09292"]]}}},
        },
        "place_changes.json": {"provinces": [], "communes": []},
        "earlier_units.json": {"earlier": {}},
        "claims.json": {
            "geographical_indications": [
                {"name": "Lục Nam", "register_no": "", "decision_no": "", "registered_on": None},
                {
                    "name": "An Thịnh",
                    "register_no": "00082",
                    "decision_no": "1/QĐ",
                    "registered_on": "2020-07-10",
                },
            ],
        },
        "quality_schemes.json": {
            "certifications": [{"code": "vietgap", "name": "VietGAP", "name_en": "VietGAP"}]
        },
        "ocop.json": {
            "industries": [{"code": "I", "name": "Thực phẩm", "name_en": "Food"}],
            "groups": [{"code": "I.5", "parent": "I", "name": "Chè", "name_en": "Tea"}],
            "sets": [{"code": "bo-11", "parent": "I.5", "name": "Chè", "name_en": "Tea"}],
        },
    }
    monkeypatch.setattr(shipped_files, "read", lambda path: files[path.name])
    load_all()
    return files


def load_all() -> int:
    return reference.load_places() + reference.load_taxonomy() + reference.load_claims()


def statuses(dataset: Dataset) -> dict[str, RowStatus]:
    return {difference.key: difference.status for difference in differences(dataset)}


def test_a_register_number_entered_by_staff_survives_the_next_release(shipped: Any) -> None:
    indication = GeographicalIndication.objects.get(name="Lục Nam")
    indication.register_no = "00123"
    indication.save()
    assert load_all() == 0
    indication.refresh_from_db()
    assert indication.register_no == "00123"
    assert statuses(reference.INDICATIONS) == {"Lục Nam": RowStatus.CHANGED}


def test_a_commune_renamed_by_staff_keeps_its_name(shipped: Any) -> None:
    commune = Commune.objects.get(code="09292")
    commune.name = "Phù Lãng Mới"
    commune.save()
    assert load_all() == 0
    commune.refresh_from_db()
    assert (commune.name, commune.sort_key) == ("Phù Lãng Mới", "phu lang moi")
    [difference] = differences(reference_places.COMMUNES)
    assert [(field.name, field.ours, field.shipped) for field in difference.fields] == [
        ("name", "Phù Lãng Mới", "Phù Lãng")
    ]


STAFF_CHANGES: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "province": (lambda: Province.objects.get(code="24"), {"former_names": "Kinh Bắc"}),
    "former unit": (lambda: FormerUnit.objects.get(code="09319"), {"name": "Xã Châu Phong cũ"}),
    "category": (lambda: Category.objects.get(code="I.5"), {"name": "Trà"}),
    "quality scheme": (lambda: Certification.objects.get(code="vietgap"), {"name_en": "Viet GAP"}),
}


@pytest.mark.parametrize("kind", STAFF_CHANGES)
def test_whatever_staff_changed_stays_as_they_wrote_it(shipped: Any, kind: str) -> None:
    find, changes = STAFF_CHANGES[kind]
    row = find()
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    shipped["places.json"]["provinces"][0]["name_en"] = "Bắc Ninh"
    shipped["ocop.json"]["groups"][0]["name_en"] = "Teas"
    load_all()
    row = find()
    assert {name: getattr(row, name) for name in changes} == changes


def test_rows_that_nobody_touched_follow_the_release(shipped: Any) -> None:
    shipped["places.json"]["communes"]["24"][0][1] = "Phù Lãng Mới"
    shipped["ocop.json"]["groups"][0]["name"] = "Trà"
    shipped["claims.json"]["geographical_indications"][0]["register_no"] = "00123"
    assert load_all() == 3
    assert Commune.objects.get(code="09292").sort_key == "phu lang moi"
    assert Category.objects.get(code="I.5").name == "Trà"
    assert GeographicalIndication.objects.get(name="Lục Nam").register_no == "00123"
    assert load_all() == 0


def test_new_rows_are_added_and_deleted_ones_stay_deleted(shipped: Any) -> None:
    GeographicalIndication.objects.get(name="Lục Nam").delete()
    Category.objects.get(code="bo-11").delete()
    shipped["places.json"]["communes"]["24"].append(["09400", "Lâm Thao", "xa"])
    assert load_all() == 1
    assert Commune.objects.count() == 3
    assert statuses(reference.INDICATIONS) == {"Lục Nam": RowStatus.DELETED}
    assert statuses(reference.CATEGORIES) == {"bo-11": RowStatus.DELETED}


def test_a_set_whose_group_staff_deleted_waits(shipped: Any) -> None:
    Category.objects.get(code="I").delete()
    shipped["ocop.json"]["sets"].append({"code": "bo-12", "parent": "I.5", "name": "Mới", "name_en": "New"})
    assert load_all() == 0
    assert "bo-12" not in statuses(reference.CATEGORIES)  # its industry and group are offered
    assert not accept(reference.CATEGORIES, "bo-12")
    assert accept(reference.CATEGORIES, "I")
    assert accept(reference.CATEGORIES, "I.5")
    assert accept(reference.CATEGORIES, "bo-12")
    assert [category.code for category in Category.objects.get(code="bo-12").get_ancestors()] == ["I", "I.5"]


def test_a_shop_from_before_the_memory_keeps_what_differs(shipped: Any) -> None:
    SeededRow.objects.all().delete()
    Commune.objects.filter(code="09292").update(name="Của nhân viên")
    assert load_all() == 0
    shipped["places.json"]["communes"]["24"] = [["09292", "A", "xa"], ["09325", "B", "xa"]]
    assert load_all() == 1  # the other one was known to be as shipped
    assert list(Commune.objects.order_by("code").values_list("name", flat=True)) == ["Của nhân viên", "B"]


def test_a_column_that_a_release_adds_does_not_look_like_a_change_of_staff(shipped: Any) -> None:
    seed = SeededRow.objects.get(dataset="quality_schemes")
    del seed.applied["name_en"]
    seed.save()
    shipped["quality_schemes.json"]["certifications"][0]["name"] = "VietGAP 2"
    assert load_all() == 1


def test_a_shipped_value_is_accepted_and_the_row_follows_releases_again(shipped: Any) -> None:
    Commune.objects.filter(code="09292").update(name="Của nhân viên")
    assert accept(reference_places.COMMUNES, "09292")
    assert not accept(reference_places.COMMUNES, "09292")
    assert Commune.objects.get(code="09292").name == "Phù Lãng"
    shipped["places.json"]["communes"]["24"][0][1] = "Phù Lãng Mới"
    assert load_all() == 1


def test_a_refused_value_is_not_offered_again_until_it_changes(shipped: Any) -> None:
    Commune.objects.filter(code="09292").update(name="Của nhân viên")
    decline(reference_places.COMMUNES, "09292")
    assert differences(reference_places.COMMUNES) == []
    shipped["places.json"]["communes"]["24"][0][1] = "Phù Lãng Mới"
    assert load_all() == 0
    assert statuses(reference_places.COMMUNES) == {"09292": RowStatus.CHANGED}


def test_a_deleted_row_comes_back_when_staff_accept_it(shipped: Any) -> None:
    GeographicalIndication.objects.get(name="An Thịnh").delete()
    assert accept(reference.INDICATIONS, "An Thịnh")
    assert GeographicalIndication.objects.get(name="An Thịnh").registered_on == date(2020, 7, 10)


def test_tariff_and_taxes_are_offered_never_changed() -> None:
    reference.load_places()
    assert (load(ZONES), load(TARIFF), load(VAT_RATES)) == (5, 1, 4)
    before = rates_on(date(2026, 11, 1))
    ShippingZone.objects.filter(slug="noi-tinh").update(base_price=20_000)
    ShippingTariff.objects.update(free_from=None)
    VatRate.objects.filter(vat_class="reduced_8", valid_from=date(2027, 1, 1)).delete()
    assert (load(ZONES), load(TARIFF), load(VAT_RATES)) == (0, 0, 0)
    [price] = differences(ZONES)
    assert [(field.name, field.ours, field.shipped) for field in price.fields] == [
        ("base_price", "20000", "18000")
    ]
    assert statuses(VAT_RATES) == {"reduced_8|2027-01-01": RowStatus.DELETED}
    assert rates_on(date(2026, 11, 1)) == before
    for dataset, key in [(ZONES, "noi-tinh"), (TARIFF, "1"), (VAT_RATES, "reduced_8|2027-01-01")]:
        assert accept(dataset, key)
    assert ShippingZone.objects.get(slug="noi-tinh").base_price == 18_000
    assert ShippingTariff.current().free_from == 600_000
    assert rates_on(date(2027, 1, 1))["reduced_8"] == Decimal(10)


def test_a_province_that_staff_moved_to_another_zone_is_a_difference() -> None:
    reference.load_places()
    load(ZONES)
    far = ShippingZone.objects.get(slug="mien-nam")
    Province.objects.get(code="01").shipping_zone.delete()
    ZoneProvince.objects.create(zone=far, province_id="01")
    assert set(statuses(ZONES)) == {"lan-can", "mien-nam"}
    assert accept(ZONES, "lan-can")
    assert Province.objects.get(code="01").shipping_zone.zone.slug == "lan-can"
    assert statuses(ZONES) == {}


def test_rates_that_stood_before_are_not_added_to() -> None:
    VatRate.objects.create(vat_class="standard_10", percent=10, valid_from=date(2025, 1, 1))
    assert load(VAT_RATES) == 0
    assert set(statuses(VAT_RATES).values()) == {RowStatus.NEW}
    assert VatRate.objects.count() == 1


def test_the_command_lists_what_differs(shipped: Any, capsys: Any) -> None:
    make_tariff()  # with all provinces
    Commune.objects.filter(code="09292").update(name="Của nhân viên")
    call_command("load_reference", differences=True)
    told = capsys.readouterr().out
    assert "communes 09292" in told
    assert "name: Của nhân viên → Phù Lãng" in told
    assert not VatRate.objects.exists()  # it only tells
    call_command("load_reference")
    assert "1 row differs from what is shipped" in capsys.readouterr().out
