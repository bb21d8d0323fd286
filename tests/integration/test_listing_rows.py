"""Listing rows follow everything they are derived from, with few queries."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale

from catalogue.listing import rows as listing_rows
from catalogue.listing.cards import cards
from catalogue.listing.facts import offers
from catalogue.models import (
    CatalogueVersion,
    Certificate,
    Certification,
    GeographicalIndication,
    ListingRow,
    PictureRendition,
    Product,
    ProductCertification,
)
from catalogue.pictures import CARD
from catalogue.product_classes import goods
from shop.partner.models import StockRecord
from shop.partner.strategy import Selector
from tests.factories import (
    make_category,
    make_certificate,
    make_partner,
    make_producer,
    make_product,
    make_stock,
    make_variant,
    make_village,
    translate,
)

pytestmark = pytest.mark.django_db
Committed = Callable[..., AbstractContextManager[Any]]


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Committed) -> Callable[[], AbstractContextManager[Any]]:
    """A block whose changes are followed as if its transaction had committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def row(product: Product, language: str = "vi") -> ListingRow | None:
    return ListingRow.objects.filter(product=product, language=language).first()


def test_row_says_what_the_card_shows() -> None:
    village = make_village(title="Làng gốm Phù Lãng", short_name="Phù Lãng")
    producer = make_producer(title="HTX Gốm Sông Cầu")
    food = make_category(code="IV", name="Thủ công mỹ nghệ")
    group = food.add_child(name="Gia dụng, trang trí", code="IV.1", slug="iv-1")
    criteria = group.add_child(name="Gốm", code="bo-20", slug="bo-20")
    indication = GeographicalIndication.objects.create(name="Phù Lãng", register_no="00123")
    indication.authorised_users.add(producer.partner)
    product = make_product(
        title="Chum gốm",
        producer=producer,
        price=250_000,
        photo=True,
        village=village,
        category=criteria,
        geographical_indication=indication,
        unit="chiếc",
        page={"season_months": [6, 7], "summary": "Chum sành muối dưa."},
    )
    make_certificate(product=product, stars=4, issued_on=date(2024, 7, 15), expires_on=date(2027, 7, 15))
    listing_rows.rebuild([product.pk])
    found = row(product)
    page = product.pages.get()
    assert found is not None
    assert found.title == "Chum gốm"
    assert found.url == page.url
    assert found.words == (
        "chum gom chum gom htx gom song cau phu lang thu cong my nghe gia dung trang tri chum sanh muoi dua"
    )
    assert (found.price_from, found.in_stock, found.has_variants) == (Decimal(250_000), True, False)
    assert (found.producer_code, found.producer_name) == (producer.partner.code, "HTX Gốm Sông Cầu")
    assert (found.village_id, found.village_code, found.village_name) == (
        village.pk,
        village.slug,
        "Phù Lãng",
    )
    assert found.groups == [["IV", "Thủ công mỹ nghệ"], ["IV.1", "Gia dụng, trang trí"]]
    assert found.star_periods == [[4, "2024-07-15", "2027-07-15"]]
    assert found.gi is True
    assert found.season_months == [6, 7]
    assert found.unit == "chiếc"
    assert found.picture is not None
    assert [source["type"] for source in found.picture["sources"]] == ["image/webp"]
    assert found.picture["alt"] == ""


def test_stars_of_any_day_follow_the_register() -> None:
    product = make_product()
    old = make_certificate(product=product, stars=3, issued_on=date(2023, 5, 1), expires_on=date(2026, 5, 1))
    make_certificate(
        product=product, stars=4, issued_on=date(2026, 3, 1), expires_on=date(2029, 3, 1), supersedes=old
    )
    listing_rows.rebuild([product.pk])
    found = row(product)
    days = [(2023, 4, 30), (2023, 5, 1), (2026, 2, 28), (2026, 3, 1), (2029, 3, 1), (2029, 3, 2)]
    assert found is not None
    assert [found.stars_on(date(*day)) for day in days] == [None, 3, 3, 4, 4, None]


