"""Old communes of the home province are found as people write them, before all others of the same name."""

import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from catalogue import reference
from catalogue.folding import strip_marks
from catalogue.models import FormerUnit
from catalogue.place_names import place_key, split_kind
from shop.address.old_names import MAX_HITS, find_old

pytestmark = pytest.mark.usefixtures("places")
HOME = "24"


@pytest.fixture(scope="module")
def all_places(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """All places, loaded once for this module and undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        reference.load_places()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def places(all_places: None, db: None) -> None:
    """All places, as the first thing of a test's own transaction."""


def home_units() -> list[FormerUnit]:
    units = FormerUnit.objects.filter(commune__province=HOME, is_earlier=False)
    return list(units.select_related("commune"))


def test_each_of_the_313_comes_first_as_it_is_written() -> None:
    """Two bore one name, "Xã Đồng Tiến": both come before any other."""
    units = home_units()
    assert len({unit.code for unit in units}) == 313
    places = {unit.code: {u.commune_id for u in units if u.code == unit.code} for unit in units}
    missed = []
    for unit in units:
        namesakes = [u for u in units if u.name == unit.name]
        hits = find_old(unit.name)[: len({u.code for u in namesakes})]
        if not any(hit.commune.pk in places[unit.code] and hit.old.startswith(unit.name) for hit in hits):
            missed.append((str(unit), [hit.label for hit in hits]))
    assert missed == []


@pytest.mark.parametrize(
    "written",
    [
        lambda unit: f"{unit.name}, {unit.district_name}",
        lambda unit: f"{split_kind(unit.name)[1]}, {split_kind(unit.district_name)[1]}",
        lambda unit: strip_marks(f"{unit.name} {unit.district_name} {unit.province_name}").lower(),
        lambda unit: f"Số 5 ngõ 12, thôn Trung, {unit.name}, {unit.district_name}, thành phố Bắc Ninh",
    ],
    ids=["with district", "without kinds", "without marks", "whole line"],
)
def test_each_of_the_313_comes_first_with_its_district(written: Any) -> None:
    missed = []
    for unit in home_units():
        hits = find_old(written(unit))
        first = hits[0].old if hits else None
        if first != str(unit):
            missed.append((written(unit), first))
    assert missed == []


@pytest.mark.parametrize(
    ("typed", "old", "new"),
    [
        ("Số 5 Đình Bảng, Từ Sơn, Bắc Ninh", "Phường Đình Bảng, Thành phố Từ Sơn", "phường Từ Sơn"),
        ("Phượng Mao", "Phường Phượng Mao, Thị xã Quế Võ", "phường Phương Liễu"),
        ("Quí Sơn", "Xã Quý Sơn, Thị xã Chũ", "phường Phượng Sơn"),
        ("xã Quý Sơn, huyện Lục Ngạn, Bắc Giang", "Xã Quý Sơn, Huyện Lục Ngạn", "phường Phượng Sơn"),
        ("thị trấn Neo", "Thị trấn Neo, Huyện Yên Dũng", "phường Yên Dũng"),
        ("thi tran neo yen dung", "Thị trấn Neo, Huyện Yên Dũng", "phường Yên Dũng"),
        ("X. Lão Hộ, H.Yên Dũng", "Xã Lão Hộ, Huyện Yên Dũng", "phường Tân An"),
        ("Ngọc Xá", "Xã Ngọc Xá, Thị xã Quế Võ", "phường Đào Viên"),
    ],
)
def test_names_that_were_hard_to_find(typed: str, old: str, new: str) -> None:
    hit = find_old(typed)[0]
    assert hit.old.startswith(old)
    assert hit.commune.full_name == new


def test_a_district_dissolved_before_2025_lists_its_communes_by_name() -> None:
    hits = find_old("Yên Dũng")
    assert all("Huyện Yên Dũng, Tỉnh Bắc Giang" in hit.old for hit in hits)
    names = [split_kind(hit.old.partition(",")[0])[1] for hit in hits]
    assert len(hits) > 15
    assert names.index("Cảnh Thụy") < names.index("Đồng Phúc") < names.index("Đức Giang")
    assert names.index("Đức Giang") < names.index("Hương Gián")


def test_hits_name_both_provinces_and_home_comes_first() -> None:
    hits = find_old("Tân Tiến")
    assert hits[0].label == (
        "Phường Tân Tiến, Thành phố Bắc Giang, Tỉnh Bắc Giang → phường Tân Tiến, thành phố Bắc Ninh"
    )
    assert len({hit.commune.province_id for hit in hits}) > 3
    assert len(hits) <= MAX_HITS


def test_marks_that_were_typed_tell_two_names_apart() -> None:
    for name in ("Phượng Sơn", "Phương Sơn"):
        assert split_kind(find_old(name)[0].old.partition(",")[0])[1] == name


def test_a_beginning_finds_names_too() -> None:
    hits = find_old("đình b")
    assert hits
    assert all("dinh" in place_key(hit.old) for hit in hits)


def test_a_number_is_a_ward_only_after_its_kind() -> None:
    assert all("Phường 5" in hit.old for hit in find_old("P5, Q.3, TP HCM"))
    assert not any("Phường 5" in hit.old for hit in find_old("số 5 Đình Bảng"))


def test_a_search_takes_no_time_of_the_processor(django_assert_num_queries: Any) -> None:
    began = time.process_time()
    with django_assert_num_queries(1):
        find_old("Số 12/5 ngõ 3 đường Trần Phú, khu phố Long, phường Đình Bảng, thị xã Từ Sơn, tỉnh Bắc Ninh")
    assert time.process_time() - began < 5


def test_a_shop_from_before_gets_the_keys_of_its_units() -> None:
    rows = FormerUnit.objects.filter(code__in=["07576", "09289"])
    before = list(rows.order_by("pk").values("pk", "name_key", "district_key"))
    rows.update(name_key="", district_key="")
    import_module("catalogue.migrations.1009_fill_former_unit_keys").fill(apps, connection.schema_editor())
    assert list(rows.order_by("pk").values("pk", "name_key", "district_key")) == before
