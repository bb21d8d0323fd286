"""What templates show in one line: places, sellers, what a refund is for."""

import pytest
from django.utils import translation

from catalogue.models import Commune, Province, SalesPoint
from shop.order.models import Line, Parcel, ShippingAddress
from shop.partner.models import Partner
from shop.payment.models import Refund

PHU_LANG = Commune(name="Phù Lãng", kind="xa", province=Province(name="Bắc Ninh", kind="tinh"))


def test_address_in_a_line() -> None:
    address = ShippingAddress(line1="12 Hàng Gốm", commune=PHU_LANG)
    assert address.place_in_a_line == "12 Hàng Gốm, xã Phù Lãng"
    address.old_address = "huyện Quế Võ"
    assert address.place_in_a_line == "12 Hàng Gốm, xã Phù Lãng (huyện Quế Võ)"
    assert ShippingAddress().place_in_a_line == ""


def test_parcel_is_fetched_at_the_sales_point() -> None:
    point = SalesPoint(name="Chợ quê", address="1 Nguyễn Du", commune=PHU_LANG)
    parcel = Parcel(kind="pickup_point", sales_point=point, partner=Partner(address="thôn Chùa"))
    assert parcel.pickup_place == "Chợ quê, 1 Nguyễn Du, xã Phù Lãng"
    point.phone = "0222 3822 000"
    assert parcel.pickup_place == "Chợ quê, 1 Nguyễn Du, xã Phù Lãng, 0222 3822 000"


@pytest.mark.parametrize(
    ("kind", "place"),
    [("pickup_producer", "thôn Chùa, xã Phù Lãng"), ("pickup_point", ""), ("delivery", ""), ("none", "")],
)
def test_parcel_without_a_sales_point(kind: str, place: str) -> None:
    partner = Partner(address="thôn Chùa", commune=PHU_LANG)
    assert Parcel(kind=kind, partner=partner).pickup_place == place


def test_producer_without_a_commune_is_found_by_the_address() -> None:
    assert Parcel(kind="pickup_producer", partner=Partner(address="thôn Chùa")).pickup_place == "thôn Chùa"


def test_seller_with_all_that_the_law_wants() -> None:
    seller = Partner(
        name="HTX Gò Mây",
        tax_code="2300000000",
        business_licence="21A8",
        address="thôn Chùa",
        commune=PHU_LANG,
        phone="0222 3822 000",
    )
    place = "thôn Chùa, xã Phù Lãng, 0222 3822 000"
    assert seller.identity == f"HTX Gò Mây, mã số thuế 2300000000, số đăng ký 21A8, {place}"
    with translation.override("en"):
        assert seller.identity.startswith("HTX Gò Mây, tax code 2300000000, registration no. 21A8, ")


def test_seller_of_whom_little_is_known() -> None:
    assert Partner(name="HTX Gò Mây", phone="0222 3822 000").identity == "HTX Gò Mây, 0222 3822 000"


def test_what_a_refund_is_for() -> None:
    parcel, line = Parcel(number=2), Line(title="Mì Chũ")
    assert Refund().purpose == ""
    assert Refund(parcel=parcel).purpose == "kiện 2"
    assert Refund(parcel=parcel, line=line).purpose == "kiện 2: Mì Chũ"
    assert Refund(parcel=parcel, line=line, quantity=3).purpose == "kiện 2: 3 × Mì Chũ"
