"""One product per set of pages: public while any is live, named by the Vietnamese one, sold by its maker."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from wagtail.models import Locale
from wagtail_localize.models import TranslationSource

from catalogue.models import ListingRow, Product, ProductPage, ProductPhoto
from catalogue.sync import sync
from shop.partner.models import Partner, StockRecord
from tests.factories import (
    make_partner,
    make_picture,
    make_producer,
    make_product,
    make_stock,
    make_village,
    translate,
)
from tests.shop import make_market, make_order

pytestmark = pytest.mark.django_db
Handover = Callable[[Product, Partner], None]


def draft(title: str = "Bình gốm", **fields: Any) -> ProductPage:
    page = ProductPage(title=title, summary="Nháp.", live=False, **fields)
    return make_producer(village=make_village()).add_child(instance=page)


def test_draft_makes_no_product_however_often_it_is_saved() -> None:
    page = draft()
    for _ in range(3):
        page.save_revision()
    page.save()

    assert sync(page.translation_key) is None
    assert not Product.objects.exists()


def test_publication_makes_one_public_product_of_the_producer() -> None:
    page = draft()
    page.save_revision().publish()
    page.refresh_from_db()

    product = Product.objects.get()
    assert (product.title, product.title_en, product.is_public) == ("Bình gốm", "", True)
    assert page.product == product
    producer = page.get_parent().specific
    assert (product.producer, product.village) == (producer.partner, producer.village)


def test_publishing_an_old_revision_keeps_product_price_and_stock() -> None:
    page = draft()
    first = page.save_revision()
    first.publish()
    page.refresh_from_db()
    record = make_stock(product=page.product, price=50_000, stock=3)
    page.title = "Bình gốm lớn"
    page.save_revision().publish()
    assert Product.objects.get().title == "Bình gốm lớn"

    first.publish()

    page.refresh_from_db()
    product = Product.objects.get()
    assert product.title == "Bình gốm"
    assert page.product_id == product.pk
    record.refresh_from_db()
    assert (record.price, record.num_in_stock) == (50_000, 3)


def test_draft_of_a_live_page_changes_nothing_outside() -> None:
    product = make_product(title="Bình gốm")
    page = product.page()
    page.title = "Bình sứ"
    page.save_revision()

    product.refresh_from_db()
    assert (product.title, product.is_public) == ("Bình gốm", True)


def test_unpublishing_hides_and_publishing_shows_again() -> None:
    product = make_product()
    page = product.page()

    page.unpublish()
    product.refresh_from_db()
    assert product.is_public is False

    page.save_revision().publish()
    product.refresh_from_db()
    assert product.is_public is True


def test_english_page_gives_the_english_title_and_shares_the_product() -> None:
    product = make_product(title="Bình gốm")
    english = translate(product.page(), title="Stoneware vase")

    product.refresh_from_db()
    assert (product.title, product.title_en) == ("Bình gốm", "Stoneware vase")
    assert english.product_id == product.pk
    assert Product.objects.count() == 1


def test_product_stays_public_while_the_english_page_is_live() -> None:
    product = make_product(title="Bình gốm")
    vietnamese = product.page()
    translate(vietnamese, title="Stoneware vase")

    vietnamese.unpublish()

    product.refresh_from_db()
    assert (product.is_public, product.title, product.title_en) == (True, "Bình gốm", "Stoneware vase")


def test_alias_in_the_english_tree_shares_the_product_and_gives_no_english_title() -> None:
    product = make_product(title="Bình gốm")
    page = product.page()
    english = Locale.objects.get(language_code="en")
    alias = page.copy_for_translation(english, copy_parents=True, alias=True)
    page.title = "Bình gốm lớn"
    page.save_revision().publish()  # publishes the alias too

    product.refresh_from_db()
    alias.refresh_from_db()
    assert (product.title, product.title_en) == ("Bình gốm lớn", "")
    assert alias.product_id == product.pk
    assert Product.objects.count() == 1


def test_alias_elsewhere_makes_no_second_product() -> None:
    product = make_product(title="Bình gốm")
    page = product.page()
    alias = page.create_alias(parent=make_producer())
    page.save_revision().publish()
    assert alias.translation_key != page.translation_key
    assert Product.objects.count() == 1

    alias.specific.unpublish()

    product.refresh_from_db()
    assert product.is_public is True


def test_copied_page_is_another_product_once_published() -> None:
    product = make_product(title="Bình gốm")
    copy = product.page().copy(update_attrs={"slug": "ban-sao", "title": "Bình sao"}, keep_live=False)
    assert copy.product_id is None
    assert Product.objects.count() == 1

    copy.save_revision().publish()

    copy.refresh_from_db()
    assert copy.product.title == "Bình sao"
    assert copy.product_id != product.pk


def test_deleting_the_last_page_hides_the_product_and_keeps_it_for_its_orders() -> None:
    product = make_product()
    page = product.page()
    english = translate(page, title="Vase")

    english.delete()
    product.refresh_from_db()
    assert product.is_public is True

    page.delete()
    product.refresh_from_db()
    assert product.is_public is False


def test_deleting_the_vietnamese_page_hides_the_product_with_its_translation() -> None:
    product = make_product()
    english = translate(product.page(), title="Vase")

    product.page().delete()
    product.refresh_from_db()
    english.refresh_from_db()
    assert (product.is_public, english.live) == (False, False)


def test_deleting_the_product_takes_its_pages_off(client: Client) -> None:
    product = make_product(title="Bình gốm")
    page = product.page()
    english = translate(page, title="Vase")
    alias = page.create_alias(parent=make_producer())
    page.save_revision().publish()  # hangs the alias on the product
    addresses = [page.url, english.url, alias.url]
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]

    product.delete()

    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
    assert not Product.objects.exists()
    assert not ProductPage.objects.exclude(live=False, product=None).exists()


def test_deleting_a_variant_leaves_the_page(client: Client) -> None:
    product = make_product(variants={"500 g": (55_000, 3), "1 kg": (100_000, 2)})
    product.children.first().delete()
    assert client.get(product.page().url).status_code == 200


def test_deleting_the_producer_page_hides_its_products() -> None:
    product = make_product()
    product.page().get_parent().specific.delete()

    product.refresh_from_db()
    assert product.is_public is False


def test_translation_saved_as_a_draft_hangs_on_the_product(django_capture_on_commit_callbacks: Any) -> None:
    product = make_product(title="Bình gốm")
    page = product.page()
    page.photos = [ProductPhoto(picture=make_picture())]
    page.save()
    english = Locale.objects.get(language_code="en")
    page.get_parent().copy_for_translation(english, copy_parents=True, alias=True)
    source, _ = TranslationSource.get_or_create_from_instance(page)

    draft, created = source.create_or_update_translation(english, publish=False, fallback=True)

    assert created
    draft = ProductPage.objects.get(pk=draft.pk)
    assert (draft.product_id, draft.live, draft.photos.count()) == (product.pk, False, 1)
    with django_capture_on_commit_callbacks(execute=True):
        source.create_or_update_translation(english, publish=True, fallback=True)
    assert ProductPage.objects.get(pk=draft.pk).product_id == product.pk
    assert Product.objects.count() == 1


def move_to_the_page_of(product: Product, partner: Partner) -> None:
    product.page().move(make_producer(partner=partner), "last-child")


def name_on_the_page_above(product: Product, partner: Partner) -> None:
    above = product.page().get_parent().specific
    above.partner = partner
    above.save_revision().publish()


HANDOVERS = pytest.mark.parametrize(
    "hand_over", [move_to_the_page_of, name_on_the_page_above], ids=lambda way: way.__name__
)


@HANDOVERS
def test_product_of_another_producer_is_sold_by_them(
    hand_over: Handover, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]]
) -> None:
    make_market()
    new = make_partner(name="HTX mới", commission_percent=20)
    with django_capture_on_commit_callbacks(execute=True):
        product = make_product(title="Bình gốm", producer=make_producer(title="HTX cũ"))

    with django_capture_on_commit_callbacks(execute=True):
        hand_over(product, new)

    product = Product.objects.get(pk=product.pk)
    assert (product.producer, product.stockrecords.get().partner) == (new, new)
    row = ListingRow.objects.get(product=product)
    assert (row.producer_name, row.url) == ("HTX mới", product.get_absolute_url())
    order = make_order(product)
    parcel = order.parcels.get()
    assert (parcel.partner, parcel.commission_percent) == (new, 20)
    assert (order.lines.get().partner, order.lines.get().partner_name) == (new, "HTX mới")


@HANDOVERS
def test_variants_go_with_their_product(hand_over: Handover) -> None:
    product = make_product(variants={"500 g": (55_000, 3), "1 kg": (100_000, 2)})
    new = make_partner()

    hand_over(product, new)

    records = StockRecord.objects.filter(product__parent=product).order_by("price")
    found = [(record.partner, record.price, record.num_in_stock) for record in records]
    assert found == [(new, 55_000, 3), (new, 100_000, 2)]


def test_code_that_the_new_producer_uses_gives_way() -> None:
    product, theirs = make_product(), make_product()
    StockRecord.objects.update(partner_sku="BG-1")

    move_to_the_page_of(product, theirs.producer)

    codes = StockRecord.objects.filter(partner=theirs.producer).values_list("product", "partner_sku")
    assert dict(codes) == {theirs.pk: "BG-1", product.pk: f"P{product.pk}"}


def test_publishing_a_producers_page_leaves_products_of_the_same_producer_alone() -> None:
    product = make_product()
    above = product.page().get_parent().specific
    Product.objects.filter(pk=product.pk).update(title="Chưa đồng bộ")

    above.save_revision().publish()

    product.refresh_from_db()
    assert product.title == "Chưa đồng bộ"


def test_sync_again_writes_nothing(django_assert_num_queries: Any) -> None:
    product = make_product()
    with django_assert_num_queries(8) as queries:
        sync(product.translation_key)
    assert not [query for query in queries.captured_queries if query["sql"].startswith(("UPDATE", "INSERT"))]


def test_address_is_the_page_in_the_readers_language() -> None:
    product = make_product(title="Bình gốm")
    vietnamese = product.page()
    assert product.get_absolute_url() == vietnamese.url
    english = translate(vietnamese, title="Vase")

    with translation.override("en"):
        assert product.get_absolute_url() == english.url
        assert english.url.startswith("/en/")
    english.unpublish()
    with translation.override("en"):
        assert Product.objects.get(pk=product.pk).get_absolute_url() == vietnamese.url


def test_variant_leads_to_its_parents_page() -> None:
    product = make_product(variants={"500 g": (50_000, 3)})
    assert product.children.get().get_absolute_url() == product.page().url


def test_oscars_product_address_leads_to_the_page(client: Client) -> None:
    product = make_product(title="Bình gốm")
    response = client.get(f"/catalogue/binh-gom_{product.pk}/")
    assert (response.status_code, response.headers["Location"]) == (302, product.page().url)
    assert "Set-Cookie" not in response.headers

    product.page().unpublish()
    assert client.get(f"/catalogue/binh-gom_{product.pk}/").status_code == 404


def test_oscars_listing_addresses_lead_to_the_listing(client: Client) -> None:
    from catalogue.models import CataloguePage
    from tests.factories import make_category, make_index

    assert client.get("/catalogue/").status_code == 404
    listing = make_index(CataloguePage)
    group = make_category(code="I.1", name="Tươi sống")
    assert client.get("/catalogue/").headers["Location"] == listing.url
    assert client.get(f"/catalogue/category/x_{group.pk}/").headers["Location"] == f"{listing.url}?nhom=I.1"