@pytest.mark.parametrize(
    ("variants", "expected"),
    [
        ({"500 g": (55_000, 3), "1 kg": (100_000, 2)}, (Decimal(55_000), True)),
        ({"500 g": (55_000, 0), "1 kg": (100_000, 2)}, (Decimal(100_000), True)),
        ({"500 g": (55_000, 0), "1 kg": (100_000, 0)}, (Decimal(55_000), False)),
    ],
)
def test_lowest_price_is_that_of_what_can_be_bought(variants: dict, expected: tuple) -> None:
    product = make_product(variants=variants)
    listing_rows.rebuild([product.pk])
    found = row(product)
    assert found is not None
    assert (found.price_from, found.in_stock) == expected
    assert found.has_variants is True


def test_withdrawn_variant_is_not_counted() -> None:
    product = make_product(variants={"500 g": (55_000, 3), "1 kg": (100_000, 0)})
    product.children.filter(title="500 g").update(is_public=False)
    listing_rows.rebuild([product.pk])
    found = row(product)
    assert found is not None
    assert (found.price_from, found.in_stock) == (Decimal(100_000), False)


@pytest.mark.parametrize("made_to_order", [False, True])
@pytest.mark.parametrize("variants", [[], [(2_000, 0), (1_000, 0)], [(2_000, 4), (1_000, 0)]])
@pytest.mark.parametrize("stock", [{"num_in_stock": None}, {"num_allocated": 4}, {"price": None}, {}])
def test_rows_and_strategy_say_the_same(
    made_to_order: bool, variants: list[tuple[int, int]], stock: dict[str, int | None]
) -> None:
    product = Product.objects.create(
        title="Hàng",
        structure="parent" if variants else "standalone",
        product_class=goods(),
        producer=make_partner(),
        made_to_order=made_to_order,
    )
    for price, number in variants:
        make_variant(parent=product, name=str(price), price=price, stock=number)
    if not variants:
        make_stock(product=product, stock=4)
    StockRecord.objects.exclude(num_in_stock=0).update(**stock)
    offer = offers([product.pk])[product.pk]
    product = Product.objects.get(pk=product.pk)
    strategy = Selector().strategy()
    info = strategy.fetch_for_parent(product) if variants else strategy.fetch_for_product(product)
    assert offer.in_stock == info.availability.is_available_to_buy
    assert offer.price_from == (info.price.incl_tax if info.price.exists else None)


def test_without_price_nothing_can_be_bought() -> None:
    product = make_product(price=None, stock=5)
    listing_rows.rebuild([product.pk])
    found = row(product)
    assert found is not None
    assert (found.price_from, found.in_stock) == (None, False)


def test_indication_needs_number_and_authorised_producer() -> None:
    indication = GeographicalIndication.objects.create(name="Yên Thế", register_no="")
    product = make_product(geographical_indication=indication)
    states = []
    for number, users in [("", [product.producer]), ("00088", []), ("00088", [product.producer])]:
        GeographicalIndication.objects.filter(pk=indication.pk).update(register_no=number)
        indication.authorised_users.set(users)
        listing_rows.rebuild([product.pk])
        states.append(ListingRow.objects.get(product=product).gi)
    assert states == [False, False, True]


def test_english_row_only_with_a_live_english_page() -> None:
    product = make_product(title="Chum gốm", village=make_village(short_name="Phù Lãng"))
    listing_rows.rebuild([product.pk])
    assert row(product, "en") is None
    english = translate(product.pages.get(), title="Stoneware jar")
    listing_rows.rebuild([product.pk])
    found = row(product, "en")
    assert found is not None
    assert (found.title, found.village_name) == ("Stoneware jar", "Phù Lãng")
    assert found.url.startswith("/en/")
    assert "chum gom" in found.words
    assert [card.lang for card in cards(language="en", limit=1)] == [""]
    english.unpublish()
    listing_rows.rebuild([product.pk])
    assert row(product, "en") is None
    assert row(product) is not None


def test_stand_in_for_a_translation_says_it_is_vietnamese(committed: Committed) -> None:
    with committed():
        product = make_product(title="Chum gốm")
        page = product.pages.get()
        english = Locale.objects.get(language_code="en")
        page.copy_for_translation(english, copy_parents=True, alias=True)
    [card] = cards(language="en", limit=1)
    assert (card.title, card.lang, card.url[:4]) == ("Chum gốm", "vi", "/en/")


