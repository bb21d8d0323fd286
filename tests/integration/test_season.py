"""Fresh goods are sold in their months alone, and every place says the same; what keeps is sold all year."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue.listing.cards import Card, cards
from catalogue.listing.index import forget, listing_index
from catalogue.listing.rows import rebuild
from catalogue.models import Product, ProductPage
from catalogue.models.sale_panel import sale_in_words
from catalogue.months import opening
from catalogue.search.matching import Query, products
from shop.basket.page import suggestions
from shop.checkout import placing
from shop.checkout.quote import quote
from shop.order.models import Order
from shop.partner.models import StockRecord
from tests import factories as make
from tests.markup import flat
from tests.producer_accounts import log_in, make_producer_account
from tests.shop import fill_basket, make_basket, make_purchase

pytestmark = pytest.mark.django_db
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
JUNE = datetime(2026, 6, 20, 12, tzinfo=VIETNAM)
WINTER = datetime(2026, 12, 20, 12, tzinfo=VIETNAM)
CLOSED = "Hết mùa, mở bán lại tháng 6"


@pytest.fixture
def lychee() -> Product:
    fruit = make.make_category(code="I", name="Thực phẩm")
    return make.make_product(
        title="Vải tươi", perishable=True, stars=5, category=fruit, page={"season_months": [6, 7]}
    )


@pytest.fixture
def winter() -> Iterator[None]:
    forget()
    with time_machine.travel(WINTER):
        yield
    forget()


def card(product: Product, language: str = "vi") -> Card:
    with translation.override(language):
        return cards(language=language, product_ids=[product.pk], limit=1)[0]


@pytest.mark.parametrize(
    ("day", "opens_on"),
    [
        (date(2026, 5, 31), date(2026, 6, 1)),
        (date(2026, 6, 1), None),
        (date(2026, 7, 31), None),
        (date(2026, 8, 1), date(2027, 6, 1)),
    ],
)
def test_a_season_opens_on_the_first_of_its_month(day: date, opens_on: date | None) -> None:
    assert opening([6, 7], day) == opens_on
    assert opening([], day) is None


@pytest.mark.parametrize(
    ("facts", "page", "months"),
    [
        ({"perishable": True}, {}, [6, 7]),
        ({"shelf_life_days": 60}, {}, [6, 7]),
        ({"storage_class": "live"}, {}, [6, 7]),
        ({"shelf_life_days": 365}, {}, []),
        ({}, {}, []),
        ({"perishable": True, "made_to_order": True}, {}, []),
        ({"perishable": True, "bookable": True}, {}, []),
        ({"perishable": True}, {"selling": "always"}, []),
        ({}, {"selling": "season"}, [6, 7]),
        ({"perishable": True}, {"season_months": list(range(1, 13))}, []),
        ({"perishable": True}, {"season_months": []}, []),
    ],
)
def test_the_rule(facts: dict[str, Any], page: dict[str, Any], months: list[int]) -> None:
    product = make.make_product(**facts, page={"season_months": [7, 6], **page})
    product.refresh_from_db()
    assert product.sale_months == months


def test_without_months_of_its_own_those_of_its_specialty_count() -> None:
    specialty = make.make_specialty(season_months=[5, 6])
    product = make.make_product(perishable=True, specialty=specialty)
    product.refresh_from_db()
    assert product.sale_months == [5, 6]
    specialty.season_months = [6]
    specialty.save_revision().publish()
    product.refresh_from_db()
    assert product.sale_months == [6]


def test_a_published_change_of_months_changes_the_sale(lychee: Product) -> None:
    page = lychee.pages.get()
    page.season_months = [5]
    page.save_revision()
    lychee.refresh_from_db()
    assert lychee.sale_months == [6, 7]
    page.get_latest_revision().publish()
    lychee.refresh_from_db()
    assert lychee.sale_months == [5]


@pytest.mark.usefixtures("winter")
def test_card_facet_search_and_rows_agree(lychee: Product) -> None:
    pottery = make.make_product(title="Vải tươi bằng gốm", stars=3)
    rebuild()
    index = listing_index("vi")
    found = card(lychee)
    assert (found.in_stock, found.reopening, found.price_from) == (False, CLOSED, 100_000)
    assert card(pottery).in_stock
    assert index.pick(index.any_of("con-hang", ["1"]), sort="moi", stop=9) == [pottery.pk]
    assert index.pick(index.everything, sort="sao", stop=9) == [pottery.pk, lychee.pk]
    assert products(Query.read("vải tươi"), index) == [pottery.pk, lychee.pk]
    assert [card.product_id for card in suggestions()] == [pottery.pk]


def test_front_page_rows_leave_out_what_is_closed(client: Client, lychee: Product) -> None:
    rebuild()
    home = make.make_home()
    home.body = [("stars", {"title": "Năm sao", "link_label": "", "stars": "4", "count": 4})]
    home.save_revision().publish()
    for moment, is_shown in ((JUNE, True), (WINTER, False)):
        with time_machine.travel(moment):
            assert (lychee.pages.get().url in client.get(home.url).text) is is_shown


def test_english_card_names_the_month(lychee: Product) -> None:
    make.translate(lychee.pages.get(), title="Fresh lychee")
    rebuild()
    with time_machine.travel(WINTER), translation.override("en"):
        assert card(lychee, "en").reopening == "Out of season, on sale again in June"


@pytest.mark.parametrize("variants", [None, {"1 kg": (85_000, 3), "3 kg": (240_000, 3)}])
def test_page_and_structured_data_agree(client: Client, variants: Any) -> None:
    product = make.make_product(perishable=True, variants=variants, page={"season_months": [6, 7]})
    url = product.pages.get().url
    with time_machine.travel(WINTER):
        html = flat(client.get(url))
    assert f"<h2>{CLOSED}.</h2>" in html
    assert '<button class="btn btn--block" disabled>' in html
    assert "hx-post" not in html
    assert availability(html) == {("https://schema.org/OutOfStock", "2027-06-01")}
    with time_machine.travel(JUNE):
        html = flat(client.get(url))
    assert "hx-post" in html
    assert CLOSED not in html
    assert availability(html) == {("https://schema.org/InStock", "")}


def availability(html: str) -> set[tuple[str, str]]:
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    goods = next(thing for thing in map(json.loads, blocks) if thing["@type"] == "Product")
    return {(offer["availability"], offer.get("availabilityStarts", "")) for offer in goods["offers"]}


@pytest.mark.usefixtures("market", "winter")
def test_basket_refuses_what_is_closed(client: Client, lychee: Product) -> None:
    answer = client.post(
        reverse("basket:add", args=[lychee.pk]), {"quantity": 1}, HTTP_SEC_FETCH_SITE="same-origin"
    )
    assert f"{CLOSED}." in flat(answer)
    assert client.get(reverse("basket:summary")).wsgi_request.basket.is_empty


@pytest.mark.usefixtures("market")
def test_basket_of_last_summer_cannot_be_ordered(client: Client, lychee: Product) -> None:
    with time_machine.travel(JUNE):
        fill_basket(client, lychee)
    with time_machine.travel(datetime(2026, 8, 1, 8, tzinfo=VIETNAM)):
        html = flat(client.get(reverse("basket:summary")))
        assert f"{CLOSED}." in html
        assert 'href="/thanh-toan/' not in html
        step = client.get(reverse("checkout:shipping-address"))
        assert step.url == reverse("basket:summary")


@pytest.mark.usefixtures("market")
def test_order_reviewed_before_midnight_is_refused_after_it(lychee: Product) -> None:
    purchase = make_purchase()
    with time_machine.travel(JUNE):
        basket = make_basket(lychee)
        shown = quote(basket, purchase).shown()
    with time_machine.travel(datetime(2026, 8, 1, tzinfo=VIETNAM)), pytest.raises(placing.QuoteChanged) as no:
        placing.place(basket_id=basket.pk, purchase=purchase, shown=shown, user=AnonymousUser())
    assert no.value.sentences == [f"Vải tươi: {CLOSED}."]
    assert not Order.objects.exists()
    assert not StockRecord.objects.get(product=lychee).num_allocated


@pytest.mark.usefixtures("winter")
def test_producers_see_the_rule_in_their_form() -> None:
    account = make_producer_account(email="vuon@example.vn", name="HTX Vườn vải")
    page = account.product_page
    Product.objects.filter(pk=account.product.pk).update(perishable=True)
    page.season_months = [6, 7]
    page.save_revision().publish()
    html = flat(log_in(account.user).get(reverse("wagtailadmin_pages:edit", args=[page.pk])))
    assert "Đang áp dụng: chỉ bán tháng 6, tháng 7. Hết mùa, mở bán lại tháng 6." in html
    assert 'name="selling"' in html


def test_rule_in_words() -> None:
    kept = make.make_product().pages.get()
    assert sale_in_words(kept) == "Đang áp dụng: bán quanh năm."
    assert sale_in_words(ProductPage()) == "Chưa bày bán: lịch bán tính khi trang được duyệt."
