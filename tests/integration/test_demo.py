"""The demo market: complete, in both languages, marked as invented, loaded once however often asked."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone
from oscar.core.loading import get_model
from pytest_django.fixtures import Settings
from wagtail.models import Page

from catalogue.access.permissions import is_producer, own_pages
from catalogue.listing import rows as listing_rows
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
from demo.market import certificates, data, people, pictures
from demo.stripe_double import http_client
from demo.trade import buying
from home.models import EventPage, HomePage, MarketSettings, StandardPage, StoryPage
from shop.address import book
from shop.ledger.models import LedgerEntry, Payout
from shop.order.models import Order, Parcel, ReturnRequest
from shop.partner.models import Partner
from shop.payment.models import Payment, Refund
from tests.books import assert_balanced

WRITTEN = date(2026, 11, 21)  # the day for which the data promise their certificates' states


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The whole demo, loaded once for this module and undone after it."""
    room = tmp_path_factory.mktemp("demo")
    settings = override_settings(
        MEDIA_ROOT=str(room / "media"),
        DEMO_ALLOWED=True,
        STRIPE_DOUBLE=True,
        STRIPE_SECRET_KEY=http_client.KEY,
        STRIPE_WEBHOOK_SECRET=http_client.WEBHOOK_SECRET,
        STRIPE_HTTP_CLIENT="tests.stripe.transport",
        STRIPE_DOUBLE_FILE=room / "stripe.sqlite3",
    )
    with django_db_blocker.unblock(), settings, transaction.atomic():
        call_command("load_demo", without_sizes=True, verbosity=0)
        listing_rows.rebuild()  # as the commit would, which never comes
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
    call_command("load_demo", without_sizes=True, verbosity=0)
    assert rows() == before


def test_refuses_in_a_real_shop_unless_told(settings: Settings) -> None:
    before = rows()
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError, match="looks like a real shop"):
        call_command("load_demo", verbosity=0)
    assert rows() == before


def test_a_real_shop_gets_no_orders_and_no_voucher(settings: Settings) -> None:
    settings.DEMO_ALLOWED = False
    Order.objects.filter(shipping_address__notes=buying.note_of(1)).update(shipping_address=None)
    get_model("voucher", "Voucher").objects.all().delete()
    before = rows()
    call_command("load_demo", even_in_production=True, without_sizes=True, verbosity=0)
    assert rows() == before


@pytest.mark.parametrize(
    ("model", "slug"),
    [
        (VillagePage, "lang-gom-phu-lang"),
        (SpecialtyPage, "vai-thieu-luc-ngan"),
        (ProducerPage, "htx-gom-phu-lang"),
        (ProductPage, "bo-am-chen-phu-lang"),
        (StandardPage, "dieu-khoan"),
    ],
)
def test_pages_are_found_by_a_second_load_whatever_their_address(model: type[Page], slug: str) -> None:
    terms = MarketSettings.objects.get().terms_page
    MarketSettings.objects.update(terms_page=None)
    HomePage.objects.filter(locale__language_code="vi").update(body="[]")
    page = model.objects.get(slug=slug, locale__language_code="vi")
    page.slug = "dia-chi-moi"
    page.save_revision().publish()
    before = Page.objects.count()
    call_command("load_demo", without_sizes=True, verbosity=0)
    assert Page.objects.count() == before
    assert model.objects.get(pk=page.pk).slug == "dia-chi-moi"
    assert MarketSettings.objects.get().terms_page == terms
    assert len(HomePage.objects.get(locale__language_code="vi").body) == 6


@pytest.mark.parametrize("language", ["vi", "en"])
def test_villages_and_figures_say_where_they_come_from_and_as_of_when(client: Client, language: str) -> None:
    villages = VillagePage.objects.filter(locale__language_code=language)
    figures = StandardPage.objects.filter(locale__language_code=language)
    figures = figures.filter(slug__in=["chinh-sach-ho-tro", "support", "ve-cho", "about"])
    assert (villages.count(), figures.count()) == (18, 2)
    for page in [*villages.exclude(short_name="Gia Bình"), *figures]:  # of Gia Bình no page was found
        [block] = [block for block in page.body if block.block_type == "sources"]
        html = unescape(client.get(page.url).content.decode())
        for source in block.value["sources"]:
            assert source["title"] in html
            assert not source["url"] or f'href="{source["url"]}"' in html
    phu_lang = villages.get(short_name="Phù Lãng")
    html = client.get(phu_lang.url).content.decode()
    assert ("tính đến 21/11/2026" if language == "vi" else "as of 21/11/2026") in html
    assert ("Phường Phù Lãng" if language == "vi" else "Ward Phù Lãng") in html  # since September 2026


