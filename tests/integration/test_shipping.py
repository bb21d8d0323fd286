"""The tariff: zones, weights, surcharges, and the ways that are closed with their reason."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from oscar.core.loading import get_class
from pytest_django import DjangoAssertNumQueries

from catalogue.models import Province, SalesPoint
from shop.shipping.loading import load_shipping
from shop.shipping.models import ShippingTariff, ShippingZone, ZoneProvince
from shop.shipping.parcels import BasketParcel
from shop.shipping.tariff import Destination, options, options_for
from tests.factories import make_commune, make_partner, make_product

pytestmark = pytest.mark.django_db

HOME, HANOI, SAIGON, HUE = (Destination(code) for code in ("24", "01", "79", "46"))
PROVINCES = [
    "01", "31", "33", "19", "20", "22", "25", "24", "04", "08", "11", "12",
    "14", "15", "37", "38", "40", "42", "44", "46", "48", "51", "52", "56",
    "66", "68", "75", "79", "80", "82", "86", "91", "92", "96",
]  # fmt: skip


@pytest.fixture(autouse=True)
def tariff() -> None:
    for code in PROVINCES:
        Province.objects.get_or_create(
            code=code, defaults={"name": code, "kind": "tinh", "valid_from": date(2025, 7, 1)}
        )
    load_shipping()


@pytest.fixture
def parcel() -> Any:
    return BasketParcel(partner=make_partner(pickup=False), goods=Decimal(200_000), weight_g=900)


def price(parcel: Any, destination: Any) -> Any:
    return options(parcel, destination).delivery.price


def reason(parcel: Any, destination: Any) -> Any:
    found = options(parcel, destination)
    assert found.delivery is None
    return found.refused[0][1]


def test_file_puts_all_34_provinces_into_one_zone_each() -> None:
    assert ZoneProvince.objects.count() == 34
    assert ShippingZone.objects.count() == 5
    assert ShippingTariff.current().free_from == 600_000


def test_loading_twice_changes_nothing() -> None:
    before = list(ShippingZone.objects.values()), list(ShippingTariff.objects.values())
    load_shipping()
    assert before == (list(ShippingZone.objects.values()), list(ShippingTariff.objects.values()))


def test_database_keeps_a_province_in_one_zone_and_the_rules_in_one_row() -> None:
    far = ShippingZone.objects.get(slug="mien-nam")
    with pytest.raises(IntegrityError), transaction.atomic():
        ZoneProvince.objects.create(zone=far, province_id="24")
    with pytest.raises(IntegrityError), transaction.atomic():
        ShippingTariff.objects.bulk_create([ShippingTariff(pk=2)])


@pytest.mark.parametrize(
    ("weight_g", "expected"),
    [(0, 18_000), (1000, 18_000), (1001, 20_500), (1500, 20_500), (1501, 23_000), (20_000, 113_000)],
)
def test_rate_is_a_base_and_every_step_begun(parcel: Any, weight_g: Any, expected: Any) -> None:
    assert price(replace(parcel, weight_g=weight_g), HOME) == expected


def test_the_larger_of_real_and_volumetric_weight_is_charged(parcel: Any) -> None:
    lantern = replace(parcel, weight_g=300, volume_mm3=300 * 200 * 200)  # 12 l: 2 kg at 6000 cm³/kg
    assert price(lantern, HOME) == 18_000 + 2 * 2_500
    assert price(replace(lantern, weight_g=3_000), HOME) == 18_000 + 4 * 2_500


def test_express_counts_a_denser_volume(parcel: Any) -> None:
    fresh = replace(parcel, volume_mm3=12_000_000, perishable=True)  # 12 l at 5000 cm³/kg is 2.4 kg
    assert price(fresh, HOME) == 18_000 + 3 * 2_500


@pytest.mark.parametrize(
    ("where", "expected"), [(HOME, 18_000), (HANOI, 25_000), (HUE, 43_000), (SAIGON, 47_000)]
)
def test_zones_cost_by_distance(parcel: Any, where: Any, expected: Any) -> None:
    assert price(parcel, where) == expected


def test_surcharges_add_up(parcel: Any) -> None:
    assert price(replace(parcel, fragile=True), HOME) == 18_000 + 12_000
    both = options(replace(parcel, fragile=True, cold_chain=True), HOME).delivery
    assert both.price == 18_000 + 12_000 + 35_000
    assert both.note == "gồm bọc hàng dễ vỡ, gồm gửi lạnh"


def test_free_from_a_sum_within_reach(parcel: Any) -> None:
    rich = replace(parcel, goods=Decimal(600_000))
    assert price(rich, HOME) == price(rich, HANOI) == 0
    assert options(rich, HOME).delivery.note == "miễn phí vì kiện từ 600.000\u00a0₫"
    assert price(replace(rich, goods=Decimal(599_999)), HOME) == 18_000
    assert price(rich, SAIGON) > 0
    assert price(replace(rich, weight_g=5_001), HOME) > 0
    assert price(replace(rich, cold_chain=True), HOME) > 0


def test_what_must_stay_cold_goes_only_where_cold_vans_go(parcel: Any) -> None:
    cold = replace(parcel, cold_chain=True)
    assert options(cold, HANOI).delivery
    assert reason(cold, SAIGON) == "Phải giữ lạnh, chưa gửi lạnh tới Miền Nam được."


def test_fresh_goods_travel_express_or_not_at_all(parcel: Any) -> None:
    fresh = replace(parcel, max_transit_hours=24)
    near = options(fresh, HANOI).delivery
    assert near.name == "Giao tận nơi, hoả tốc"
    assert (near.min_days, near.max_days, near.days_text) == (1, 1, "1 ngày")
    assert reason(fresh, SAIGON) == "Hàng tươi chỉ đi đường được 24 giờ, Miền Nam xa hơn thế."
    assert options(replace(parcel, max_transit_hours=72), SAIGON).delivery
    assert "48 giờ" in reason(replace(parcel, perishable=True), SAIGON)


def test_local_goods_stay_in_the_province(parcel: Any) -> None:
    local = replace(parcel, local_delivery_only=True)
    assert options(local, HOME).delivery
    assert reason(local, HANOI) == "Chỉ giao trong tỉnh."
    ZoneProvince.objects.filter(province_id="01").update(zone=ShippingZone.objects.get(slug="noi-tinh"))
    assert reason(local, HANOI) == "Chỉ giao trong tỉnh."


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ({"weight_g": 20_001}, "nặng quá 20\u00a0kg"),
        ({"volume_mm3": 200_000_000}, "nặng quá 20\u00a0kg"),
        ({"longest_mm": 1_201}, "dài quá 120 cm"),
    ],
)
def test_what_no_courier_carries_is_refused_in_words(parcel: Any, size: Any, words: Any) -> None:
    assert words in reason(replace(parcel, **size), HOME)


def test_unknown_province_is_refused(parcel: Any) -> None:
    assert reason(parcel, Destination("99")) == "Chưa có biểu phí tới nơi này."


def test_pick_up_stays_open_where_delivery_is_closed(parcel: Any) -> None:
    parcel = replace(parcel, partner=make_partner(pickup=True, address="Thôn Thủ Công"), cold_chain=True)
    point = SalesPoint.objects.create(
        slug="kinh-bac",
        name="OCOP Kinh Bắc",
        kind="shop",
        commune=make_commune(),
        address="Phố 1",
        pickup=True,
    )
    SalesPoint.objects.create(
        slug="khong-giao", name="Không giao", kind="shop", commune=make_commune(), address="2"
    )
    found = options(parcel, SAIGON)
    assert [(way.code, way.kind, way.price, way.note) for way in found.available] == [
        ("pickup_producer", "pickup_producer", 0, "Thôn Thủ Công"),
        ("pickup_point-kinh-bac", "pickup_point", 0, "Phố 1"),
    ]
    assert found.get("pickup_point-kinh-bac").sales_point_id == point.pk
    assert found.get("delivery") is None


def test_services_need_no_shipping(parcel: Any) -> None:
    found = options(replace(parcel, needs_shipping=False), Destination("99"))
    assert [(way.code, way.price) for way in found.available] == [("none", 0)]
    assert found.refused == []


def test_three_parcels_ask_no_more_than_one(
    parcel: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 3):
        with django_assert_num_queries(4, connection=connection):
            options_for([parcel] * count, HANOI)


def test_shop_without_a_tariff_row_has_defaults_and_writes_nothing() -> None:
    ShippingTariff.objects.all().delete()
    assert ShippingTariff.current().max_weight_g == 20_000
    assert not ShippingTariff.objects.exists()


def test_the_row_of_the_tariff_keeps_its_key_however_often_it_is_made() -> None:
    for _time in range(3):
        ShippingTariff.objects.all().delete()
        assert ShippingTariff.load().pk == 1


class TestQuotes:
    def quotes(self, product: Any) -> Any:
        return get_class("shipping.repository", "Repository")().quotes_for_product(product)

    def test_one_row_for_each_zone_near_ones_first(self) -> None:
        found = self.quotes(make_product(shipping_weight_g=1_200))
        assert [(quote.zone_name, quote.price) for quote in found] == [
            ("Trong Bắc Ninh", 20_500),
            ("Hà Nội và các tỉnh lân cận", 29_000),
            ("Miền Bắc còn lại", 37_000),
            ("Miền Trung và Tây Nguyên", 50_000),
            ("Miền Nam", 55_000),
        ]
        assert found[0].days_text == "1 đến 2 ngày"

    def test_closed_zone_has_its_reason_and_no_price(self) -> None:
        found = self.quotes(make_product(shipping_weight_g=500, cold_chain=True, max_transit_hours=24))
        assert found[0].price == 53_000
        assert found[-1].price is None
        assert found[-1].reason.startswith("Phải giữ lạnh")

    def test_variants_are_quoted_by_the_cheapest_in_proportion(self) -> None:
        product = make_product(
            variants={"1 kg": (85_000, 5), "3 kg": (240_000, 5)}, net_weight_g=1_000, shipping_weight_g=1_650
        )
        for child, net in zip(product.children.order_by("pk"), (1_000, 3_000), strict=True):
            child.net_weight_g = net
            child.save(update_fields=["net_weight_g"])
        assert self.quotes(product)[0].price == 18_000 + 2 * 2_500

    @pytest.mark.parametrize("facts", [{"bookable": True}, {"price": None}])
    def test_nothing_to_quote(self, facts: Any) -> None:
        assert self.quotes(make_product(**facts)) == []
