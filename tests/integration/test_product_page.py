"""What a product's page says: stars of the day, sizes without script, claims with their proof."""

import json
import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from catalogue.listing.rows import rebuild
from catalogue.models import Certification, GeographicalIndication, ProductCertification
from shop.shipping.models import ShippingZone
from tests import factories as make
from tests.markup import flat

pytestmark = pytest.mark.django_db
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
LAST_SECOND = datetime(2026, 12, 31, 23, 59, 59, tzinfo=VIETNAM)
MIDNIGHT = datetime(2027, 1, 1, tzinfo=VIETNAM)


def show(client: Client, product: Any, query: str = "") -> str:
    answer = client.get(product.pages.get(locale__language_code="vi").url + query)
    assert answer.status_code == 200
    return flat(answer)


def data_of(html: str, kind: str) -> dict[str, Any]:
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    things = [json.loads(block) for block in blocks]
    return next(thing for thing in things if thing["@type"] == kind)


@pytest.fixture
def ending() -> Any:
    """A product whose certificate is valid to the end of 2026."""
    product = make.make_product()
    dates = {"issued_on": date(2024, 1, 1), "expires_on": date(2026, 12, 31)}
    make.make_certificate(product=product, stars=4, certificate_no="GCN-9", **dates)
    return product


def test_a_star_shines_to_its_last_second(client: Client, ending: Any) -> None:
    with time_machine.travel(LAST_SECOND, tick=False):
        html = show(client, ending)
    assert 'aria-label="OCOP 4 sao"' in html
    assert "Từng đạt" not in html
    assert data_of(html, "Product")["hasCertification"]["certificationIdentification"] == "GCN-9"


def test_at_midnight_it_is_told_as_past(client: Client, ending: Any) -> None:
    with time_machine.travel(MIDNIGHT, tick=False):
        html = show(client, ending)
    assert "OCOP 4 sao" not in html
    assert "Từng đạt 4 sao, hết hạn ngày 31/12/2026." in html
    assert "hasCertification" not in data_of(html, "Product")


def test_copies_of_a_page_end_at_midnight(client: Client, ending: Any) -> None:
    with time_machine.travel(LAST_SECOND, tick=False):
        answer = client.get(ending.pages.get().url)
    assert "s-maxage=1" in answer["Cache-Control"]


def test_a_withdrawn_star_is_told_with_its_reason(client: Client) -> None:
    product = make.make_product()
    withdrawn = {"withdrawn_on": date(2026, 3, 1), "withdrawal_reason": "Bỏ mặc hồ sơ."}
    make.make_certificate(product=product, stars=3, issued_on=date(2025, 1, 1), **withdrawn)
    html = show(client, product)
    assert "Từng đạt 3 sao, bị thu hồi ngày 01/03/2026." in html
    assert "Bỏ mặc hồ sơ." in html
    assert "OCOP 3 sao" not in html


def valid_to(html: str) -> str:
    found = re.search(r"<dt>Có giá trị đến</dt><dd>([^<]*)</dd>", html)
    return found[1] if found else ""


def test_page_and_data_tell_the_same_last_day(client: Client, ending: Any) -> None:
    to_come = {"withdrawn_on": date(2026, 12, 1), "withdrawal_reason": "Bỏ mặc hồ sơ."}
    ending.certificates.update(**to_come)
    with time_machine.travel(datetime(2026, 11, 25, tzinfo=VIETNAM), tick=False):
        html = show(client, ending)
    assert valid_to(html) == "30/11/2026"
    assert data_of(html, "Product")["hasCertification"]["expires"] == "2026-11-30"
    assert "bị thu hồi" not in html
    with time_machine.travel(datetime(2026, 12, 1, tzinfo=VIETNAM), tick=False):
        html = show(client, ending)
    assert "Từng đạt 4 sao, bị thu hồi ngày 01/12/2026." in html
    assert valid_to(html) == "30/11/2026"


def test_one_that_expired_before_its_withdrawal_is_told_as_expired(client: Client, ending: Any) -> None:
    ending.certificates.update(withdrawn_on=date(2027, 12, 1), withdrawal_reason="Bỏ mặc hồ sơ.")
    with time_machine.travel(MIDNIGHT, tick=False):
        html = show(client, ending)
    assert "Từng đạt 4 sao, hết hạn ngày 31/12/2026." in html
    assert valid_to(html) == "31/12/2026"
    assert "Bỏ mặc hồ sơ." not in html