def test_stand_in_made_after_the_publication_gets_its_row(committed: Committed) -> None:
    """As when an editor publishes a new page in one step: its alias is live at once, without a signal of its own."""
    with committed():
        product = make_product(title="Chum")
    assert row(product, "en") is None
    with committed():
        product.pages.get().copy_for_translation(
            Locale.objects.get(language_code="en"), copy_parents=True, alias=True
        )
    found = row(product, "en")
    assert found is not None
    assert (found.title, found.title_language) == ("Chum", "vi")


def change_title(product: Product) -> None:
    page = product.pages.get()
    page.title = "Tên mới"
    page.save_revision().publish()


def rename_partner(product: Product) -> None:
    product.producer.name = "Cơ sở mới"
    product.producer.save()


def rename_village(product: Product) -> None:
    product.village.short_name = "Làng mới"
    product.village.save_revision().publish()


def delete_village(product: Product) -> None:
    product.village.delete()


def certify(product: Product) -> None:
    make_certificate(product=product, stars=5)


def withdraw(product: Product) -> None:
    record = Certificate.objects.get(product=product)
    record.withdrawn_on, record.withdrawal_reason = record.issued_on, "Sai hồ sơ"
    record.save()


def drop_certificate(product: Product) -> None:
    Certificate.objects.get(product=product).delete()


def scheme(product: Product) -> None:
    haccp = Certification.objects.create(code="haccp", name="HACCP")
    ProductCertification.objects.create(
        product=product, certification=haccp, number="1", expires_on=date(2027, 1, 1)
    )


def sell_out(product: Product) -> None:
    StockRecord.objects.filter(product=product).update(num_in_stock=0)
    listing_rows.stock_changed([product.pk])


def save_price(product: Product) -> None:
    record = StockRecord.objects.get(product=product)
    record.price = Decimal(1_000)
    record.save()


def restrict_age(product: Product) -> None:
    product.age_restricted = True
    product.save()


def change_slug(product: Product) -> None:
    page = product.pages.get().get_parent().specific
    page.slug = "ten-khac"
    page.save_revision().publish()


def categorise(product: Product) -> None:
    product.categories.add(make_category(code="II", name="Đồ uống"))


def change_photo(product: Product) -> None:
    page = product.pages.get()
    page.photos.get().picture.renditions.all().delete()
    page.photos.get().picture.save()


