"""The demo market: complete, in both languages, marked as invented, loaded once however often asked."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings
from wagtail.models import Page

from catalogue import listing_rows
from catalogue.models import (
    Certificate,
    GeographicalIndication,
    ListingRow,
    Picture,
    ProducerPage,
    Product,
    ProductCertification,
    ProductPage,
    SalesPoint,
    SpecialtyPage,
    VillagePage,
)
from catalogue.permissions import is_producer, own_pages
from home.demo import certificates, data, people, pictures
from home.models import EventPage, HomePage, MarketSettings, StandardPage, StoryPage
from shop.partner.models import Partner

WRITTEN = date(2026, 11, 21)  # the day for which the data promise their certificates' states


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The whole demo, loaded once for this module and undone after it."""
    media = override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media")))
    with django_db_blocker.unblock(), media, transaction.atomic():
        call_command("load_demo", even_in_production=True, without_sizes=True, verbosity=0)
        yield
        transaction.set_rollback(True)
    pictures.picture.cache_clear()
    certificates.sheet.cache_clear()


pytestmark = pytest.mark.usefixtures("demo", "db")


def rows() -> dict[str, int]:
    """How many rows every table has."""
    ours = [model for model in apps.get_models() if model._meta.managed]  # the rest are views
    return {model._meta.label: model._default_manager.count() for model in ours}


def test_second_load_changes_nothing() -> None:
    before = rows()
    call_command("load_demo", even_in_production=True, without_sizes=True, verbosity=0)
    assert rows() == before


def test_refuses_where_debug_is_off_unless_told() -> None:
    before = rows()
    with pytest.raises(CommandError, match="DEBUG is off"):
        call_command("load_demo", verbosity=0)
    assert rows() == before


def test_editors_words_survive_a_second_load() -> None:
    page = VillagePage.objects.get(slug="lang-gom-phu-lang")
    page.craft = "Gốm nâu"
    page.save_revision().publish()
    call_command("load_demo", even_in_production=True, without_sizes=True, verbosity=0)
    assert VillagePage.objects.get(pk=page.pk).craft == "Gốm nâu"


def test_what_buyers_agree_to_is_named_in_the_settings() -> None:
    market = MarketSettings.objects.get()
    pages = (market.terms_page, market.returns_page, market.privacy_page)
    assert [page.slug for page in pages if page] == ["dieu-khoan", "doi-tra", "bao-ve-du-lieu"]


@pytest.mark.parametrize(
    ("model", "count"),
    [
        (VillagePage, 18),
        (SpecialtyPage, 14),
        (ProducerPage, 21),
        (ProductPage, 65),
        (EventPage, 9),
        (StoryPage, 4),
        (StandardPage, 9),
        (HomePage, 1),
    ],
)
def test_every_page_stands_in_both_languages(model: type[Page], count: int) -> None:
    live = Counter(model.objects.live().values_list("locale__language_code", flat=True))
    assert live == {"vi": count, "en": count}


def test_english_pages_are_translations_with_words_of_their_own() -> None:
    aliases = Page.objects.filter(locale__language_code="en").exclude(alias_of=None)
    assert [page.title for page in aliases] == ["Mì hay mỳ, Hòa hay Hoà?"]
    for model, field in [(ProductPage, "summary"), (VillagePage, "craft"), (StandardPage, "intro")]:
        for english in model.objects.filter(locale__language_code="en"):
            vietnamese = english.get_translations().get()
            assert getattr(english, field) != getattr(vietnamese.specific, field), english.title


def test_every_product_has_pages_price_stock_origin_and_picture() -> None:
    products = Product.objects.exclude(structure="child").prefetch_related(
        "pages__photos", "children__stockrecords"
    )
    assert products.count() == 65
    for product in products:
        assert product.is_public
        assert product.pages.count() == 2
        assert product.producer_id
        assert product.origin_commune_id
        assert product.categories.count() == 1
        assert all(page.photos.exists() for page in product.pages.all())
        offers = [child.stockrecords.get() for child in product.children.all()] or [
            product.stockrecords.get()
        ]
        assert all(offer.price > 0 and offer.partner_id == product.producer_id for offer in offers)


def test_one_product_is_sold_out_and_services_are_not_sent() -> None:
    sold_out = Product.objects.get(slug="vai-som-phuc-hoa")
    assert {child.stockrecords.get().num_in_stock for child in sold_out.children.all()} == {0}
    visits = Product.objects.filter(bookable=True)
    assert {visit.product_class.requires_shipping for visit in visits} == {False}
    assert visits.count() == 4