def test_a_renewal_called_off_in_time_is_not_told(client: Client, ending: Any) -> None:
    dates = {"issued_on": date(2026, 6, 1), "expires_on": date(2029, 6, 1)}
    renewal = make.make_certificate(product=ending, stars=5, supersedes=ending.certificates.get(), **dates)
    renewal.withdrawn_on, renewal.withdrawal_reason = date(2026, 5, 25), "Huỷ quyết định."
    renewal.save()
    with time_machine.travel(LAST_SECOND, tick=False):
        assert 'aria-label="OCOP 4 sao"' in show(client, ending)
    with time_machine.travel(MIDNIGHT, tick=False):
        html = show(client, ending)
    assert "Từng đạt 4 sao, hết hạn ngày 31/12/2026." in html
    assert "Huỷ quyết định." not in html


def test_without_a_certificate_nothing_is_said_of_stars(client: Client) -> None:
    html = show(client, make.make_product())
    assert 'class="ocop' not in html
    assert 'class="cert"' not in html
    assert "Từng đạt" not in html


@pytest.mark.parametrize(
    ("register_no", "is_user", "is_shown"),
    [("00015", True, True), ("", True, False), ("  ", True, False), ("00015", False, False)],
)
def test_an_indication_needs_number_and_right(
    client: Client, register_no: str, is_user: bool, is_shown: bool
) -> None:
    indication = GeographicalIndication.objects.create(name="Lục Ngạn", register_no=register_no)
    product = make.make_product(geographical_indication=indication)
    if is_user:
        indication.authorised_users.add(product.producer)
    html = show(client, product)
    assert ("Số đăng bạ" in html) == ("badge--gi" in html) == is_shown


@pytest.mark.parametrize(
    ("number", "expires_on", "is_shown"),
    [("VG-1", date(2099, 1, 1), True), ("VG-1", date(2020, 1, 1), False), ("", date(2099, 1, 1), False)],
)
def test_a_scheme_needs_number_and_time_left(
    client: Client, number: str, expires_on: date, is_shown: bool
) -> None:
    scheme = Certification.objects.create(code="vietgap", name="VietGAP")
    product = make.make_product()
    ProductCertification.objects.create(
        product=product, certification=scheme, number=number, expires_on=expires_on
    )
    assert ("VietGAP" in show(client, product)) == is_shown


@pytest.fixture
def honey() -> Any:
    """Three sizes; the smallest is sold out."""
    return make.make_product(
        title="Mật ong", variants={"200 g": (60_000, 0), "500 g": (120_000, 3), "1 kg": (220_000, 40)}
    )


def form_address(product: Any) -> str:
    return reverse("basket:add", kwargs={"pk": product.pk})


def bought(html: str) -> str:
    found = re.search(r'<form class="stack" method="post" action="([^"]+)"', html)
    return found[1] if found else ""


def test_the_first_size_in_stock_is_offered(client: Client, honey: Any) -> None:
    html = show(client, honey)
    half_kilo = honey.children.get(title="500 g")
    assert bought(html) == form_address(half_kilo)
    assert 'class="price price--l">120.000\u00a0₫' in html
    assert "Chỉ còn 3" in html
    assert 'max="3"' in html


def test_a_size_is_chosen_by_link(client: Client, honey: Any) -> None:
    kilo = honey.children.get(title="1 kg")
    by_id = show(client, honey, f"?loai={kilo.pk}")
    by_sku = show(client, honey, f"?loai={kilo.stockrecords.get().partner_sku}")
    assert bought(by_id) == bought(by_sku) == form_address(kilo)
    assert 'class="price price--l">220.000\u00a0₫' in by_id
    assert "Còn hàng" in by_id


def test_a_sold_out_size_cannot_be_bought(client: Client, honey: Any) -> None:
    small = honey.children.get(title="200 g")
    html = show(client, honey, f"?loai={small.pk}")
    assert bought(html) == ""
    assert "Tạm hết hàng" in html


