"""What buyers type about themselves and where they live, on the checkout's pages."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.models import FormerUnit
from shop.order.models import Order
from tests.checkout import ADDRESS_URL, filled
from tests.factories import make_commune
from tests.shop import ADDRESS, place, walk_to_review

__all__ = ["filled"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "bắt buộc"),
        ("name", "   ", "bắt buộc"),
        ("name", "12345", "chữ cái"),
        ("name", "Ánh\x07", "ký tự ẩn"),
        ("name", "Ánh\u202e", "ký tự ẩn"),
        ("name", "A" * 81, "80"),
        ("name", "\x00", ""),
        ("phone", "", "bắt buộc"),
        ("phone", "091 234 56", "có 10 chữ số, bạn nhập 8"),
        ("phone", "0741234567", "không gọi được"),
        ("phone", "📞📞📞", "không phải số điện thoại"),
        ("phone", "<script>alert(1)</script>", "không phải số điện thoại"),
        ("phone", "0912345678" * 4, ""),
        ("email", "", "bắt buộc"),
        ("email", "anh@", "chưa đúng. Ví dụ: ten@example.vn"),
        ("email", "🍵@example.vn", ""),
        ("email", "anh@example.vn\r\nBcc: x@example.vn", ""),
        ("province", "", "chọn tỉnh"),
        ("province", "99", "trong danh sách"),
        ("province", "24'--", "trong danh sách"),
        ("commune", "", "chọn phường, xã"),
        ("commune", "00001", "của tỉnh này"),
        ("street", "", "số nhà"),
        ("street", "x" * 201, "200"),
        ("note", "x" * 301, "300"),
        ("gift_message", "x" * 301, "300"),
        ("pickup", "maybe", ""),
    ],
)
def test_bad_input_is_answered_beside_its_field(filled: Client, field: str, value: str, words: str) -> None:
    make_commune(code="00001", name="Cửa Nam", province_code="01")
    typed = {**ADDRESS, field: value}
    page = filled.post(reverse(ADDRESS_URL), typed)
    form = page.context["form"]
    text = page.content.decode()
    assert page.status_code == 422
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]
    assert f'id="id_{field}_error"' in text or field == "pickup"
    assert "<script>alert" not in text
    for name, kept in typed.items():
        assert form[name].value() == kept


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("name", "<b>Ánh</b>", "<b>Ánh</b>"),
        ("name", "  Nguyễn   Ánh ", "Nguyễn Ánh"),
        ("name", "Nguye\u0302\u0303n A\u0301nh", "Nguyễn Ánh"),
        ("street", "Ngõ 3 🏡", "Ngõ 3 🏡"),
        ("note", "Gọi trước\r\nrồi giao", "Gọi trước rồi giao"),
    ],
)
def test_odd_but_honest_input_is_kept_as_text(filled: Client, field: str, value: str, kept: str) -> None:
    review = walk_to_review(filled, **{field: value})
    assert getattr(review.context["purchase"], field) == kept
    assert "<b>Ánh</b>" not in review.content.decode()


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("0912.345.678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("+33 1 42 68 53 00", "+33142685300"),
    ],
)
def test_phones_are_taken_as_people_write_them(filled: Client, typed: str, e164: str) -> None:
    assert walk_to_review(filled, phone=typed).context["purchase"].phone == e164


def test_marketing_consent_is_never_ticked_for_the_buyer(filled: Client) -> None:
    page = filled.get(reverse(ADDRESS_URL)).content.decode()
    assert 'name="marketing_consent" id="id_marketing_consent">' in page or "marketing_consent" in page
    assert "checked" not in page.split('name="marketing_consent"')[1].split(">")[0]
    place(filled, walk_to_review(filled))
    assert Order.objects.get().marketing_consent is False


def test_pick_up_needs_no_address(filled: Client) -> None:
    review = walk_to_review(filled, pickup="1", province="", commune="", street="")
    place(filled, review)
    order = Order.objects.get()
    assert order.parcels.get().kind == "pickup_producer"
    assert order.shipping_address.place_lines == []
    assert order.shipping_incl_tax == 0


def test_invoice_is_asked_whole_or_not(filled: Client) -> None:
    page = filled.post(reverse(ADDRESS_URL), {**ADDRESS, "wants_invoice": "on", "invoice_tax_code": "12"})
    assert set(page.context["form"].errors) == {"invoice_name", "invoice_tax_code", "invoice_address"}
    company = {
        "wants_invoice": "on",
        "invoice_name": "Cty A",
        "invoice_tax_code": "0101234567",
        "invoice_address": "HN",
    }
    place(filled, walk_to_review(filled, **company))
    assert Order.objects.get().invoice_tax_code == "0101234567"


def make_former(**fields: Any) -> None:
    commune = make_commune(**{"code": "09319", "name": "Từ Sơn", **fields.pop("to", {})})
    row = {
        "code": "09383",
        "name": "Phường Đình Bảng",
        "district_name": "Thành phố Từ Sơn",
        "province_name": "Tỉnh Bắc Ninh",
    }
    FormerUnit.objects.create(commune=commune, **{**row, **fields})


@pytest.mark.parametrize(
    "text", ["Đình Bảng", "dinh bang", "P. Đình Bảng, TP. Từ Sơn", "phường đình bảng, bắc ninh"]
)
def test_old_name_finds_the_new_commune(filled: Client, text: str) -> None:
    make_former()
    page = filled.post(
        reverse(ADDRESS_URL), {**ADDRESS, "name": "", "commune": "", "old_address": text, "find": "1"}
    )
    form = page.context["form"]
    assert page.status_code == 200
    assert (form["province"].value(), form["commune"].value()) == ("24", "09319")
    assert "xã Từ Sơn" in page.content.decode()
    assert form["street"].value() == ADDRESS["street"]


def test_old_district_with_several_communes_lets_the_buyer_choose(filled: Client) -> None:
    make_former(code="1", name="Xã A", district_name="Huyện Quế Võ", to={"code": "09300", "name": "Quế Võ"})
    make_former(
        code="2", name="Xã B", district_name="Huyện Quế Võ", to={"code": "09301", "name": "Phù Lương"}
    )
    page = filled.post(reverse(ADDRESS_URL), {**ADDRESS, "old_address": "que vo", "find": "1"})
    assert [hit.commune.pk for hit in page.context["hits"]] == ["09300", "09301"]
    page = filled.post(reverse(ADDRESS_URL), {**ADDRESS, "use": "09301"})
    assert page.context["form"]["commune"].value() == "09301"
    assert page.context["form"]["name"].value() == ADDRESS["name"]


@pytest.mark.parametrize("text", ["", "?", "x", "không có nơi này", "%", "\x00", "a" * 5000])
def test_old_name_not_found_says_so(filled: Client, text: str) -> None:
    page = filled.post(reverse(ADDRESS_URL), {**ADDRESS, "old_address": text, "find": "1"})
    assert page.status_code == 200
    assert "Không thấy tên này" in page.content.decode()


def test_foreign_commune_codes_do_no_harm(filled: Client) -> None:
    for code in ("99999", "'; DROP", "\x00", "9" * 400):
        assert filled.post(reverse(ADDRESS_URL), {**ADDRESS, "use": code}).status_code == 200
        assert filled.get(reverse("checkout:communes"), {"province": code}).status_code == 200


def test_communes_of_the_chosen_province(client: Client) -> None:
    make_commune(code="00001", name="Cửa Nam", province_code="01")
    page = client.get(reverse("checkout:communes"), {"province": "01"}).content.decode()
    assert "Cửa Nam" in page
    assert "Phù Lãng" not in page
    assert (
        'name="commune_name"' in client.get(reverse("checkout:communes"), {"province": "79"}).content.decode()
    )