@time_machine.travel("2026-11-21 09:00+07:00")
def test_certificates_show_every_state_on_the_day_the_data_were_written() -> None:
    states = Counter(certificate.state for certificate in Certificate.objects.all())
    assert states == {"valid": 56, "expiring_soon": 6, "expired": 2, "withdrawn": 1, "superseded": 1}


@pytest.mark.parametrize(
    ("slug", "stars"),
    [
        ("vai-thieu-luc-ngan-loai-dac-biet", 5),  # valid
        ("my-chu-truyen-thong", 4),  # supersedes a certificate of three stars
        ("mi-ke-kho", 3),  # ends on 30 November
        ("tranh-gom-phu-lang", None),  # ended in October
        ("xa-phong-che-xanh", None),  # withdrawn
    ],
)
@time_machine.travel("2026-11-21 09:00+07:00")
def test_stars_of_the_day(slug: str, stars: int | None) -> None:
    current = Product.objects.get(slug=slug).current_certificate()
    assert (current.stars if current else None) == stars


@time_machine.travel("2026-12-01 00:00+07:00")
def test_a_star_goes_out_at_midnight() -> None:
    assert Product.objects.get(slug="mi-ke-kho").current_certificate() is None


def test_whatever_could_be_taken_for_real_says_it_is_not() -> None:
    for model in (Certificate, Partner, Product, SalesPoint):
        assert not model._default_manager.filter(is_illustrative=False).exists(), model
    assert not Picture.objects.filter(is_illustration=False).exists()
    assert all(
        "(minh hoạ)" in partner.name and "(illustrative)" in partner.name_en
        for partner in Partner.objects.all()
    )
    assert all("MINH HOẠ" in claim.number for claim in ProductCertification.objects.all())
    assert all(partner.phone.startswith("074") for partner in Partner.objects.all())
    sheet = Certificate.objects.first().document
    assert "minh hoạ" in sheet.title
    with sheet.file.open("rb") as file:
        assert file.read(5) == b"%PDF-"


def test_pictures_are_described_in_both_languages() -> None:
    assert Picture.objects.count() == len(data.read("pictures/catalogue")) == 100
    assert not Picture.objects.filter(description="").exists()
    assert not Picture.objects.filter(description_en="").exists()


def test_indications_belong_to_their_makers_and_carry_only_known_numbers() -> None:
    named = Product.objects.exclude(geographical_indication=None)
    assert {
        (product.geographical_indication.name, product.geographical_indication.register_no)
        for product in named
    } == {
        ("Lục Ngạn", "00015"),
        ("An Thịnh", "00082"),
        ("Lục Nam", ""),
        ("Núi Dành", ""),
    }
    for indication in GeographicalIndication.objects.all():
        makers = set(indication.products.values_list("producer", flat=True))
        assert set(indication.authorised_users.values_list("pk", flat=True)) == makers


def test_festivals_open_on_their_eve_and_markets_have_several_days() -> None:
    lim = EventPage.objects.get(slug="hoi-lim").dates.first()
    assert (lim.starts_on, lim.ends_on) == (date(2027, 2, 17), date(2027, 2, 18))
    assert EventPage.objects.get(slug="cho-tranh-dong-ho").dates.count() == 15


def test_menus_lead_to_live_pages() -> None:
    items = list(MarketSettings.objects.get().menu_items.select_related("page"))
    assert Counter(item.menu for item in items) == {
        "main": 6,
        "footer_shop": 6,
        "footer_help": 7,
        "footer_makers": 3,
    }
    assert all(item.url or item.page.live for item in items)


def test_everybody_can_log_in_with_the_rights_of_the_role() -> None:
    for person in people.PEOPLE:
        user = authenticate(None, username=person.email, password=person.password)
        assert user is not None, person
        assert user.is_superuser == (person.role == "administrator")
        assert is_producer(user) == (person.role == "producer")
        assert user.has_perm("wagtailadmin.access_admin") == (person.role != "shopper")
    potter = authenticate(None, username="gom@example.vn", password="cho-bac-ninh-gom")
    page = ProducerPage.objects.get(slug="htx-gom-phu-lang")
    assert set(own_pages(potter)) == {page.page_ptr, *page.get_children()}


def test_listing_rows_follow_the_demo() -> None:
    listing_rows.rebuild()
    assert Counter(ListingRow.objects.values_list("language", flat=True)) == {"vi": 65, "en": 65}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_of_every_kind_answers(client: Client, language: str) -> None:
    listing_rows.rebuild()
    shown: dict[type, Page] = {}
    for page in Page.objects.live().filter(depth__gt=1, locale__language_code=language).specific():
        shown.setdefault(type(page), page)
    assert len(shown) == 15
    for page in shown.values():
        assert client.get(page.url).status_code == 200, page.url
