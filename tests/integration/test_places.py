"""The country's places: complete, found by their old names, safe to load again."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from catalogue import reference
from catalogue.folding import fold
from catalogue.models import Category, Commune, FormerUnit, Province

pytestmark = pytest.mark.usefixtures("places")


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


def test_places_are_complete() -> None:
    assert Province.objects.count() == 34
    kinds = Counter(Commune.objects.values_list("kind", flat=True))
    assert kinds == {"xa": 2599, "phuong": 709, "dac_khu": 13}
    home = Commune.objects.filter(province_id="24")
    assert Counter(home.values_list("kind", flat=True)) == {"xa": 54, "phuong": 45}
    former = FormerUnit.objects.filter(is_earlier=False)
    assert former.filter(commune__province_id="24").count() == 313
    assert {unit.province_name for unit in FormerUnit.objects.filter(commune__province_id="24")} == {
        "Tỉnh Bắc Ninh",
        "Tỉnh Bắc Giang",
    }
    assert Province.objects.get(code="24").former_names == "Bắc Giang"
    assert len(set(former.values_list("code", flat=True))) == 10_040
    assert FormerUnit.objects.filter(is_earlier=True, name="Thị trấn Neo").exists()
    assert not Province.objects.filter(communes=None).exists()


def test_old_names_are_found_without_marks() -> None:
    found = FormerUnit.objects.filter(
        folded__contains=fold("Phường Đình Bảng"), commune__province_id="24"
    ).select_related("commune")
    assert [(unit.district_name, unit.commune.full_name) for unit in found] == [
        ("Thành phố Từ Sơn", "phường Từ Sơn")
    ]


def test_stored_keys_equal_what_saving_would_store() -> None:
    commune, unit = Commune.objects.get(code="09292"), FormerUnit.objects.order_by("pk").first()
    before = (commune.sort_key, unit.folded, unit.name_key, unit.district_key)
    commune.save()
    unit.save()
    assert (commune.sort_key, unit.folded, unit.name_key, unit.district_key) == before


def test_loading_again_writes_nothing_over(django_assert_max_num_queries: Any) -> None:
    reference.load_taxonomy()
    reference.load_claims()
    Province.objects.filter(code="24").update(name="Kinh Bắc")
    Category.objects.filter(code="I.5").update(name="Trà")

    assert (reference.load_places(), reference.load_taxonomy(), reference.load_claims()) == (0, 0, 0)
    assert Province.objects.get(code="24").name == "Kinh Bắc"
    assert Category.objects.get(code="I.5").name == "Trà"
    with django_assert_max_num_queries(28):  # two reads a table, and savepoints
        assert reference.load_places() == 0
