"""Reference data: complete, safe to load again, what staff changed is kept."""

from collections import Counter
from typing import Any

import pytest
from django.contrib.sites.models import Site as DjangoSite
from django.core.management import call_command
from oscar.core.loading import get_model
from wagtail.models import Locale, Page, Site

from catalogue import reference
from catalogue.models import Category, GeographicalIndication
from home import site_setup
from home.models import HomePage

pytestmark = pytest.mark.django_db


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
    home = site_setup.build()
    pages = Page.objects.count()
    again = site_setup.build()

    assert (again.pk, Page.objects.count()) == (home.pk, pages)
    english = home.get_translation(Locale.objects.get(language_code="en"))
    slugs = [page.slug for page in english.get_children().live()]
    assert slugs == [section.slug_en for section in site_setup.SECTIONS]
    assert [page.slug for page in home.get_children().live()] == [s.slug for s in site_setup.SECTIONS]
    site = Site.objects.get(is_default_site=True)
    assert (site.hostname, site.port, site.root_page_id) == ("cho.example.vn", 443, home.pk)
    assert DjangoSite.objects.get(pk=1).domain == "cho.example.vn"
    assert get_model("address", "Country").objects.get(pk="VN").is_shipping_country


def test_frame_keeps_what_editors_wrote() -> None:
    home = site_setup.build()
    home.hero_title = "Chào bạn"
    home.save_revision().publish()
    site_setup.build()
    assert HomePage.objects.get(pk=home.pk).hero_title == "Chào bạn"


def test_frame_keeps_the_name_that_staff_gave_the_site() -> None:
    site_setup.build()
    assert Site.objects.get().site_name == DjangoSite.objects.get(pk=1).name == "Chợ Bắc Ninh"
    Site.objects.update(site_name="Chợ quê", hostname="old.example")
    DjangoSite.objects.update(name="Chợ quê", domain="old.example")
    site_setup.build()
    assert list(Site.objects.values_list("site_name", "hostname")) == [("Chợ quê", "127.0.0.1")]
    assert list(DjangoSite.objects.values_list("name", "domain")) == [("Chợ quê", "127.0.0.1:8000")]


def test_frame_leaves_out_a_section_that_staff_deleted() -> None:
    home = site_setup.build()
    english = home.get_translation(Locale.objects.get(language_code="en"))
    english.get_children().get(slug="events").delete()
    home.get_children().get(slug="chuyen").delete()
    home.get_children().get(slug="lang-nghe").specific.unpublish()
    again = site_setup.build()
    slugs = {section.slug for section in site_setup.SECTIONS}
    assert {page.slug for page in again.get_children()} == slugs - {"chuyen"}
    english_slugs = {section.slug_en for section in site_setup.SECTIONS}
    assert {page.slug for page in english.get_children()} == english_slugs - {"events"}
    assert not again.get_children().get(slug="lang-nghe").live


def test_frame_replaces_wagtails_welcome(root_page: Page) -> None:
    welcome = root_page.add_child(instance=Page(title="Welcome to your new Wagtail site!", slug="home"))
    Site.objects.create(hostname="localhost", root_page=welcome, is_default_site=True)
    site_setup.build()
    assert not Page.objects.filter(pk=welcome.pk).exists()
    assert Site.objects.get().root_page.slug == "trang-chu"


def test_command_says_what_it_wrote(capsys: Any) -> None:
    call_command("load_reference")
    assert "14089 written" in capsys.readouterr().out
    call_command("load_reference", verbosity=0)
    assert capsys.readouterr().out == ""