@pytest.mark.parametrize("wanted", ["", "khong-co", "0", "-1", "9" * 400, "%00", "<script>", "1'--", "🍯"])
def test_nonsense_means_the_first_in_stock(client: Client, honey: Any, wanted: str) -> None:
    url = honey.pages.get().url
    answer = client.get(url, {"loai": wanted})
    assert answer.status_code == 200
    assert bought(flat(answer)) == bought(show(client, honey))
    assert f'rel="canonical" href="http://localhost{url}"' in flat(answer)


def test_a_hidden_size_is_not_offered(client: Client, honey: Any) -> None:
    honey.children.filter(title="500 g").update(is_public=False)
    html = show(client, honey)
    assert "500\u00a0g" not in html
    assert bought(html) == form_address(honey.children.get(title="1 kg"))


def test_search_engines_read_every_price(client: Client, honey: Any) -> None:
    offers = data_of(show(client, honey), "Product")["offers"]
    told = [(offer["name"], offer["price"], offer["availability"].rpartition("/")[2]) for offer in offers]
    assert told == [
        ("200 g", "60000", "OutOfStock"),
        ("500 g", "120000", "InStock"),
        ("1 kg", "220000", "InStock"),
    ]
    assert {offer["priceCurrency"] for offer in offers} == {"VND"}


@pytest.mark.parametrize(("code", "told"), [("2000000000633", None), ("9521234543213", "9521234543213")])
def test_only_public_codes_are_published(client: Client, code: str, told: str | None) -> None:
    product = make.make_product(upc=code)
    assert data_of(show(client, product), "Product").get("gtin13") == told


def test_structured_data_cannot_break_out_of_its_block(client: Client) -> None:
    product = make.make_product(title="</script><script>alert(1)</script>")
    html = show(client, product)
    assert "<script>alert" not in html
    assert data_of(html, "Product")["name"] == "</script><script>alert(1)</script>"


def test_stars_are_no_rating(client: Client) -> None:
    html = show(client, make.make_product(stars=5))
    assert "aggregateRating" not in html


def test_the_seller_is_told_in_full(client: Client) -> None:
    identity = {
        "name": "HTX Gốm",
        "representative": "Bà Mây",
        "tax_code": "0101234567",
        "business_licence": "21A800001",
        "address": "Thôn Đoàn Kết",
        "phone": "0222 3822 111",
        "email": "gom@example.vn",
    }
    partner = make.make_partner(**identity)
    html = show(client, make.make_product(producer=make.make_producer(partner=partner)))
    for words in [*identity.values(), "xã Phù Lãng"]:
        assert words in html


def test_alternatives_follow_when_all_is_sold(client: Client) -> None:
    village = make.make_village()
    gone = make.make_product(title="Chum sành", village=village, stock=0)
    make.make_product(title="Lọ hoa", village=village)
    rebuild()
    html = show(client, gone)
    assert "Tạm hết hàng" in html
    assert "Lọ hoa" in html


def test_a_page_sets_no_cookie_and_is_the_same_for_all(client: Client, django_user_model: Any) -> None:
    product = make.make_product(stars=4, photo=True)
    url = product.pages.get().url
    first = client.get(url)
    assert first.cookies == {}
    client.force_login(django_user_model.objects.create_user("khach@example.vn", "mat-khau-dai"))
    assert client.get(url).content == first.content


def test_delivery_is_told_by_destination_before_ordering(client: Client) -> None:
    make.make_tariff()
    html = show(client, make.make_product(shipping_weight_g=800, price=200_000))
    zones = list(ShippingZone.objects.values_list("name", flat=True))
    assert len(zones) == 5
    for zone in zones:
        assert f'<th scope="row">{zone}</th>' in html


@pytest.mark.parametrize("bookable", [False, True])
def test_a_service_is_neither_stored_nor_sent(client: Client, bookable: bool) -> None:
    html = show(client, make.make_product(bookable=bookable, page={"storage": "Nơi khô ráo"}))
    assert ("Nơi khô ráo" in html, "chưa gồm phí giao" in html) == (not bookable, not bookable)
    assert "Giá đã gồm thuế GTGT" in html
