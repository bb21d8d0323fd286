"""Staff correct recipient and address before anything is packed; price, log, mail and the producer follow."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from shop.core.actors import SYSTEM
from shop.fulfilment import parcels
from shop.order.models import Order, Parcel
from shop.shipping.tariff import Tariff
from tests.factories import make_commune, make_product
from tests.producer_accounts import log_in as log_in_producer
from tests.producer_accounts import make_producer_account
from tests.shop import ADDRESS, make_order, make_purchase
from tests.staff import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
FAR = "79"


@pytest.fixture
def hub(client: Client, django_user_model: Any) -> Client:
    log_in(client, django_user_model, "view_order", "change_order")
    return client


def url(order: Order) -> str:
    return reverse("shop_orders:address", args=[order.pk])


def correct(client: Client, order: Order, **changes: Any) -> Any:
    return client.post(url(order), {**ADDRESS, **changes}, follow=True)


def lines(order: Order) -> list[str]:
    return list(order.log.filter(verb="address").values_list("note", flat=True))


@pytest.mark.usefixtures("mail_queue")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_corrected_address_is_logged_told_and_seen_by_the_producer(
    hub: Client, language: str, django_capture_on_commit_callbacks: Any
) -> None:
    own = make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")
    order = make_order(own.product)
    Order.objects.update(language=language)
    assert url(order) in hub.get(reverse("shop_orders:detail", args=[order.pk])).content.decode()
    assert 'value="0912 345 678"' in hub.get(url(order)).content.decode()
    new = {"name": "Trần Văn Bé", "phone": "0987 654 321", "street": "Số 5 <b>Đình</b>", "note": "gọi trước"}
    with django_capture_on_commit_callbacks(execute=True):
        assert correct(hub, order, **new).status_code == 200
    address = Order.objects.get(pk=order.pk).shipping_address
    assert (address.first_name, str(address.phone_number), address.line1, address.notes) == (
        "Trần Văn Bé",
        "+84987654321",
        "Số 5 <b>Đình</b>",
        "gọi trước",
    )
    assert [note.split(": ")[1] for note in lines(order)] == [
        "Nguyễn Thị Ánh → Trần Văn Bé",
        "…678 → …321",
        lines(order)[2].split(": ")[1],
        "– → gọi trước",
    ]
    assert "Thôn Đoàn Kết" in lines(order)[2].split("→")[0]
    assert set(order.log.filter(verb="address").values_list("actor_name", flat=True)) == {"hoa@example.vn"}
    mail = Email.objects.get(to=order.email, subject__contains=order.number)
    assert "Số 5 <b>Đình</b>" in mail.message
    assert "Số 5 &lt;b&gt;Đình" in mail.html_message
    page = (
        log_in_producer(own.user)
        .get(reverse("producer_parcels:detail", args=[order.parcels.get().pk]))
        .content.decode()
    )
    assert "Trần Văn Bé" in page
    assert "Chợ đã sửa người nhận hoặc địa chỉ lúc" in page
    assert "Nguyễn Thị Ánh" not in page
    assert correct(hub, order, **new).status_code == 200
    assert (len(lines(order)), order.mails.filter(kind="address").count()) == (4, 1)


def test_errors_stand_beside_their_field_and_nothing_is_lost(hub: Client) -> None:
    order = make_order()
    page = correct(hub, order, phone="12", street="Xóm mới")
    assert (page.status_code, lines(order)) == (422, [])
    text = page.content.decode()
    assert 'value="Xóm mới"' in text
    assert "error-message" in text
    again = hub.post(url(order), {**ADDRESS, "province": FAR, "refresh": "1"})
    assert (again.status_code, 'name="commune_name"' in again.content.decode()) == (200, True)


def test_another_province_at_another_price_needs_a_word(hub: Client) -> None:
    parcel = make_order(make_product(shipping_weight_g=2000)).parcels.get()
    order, sold = parcel.order, parcel.shipping
    far = {"province": FAR, "commune": "", "commune_name": "Phường Sài Gòn"}
    page = correct(hub, order, **far)
    assert (page.status_code, lines(order)) == (422, [])
    assert "tới nơi mới là" in page.content.decode()
    assert correct(hub, order, **far, price_stays="on").status_code == 200
    parcel = Parcel.objects.get(pk=parcel.pk)
    zone = Tariff().zone_of(FAR)
    assert zone is not None
    assert (parcel.shipping, parcel.min_days, parcel.max_days) == (sold, zone.min_days, zone.max_days)
    assert parcel.order.shipping_address.province_id == FAR
    assert order.total_incl_tax == Order.objects.get(pk=order.pk).total_incl_tax


def test_another_province_at_the_same_price_needs_none(hub: Client) -> None:
    zones = Tariff().zone_ids
    one, two = next(
        (a, b) for a in zones for b in zones if a != b and zones[a] == zones[b] and "24" not in {a, b}
    )
    there = {"commune": "", "commune_name": "Phường Một"}
    order = make_order(purchase=make_purchase(province=one, **there))
    assert correct(hub, order, province=two, **there).status_code == 200
    assert Order.objects.get(pk=order.pk).shipping_address.province_id == two


def test_nothing_goes_where_it_cannot(hub: Client) -> None:
    order = make_order(make_product(local_delivery_only=True))
    far = {"province": FAR, "commune": "", "commune_name": "Phường Sài Gòn", "price_stays": "on"}
    page = correct(hub, order, **far)
    assert (page.status_code, "Chỉ giao trong tỉnh." in page.content.decode()) == (422, True)
    assert Order.objects.get(pk=order.pk).shipping_address.province_id == "24"


def test_who_fetches_the_goods_gets_no_address(hub: Client) -> None:
    product = make_product()
    product.producer.pickup = True
    product.producer.save()
    order = make_order(product, purchase=make_purchase(pickup=True, province="", commune="", street=""))
    assert 'name="province"' not in hub.get(url(order)).content.decode()
    assert correct(hub, order, name="Trần Văn Bé").status_code == 200
    address = Order.objects.get(pk=order.pk).shipping_address
    assert (address.first_name, address.province_id, address.line1) == ("Trần Văn Bé", None, "")


def test_commune_of_the_same_name_is_logged_by_its_code(hub: Client) -> None:
    """Nothing that is read had changed: the page was an error."""
    order = make_order()
    make_commune(code="09293", name="Phù Lãng")
    assert correct(hub, order, commune="09293").status_code == 200
    assert Order.objects.get(pk=order.pk).shipping_address.commune_id == "09293"
    assert lines(order) == ["Mã phường, xã: 09292 → 09293"]
    assert not order.mails.filter(kind="address").exists()


def test_only_a_telephone_number_is_shortened_in_the_log(hub: Client) -> None:
    order = make_order()
    correct(hub, order, note="+ gọi trước 15 phút", phone="0987 654 321")
    assert lines(order) == ["Số điện thoại: …678 → …321", "Lời nhắn cho người giao: – → + gọi trước 15 phút"]


def test_too_late_once_a_parcel_is_packed(hub: Client) -> None:
    order = make_order(make_product(), make_product())
    parcel = order.parcels.first()
    assert parcel
    parcels.accept(parcel_id=parcel.pk, by=SYSTEM)
    assert correct(hub, order, name="Trần Văn Bé").status_code == 200
    parcels.pack(parcel_id=parcel.pk, by=SYSTEM)
    page = correct(hub, order, name="Lê Cúc").content.decode()
    assert "Không sửa địa chỉ được nữa" in page
    assert url(order) not in page
    assert Order.objects.get(pk=order.pk).shipping_address.first_name == "Trần Văn Bé"


@pytest.mark.parametrize("codenames", [[], ["view_order"]])
def test_without_the_permission_nothing_is_corrected(
    client: Client, django_user_model: Any, codenames: list[str]
) -> None:
    log_in(client, django_user_model, *codenames)
    order = make_order()
    correct(client, order, name="Trần Văn Bé")
    assert Order.objects.get(pk=order.pk).shipping_address.first_name == "Nguyễn Thị Ánh"
    assert url(order) not in client.get(reverse("shop_orders:detail", args=[order.pk])).content.decode()
