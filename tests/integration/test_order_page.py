"""The order page behind its link, and finding it again."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shop.order.models import Order
from tests.factories import make_product
from tests.shop import make_order, make_purchase

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
UNKNOWN = "Không có đơn nào khớp"


def look_up(client: Client, code: str, contact: str) -> Any:
    return client.post(reverse("order:lookup"), {"code": code, "contact": contact})


def test_page_shows_parcels_and_keeps_the_link_secret(client: Client) -> None:
    order = make_order(make_product(title="Bình gốm"), make_product(title="Tranh gà"))
    page = client.get(order.get_absolute_url())
    text = page.content.decode()
    assert page.status_code == 200
    assert all(
        word in text for word in (order.number, "Bình gốm", "Tranh gà", "Kiện 2", "0912 345 678", "Phù Lãng")
    )
    assert "no-store" in page["Cache-Control"]
    assert "private" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("token", ["x", "0" * 32, "..", "%00", "é", "a" * 500])
def test_guessed_links_are_not_found(client: Client, token: str) -> None:
    make_order()
    assert client.get(f"/don-hang/{token}/").status_code == 404
    assert client.post(f"/don-hang/{token}/huy/").status_code == 404


def test_page_costs_the_same_for_one_and_three_parcels(client: Client) -> None:
    counts = []
    for number in (1, 3):
        order = make_order(*(make_product() for _ in range(number)))
        client.get(order.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(order.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16, counts


def test_goods_that_are_gone_stay_in_the_order(client: Client) -> None:
    product = make_product(title="Bình gốm")
    order = make_order(product)
    product.delete()
    assert "Bình gốm" in client.get(order.get_absolute_url()).content.decode()


def test_what_the_buyer_wrote_is_text(client: Client) -> None:
    order = make_order(purchase=make_purchase(name="<script>x</script>", gift_message="<b>Tết</b>"))
    text = client.get(order.get_absolute_url()).content.decode()
    assert "<script>x" not in text
    assert "&lt;b&gt;Tết&lt;/b&gt;" in text


@pytest.mark.parametrize("contact", ["anh@example.vn", "ANH@Example.VN", "0912 345 678", "+84 912-345-678"])
def test_code_and_contact_lead_to_the_order(client: Client, contact: str) -> None:
    order = make_order()
    typed = f" {order.number[:4].lower()}-{order.number[4:]} "
    assert look_up(client, typed, contact).url == order.get_absolute_url()


def test_every_wrong_answer_is_the_same(client: Client) -> None:
    order, other = (
        make_order(),
        make_order(purchase=make_purchase(email="lan@example.vn", phone="+84987654321")),
    )
    tries = [
        ("ZZZZZZZZ", "anh@example.vn"),
        (order.number, "ai@example.vn"),
        (order.number, "0987654321"),
        (order.number, "khong phai so"),
        (order.number, "\u0660\u0669"),
        (other.number, "anh@example.vn"),
        ("'; DROP TABLE", "@"),
    ]
    for code, contact in tries:
        page = look_up(client, code, contact)
        assert page.status_code == 422
        assert page.context["form"].non_field_errors()[0].startswith(UNKNOWN)
        assert order.token not in page.content.decode()


@pytest.mark.parametrize(
    ("code", "contact", "field"),
    [("", "a@b.vn", "code"), ("K7M2QX9A", "", "contact"), ("x" * 99, "a@b.vn", "code")],
)
def test_half_filled_look_up_is_told_so(client: Client, code: str, contact: str, field: str) -> None:
    page = look_up(client, code, contact)
    assert page.status_code == 422
    assert field in page.context["form"].errors


def test_guessing_is_braked(client: Client) -> None:
    order = make_order()
    answers = [look_up(client, order.number, f"{n}@example.vn").content.decode() for n in range(12)]
    assert "thử quá nhiều lần" not in answers[9]
    assert "thử quá nhiều lần" in answers[11]
    assert look_up(client, order.number, "anh@example.vn").status_code == 422
    assert Order.objects.filter(pk=order.pk).exists()


def test_cancel_reason_too_long_is_told_beside_the_field(client: Client) -> None:
    order = make_order()
    page = client.post(reverse("order:cancel", args=[order.token]), {"reason": "x" * 301})
    assert page.status_code == 422
    assert page.context["form"].errors["reason"]
    order.refresh_from_db()
    assert order.status == "Placed"


def test_cancel_is_not_a_link(client: Client) -> None:
    order = make_order()
    assert client.get(reverse("order:cancel", args=[order.token])).status_code == 405