CHANGES = {
    change_title: {"title", "words"},
    rename_partner: {"producer_name", "words"},
    rename_village: {"village_name", "words"},
    delete_village: {"village_id", "village_code", "village_name", "words"},
    certify: {"star_periods"},
    withdraw: {"star_periods"},
    drop_certificate: {"star_periods"},
    scheme: {"certifications"},
    sell_out: {"in_stock"},
    save_price: {"price_from"},
    restrict_age: {"age_restricted", "is_spirit"},
    change_slug: {"url"},
    categorise: {"groups", "words"},
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_each_change_reaches_the_row(change: Callable[[Product], None], committed: Committed) -> None:
    with committed():
        product = make_product(village=make_village(), stars=None if change is certify else 3, photo=True)
    before = ListingRow.objects.filter(product=product).values().get()
    with committed():
        change(Product.objects.get(pk=product.pk))
    after = ListingRow.objects.filter(product=product).values().get()
    differing = {name for name in before if before[name] != after[name]}
    assert differing == CHANGES[change] | {"version"}


@pytest.mark.parametrize(
    ("hang", "column"), [(certify, "star_periods"), (scheme, "certifications")], ids=["stars", "scheme"]
)
def test_what_is_hung_on_another_product_leaves_the_first(
    hang: Callable[[Product], None], column: str, committed: Committed
) -> None:
    with committed():
        first, second = make_product(), make_product()
        hang(first)
    assert getattr(row(first), column)
    record = (first.certificates.all() or first.product_certifications.all()).get()
    with committed():
        record.product = second
        record.save()
    assert (bool(getattr(row(first), column)), bool(getattr(row(second), column))) == (False, True)


def test_new_cut_of_a_photo_reaches_the_row(committed: Committed) -> None:
    with committed():
        product = make_product(photo=True)
    with committed():
        change_photo(product)
    assert PictureRendition.objects.count() == len(CARD.specs())


def test_unpublishing_deleting_and_hiding_take_rows_away(committed: Committed) -> None:
    with committed():
        unpublished, deleted, shown = make_product(), make_product(), make_product()
    assert ListingRow.objects.count() == 3
    with committed():
        unpublished.pages.get().unpublish()
        deleted.pages.get().delete()
    assert [found.product_id for found in ListingRow.objects.all()] == [shown.pk]


def test_oversold_notice_costs_two_queries_when_nothing_changes(
    committed: Committed, django_assert_num_queries: Callable[..., AbstractContextManager[Any]]
) -> None:
    with committed():
        product = make_product(stock=5)
    StockRecord.objects.filter(product=product).update(num_allocated=2)
    version = CatalogueVersion.current()
    with django_assert_num_queries(2), committed():
        listing_rows.stock_changed([product.pk])
    assert CatalogueVersion.current() == version


def test_selling_out_a_variant_reaches_its_parents_row(committed: Committed) -> None:
    with committed():
        product = make_product(variants={"500 g": (55_000, 3)})
    variant = product.children.get()
    StockRecord.objects.filter(product=variant).update(num_allocated=3)
    with committed():
        listing_rows.stock_changed([variant.pk])
    assert ListingRow.objects.get(product=product).in_stock is False


def test_queries_do_not_grow_with_products() -> None:
    producer = make_producer()
    products = [make_product(producer=producer, photo=True, stars=4) for _ in range(4)]
    listing_rows.rebuild()  # makes the renditions
    counts = []
    for some in (products[:1], products[:4]):
        with CaptureQueriesContext(connection_of(ListingRow)) as queries:
            listing_rows.rebuild([product.pk for product in some])
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 30


def connection_of(model: type[ListingRow]) -> Any:
    from django.db import connections

    return connections[model.objects.db]


def test_command_writes_all_rows_anew(capsys: pytest.CaptureFixture[str]) -> None:
    make_product()
    make_product()
    ListingRow.objects.all().delete()
    call_command("rebuild_listing")
    assert capsys.readouterr().out == "2 rows written\n"
    assert ListingRow.objects.count() == 2


def test_bulk_loading_rebuilds_once_at_the_end(committed: Committed) -> None:
    before = CatalogueVersion.current()
    with committed(), listing_rows.paused():
        make_product(producer=make_producer(partner=make_partner()))
        make_product()
    assert ListingRow.objects.count() == 2
    assert CatalogueVersion.current() == before + 1


def test_cards_by_producer_village_stars_and_season(committed: Committed) -> None:
    producer, village = make_producer(), make_village()
    with committed():
        plain = make_product(title="Không sao")
        starred = make_product(title="Năm sao", producer=producer, stars=5)
        local = make_product(title="Của làng", village=village, stars=3)
    everything = cards(language="vi", limit=9)
    assert {card.product_id for card in everything} == {plain.pk, starred.pk, local.pk}
    chosen = {
        "producer": cards(language="vi", producer_id=producer.partner_id, limit=9),
        "village": cards(language="vi", village_id=village.pk, limit=9),
        "stars": cards(language="vi", min_stars=4, limit=9),
        "ids": cards(language="vi", product_ids=[local.pk, plain.pk], limit=9),
        "first": cards(language="vi", min_stars=3, sort="sao", limit=1),
        "others": cards(language="vi", exclude=[plain.pk, local.pk], limit=9),
    }
    assert {name: [card.title for card in found] for name, found in chosen.items()} == {
        "producer": ["Năm sao"],
        "village": ["Của làng"],
        "stars": ["Năm sao"],
        "ids": ["Của làng", "Không sao"],
        "first": ["Năm sao"],
        "others": ["Năm sao"],
    }
    assert chosen["stars"][0].stars == 5
    assert cards(language="en", limit=9) == []
