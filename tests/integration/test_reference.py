"""Reference data: complete, safe to load again, changed rows mended."""

from collections import Counter
from typing import Any

import pytest
from django.contrib.sites.models import Site as DjangoSite
from django.core.management import call_command
from oscar.core.loading import get_model
from wagtail.models import Locale, Page, Site

from catalogue import reference
from catalogue.folding import fold
from catalogue.models import Category, Commune, FormerUnit, GeographicalIndication, Province
from home import skeleton
from home.models import HomePage

pytestmark = pytest.mark.django_db


def test_places_are_complete() -> None:
    reference.load_places()

    assert Province.objects.count() == 34
    kinds = Counter(Commune.objects.values_list("kind", flat=True))
    assert kinds == {"xa": 2621, "phuong": 687, "dac_khu": 13}
    home = Commune.objects.filter(province_id="24")
    assert Counter(home.values_list("kind", flat=True)) == {"xa": 66, "phuong": 33}
    assert FormerUnit.objects.filter(commune__province_id="24").count() == 313
    assert {unit.province_name for unit in FormerUnit.objects.filter(commune__province_id="24")} == {
        "Tỉnh Bắc Ninh",
        "Tỉnh Bắc Giang",
    }
    assert Province.objects.get(code="24").former_names == "Bắc Giang"
    assert len(set(FormerUnit.objects.values_list("code", flat=True))) == 10_040
    assert not Province.objects.filter(communes=None).exists()


def test_old_names_are_found_without_marks() -> None:
    reference.load_places()
    found = FormerUnit.objects.filter(
        folded__contains=fold("Phường Đình Bảng"), commune__province_id="24"
    ).select_related("commune")
    assert [(unit.district_name, unit.commune.full_name) for unit in found] == [
        ("Thành phố Từ Sơn", "phường Từ Sơn")
    ]


def test_stored_keys_equal_what_saving_would_store() -> None:
    reference.load_places()
    commune, unit = Commune.objects.get(code="09292"), FormerUnit.objects.order_by("pk").first()
    before = (commune.sort_key, unit.folded)
    commune.save()
    unit.save()
    assert (commune.sort_key, unit.folded) == before


def test_loading_again_writes_only_what_differs(django_assert_max_num_queries: Any) -> None:
    reference.load_places()
    reference.load_taxonomy()
    reference.load_claims()
    Province.objects.filter(code="24").update(name="Kinh Bắc")
    Category.objects.filter(code="I.5").update(name="Trà")

    assert (reference.load_places(), reference.load_taxonomy(), reference.load_claims()) == (1, 1, 0)
    assert Province.objects.get(code="24").name == "Bắc Ninh"
    assert Category.objects.get(code="I.5").name == "Chè"
    with django_assert_max_num_queries(10):
        assert reference.load_places() == 0


def test_taxonomy_has_six_industries_seventeen_groups_twentysix_sets() -> None:
    reference.load_taxonomy()
    by_depth = Counter(Category.objects.values_list("depth", flat=True))
    assert by_depth == {1: 6, 2: 17, 3: 26}
    tea = Category.objects.get(code="bo-11")
    assert [category.code for category in tea.get_ancestors()] == ["I", "I.5"]
    assert not Category.objects.filter(name_en="").exists()


def test_register_numbers_stand_only_where_one_is_known() -> None:
    reference.load_claims()
    numbers = dict(GeographicalIndication.objects.values_list("name", "register_no"))
    assert numbers == {"Lục Ngạn": "00015", "An Thịnh": "00082", "Lục Nam": "", "Núi Dành": ""}


def test_frame_stands_in_both_languages_and_is_built_once(settings: Any) -> None:
    settings.WAGTAILADMIN_BASE_URL = "https://cho.example.vn"
    home = skeleton.build()
    pages = Page.objects.count()
    again = skeleton.build()

    assert (again.pk, Page.objects.count()) == (home.pk, pages)
    english = home.get_translation(Locale.objects.get(language_code="en"))
    slugs = [page.slug for page in english.get_children().live()]
    assert slugs == [section.slug_en for section in skeleton.SECTIONS]
    assert [page.slug for page in home.get_children().live()] == [s.slug for s in skeleton.SECTIONS]
    site = Site.objects.get(is_default_site=True)
    assert (site.hostname, site.port, site.root_page_id) == ("cho.example.vn", 443, home.pk)
    assert DjangoSite.objects.get(pk=1).domain == "cho.example.vn"
    assert get_model("address", "Country").objects.get(pk="VN").is_shipping_country


def test_frame_keeps_what_editors_wrote() -> None:
    home = skeleton.build()
    home.hero_title = "Chào bạn"
    home.save_revision().publish()
    skeleton.build()
    assert HomePage.objects.get(pk=home.pk).hero_title == "Chào bạn"


def test_frame_replaces_wagtails_welcome(root_page: Page) -> None:
    welcome = root_page.add_child(instance=Page(title="Welcome to your new Wagtail site!", slug="home"))
    Site.objects.create(hostname="localhost", root_page=welcome, is_default_site=True)
    skeleton.build()
    assert not Page.objects.filter(pk=welcome.pk).exists()
    assert Site.objects.get().root_page.slug == "trang-chu"


def test_command_says_what_it_wrote(capsys: Any) -> None:
    call_command("load_reference")
    assert "13957 written" in capsys.readouterr().out
    call_command("load_reference", verbosity=0)
    assert capsys.readouterr().out == ""