def test_the_early_lychee_of_phuc_hoa_has_its_own_page(client: Client) -> None:
    page = SpecialtyPage.objects.get(slug="vai-som-phuc-hoa", locale__language_code="vi")
    assert [origin.village.short_name for origin in page.origins.all()] == ["Phúc Hòa"]
    assert Product.objects.get(slug="vai-som-phuc-hoa").specialty == page
    assert client.get(page.url).status_code == 200
    luc_ngan = SpecialtyPage.objects.get(slug="vai-thieu-luc-ngan", locale__language_code="vi")
    assert "Phúc Hòa" not in [origin.village.short_name for origin in luc_ngan.origins.all()]


def test_a_page_that_was_deleted_comes_back_to_its_goods() -> None:
    product = Product.objects.get(slug="bo-am-chen-phu-lang")
    for page in product.pages.all():
        page.delete()
    call_command("load_demo", without_sizes=True, verbosity=0)
    product.refresh_from_db()
    assert product.is_public
    assert product.pages.count() == 2
    assert product.stockrecords.count() == 1


STATES = [
    (Order, "status", Order.Status),
    (Parcel, "status", Parcel.Status),
    (ReturnRequest, "state", ReturnRequest.State),
    (Payment, "state", Payment.State),
    (Refund, "state", Refund.State),
    (Payout, "state", Payout.State),
]


@pytest.mark.parametrize(("model", "field", "states"), STATES)
def test_orders_show_every_state(model: Any, field: str, states: Any) -> None:
    assert set(model.objects.values_list(field, flat=True)) == set(states.values)


def test_the_shopper_has_orders_an_address_book_and_a_voucher() -> None:
    shopper = get_user_model().objects.get(email="khach@example.vn")
    orders = Order.objects.filter(user=shopper)
    assert {Order.Status.COMPLETE, Order.Status.PROCESSING, Order.Status.PENDING_PAYMENT} <= set(
        orders.values_list("status", flat=True)
    )
    assert timezone.now() - orders.earliest("date_placed").date_placed > timedelta(days=39)
    assert book.own(shopper).count() == 2
    used = get_model("voucher", "Voucher").objects.get().applications.get()
    assert used.user == shopper


def test_trade_is_marked_as_invented_and_the_books_are_right() -> None:
    addresses = [order.shipping_address for order in Order.objects.all()]
    assert len(addresses) == 16
    assert all("(minh hoạ)" in found.name or "(illustrative)" in found.name for found in addresses)
    assert all(found.notes.startswith("Đơn minh hoạ số") for found in addresses)
    assert all(str(found.phone_number).startswith("+84740") for found in addresses)
    assert all(order.email.endswith("@example.vn") for order in Order.objects.all())
    assert_balanced()


def test_what_happened_long_ago_says_so_everywhere() -> None:
    order = Order.objects.get(shipping_address__notes=buying.note_of(1))
    month = timezone.now() - timedelta(days=30)
    times = [order.date_placed, order.placed_at, *order.log.values_list("at", flat=True)]
    times += order.payments.values_list("receipts__at", flat=True)
    times += LedgerEntry.objects.filter(order=order).values_list("at", flat=True)
    assert len(times) > 15
    assert max(times) < month


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
        (SpecialtyPage, 15),
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
    assert states == {"valid": 49, "expiring_soon": 13, "expired": 2, "withdrawn": 1, "superseded": 1}


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
    assert Counter(ListingRow.objects.values_list("language", flat=True)) == {"vi": 65, "en": 65}


def test_a_page_of_every_kind_answers(client: Client) -> None:
    for language in ("vi", "en"):  # in one test: the sizes of the pictures are made once
        shown: dict[type, Page] = {}
        for page in Page.objects.live().filter(depth__gt=1, locale__language_code=language).specific():
            shown.setdefault(type(page), page)
        assert len(shown) == 15
        for page in shown.values():
            assert client.get(page.url).status_code == 200, page.url
