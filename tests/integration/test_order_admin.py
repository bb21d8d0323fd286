"""Staff handle orders in the admin; producers and Oscar's dashboard do not."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shop.order.models import Order, Parcel
from tests.factories import make_product
from tests.shop import make_order
from tests.staff import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
VERBS = ["accept", "pack", "ship", "deliver", "cancel", "return"]


@pytest.fixture
def hub(client: Client, django_user_model: Any) -> Client:
    log_in(client, django_user_model, "view_order", "change_order")
    return client


def step(client: Client, parcel: Parcel, verb: str, **data: Any) -> Any:
    data = {f"{verb}-{parcel.pk}-{name}": value for name, value in data.items()}
    return client.post(
        reverse("shop_orders:step", args=[parcel.order_id, parcel.pk, verb]), data, follow=True
    )


def test_staff_walks_a_parcel_to_the_buyer(hub: Client) -> None:
    order = make_order(make_product(title="Bình gốm"))
    parcel = order.parcels.get()
    listed = hub.get(reverse("shop_orders:index"))
    assert order.number in listed.content.decode()
    assert order.number in hub.get(reverse("shop_parcels:index")).content.decode()
    step(hub, parcel, "accept")
    step(hub, parcel, "pack")
    page = step(hub, parcel, "ship", carrier="GHN", tracking_code="GHN 123")
    assert "GHN 123" in page.content.decode()
    step(hub, parcel, "deliver")
    parcel.refresh_from_db()
    assert (parcel.status, parcel.carrier, parcel.tracking_code) == ("delivered", "GHN", "GHN 123")
    assert list(order.log.values_list("verb", "actor__email"))[1:] == [
        (verb, "hoa@example.vn") for verb in ("accept", "pack", "ship", "pay", "deliver", "pay")
    ]


def test_staff_read_how_a_parcel_goes_in_their_language(hub: Client) -> None:
    order = make_order()
    Order.objects.update(language="en")
    order.parcels.update(shipping_name="Delivery to the door")
    page = hub.get(reverse("shop_orders:detail", args=[order.pk])).content.decode()
    assert ("Delivery to the door" in page, "Giao tận nơi, " in page) == (False, True)


def test_help_stands_with_its_field(hub: Client) -> None:
    parcel = make_order().parcels.get()
    step(hub, parcel, "accept")
    page = step(hub, parcel, "pack").content.decode()
    assert f'id="id_ship-{parcel.pk}-carried_by_helptext"' in page
    assert "Tiền mặt của kiện nằm ở người giao." in page


def test_cancel_needs_a_reason(hub: Client) -> None:
    parcel = make_order().parcels.get()
    page = step(hub, parcel, "cancel", reason="")
    parcel.refresh_from_db()
    assert (page.status_code, parcel.status) == (422, "new")
    step(hub, parcel, "cancel", reason="khách gọi huỷ")
    parcel.refresh_from_db()
    assert parcel.status == "cancelled"


def test_late_click_changes_nothing(hub: Client) -> None:
    parcel = make_order().parcels.get()
    step(hub, parcel, "accept")
    page = step(hub, parcel, "accept")
    assert "không làm việc này được" in page.content.decode()
    assert parcel.order.log.filter(verb="accept").count() == 1


def test_lists_take_nonsense(hub: Client) -> None:
    make_order()
    for name in ("shop_orders:index", "shop_parcels:index", "shop_orders:index_results"):
        for query in ("q=", "q=%00", "q=%22", "status=nonsense", "p=999", "ordering=x", "date_placed_from=x"):
            assert hub.get(f"{reverse(name)}?{query}").status_code == 200, (name, query)


def test_search_finds_code_name_and_phone(hub: Client) -> None:
    order, other = make_order(), make_order()
    type(other.shipping_address).objects.filter(pk=other.shipping_address_id).update(
        first_name="Khác", phone_number="+84987654321"
    )
    for query in (order.number, "Ánh", "912345678"):
        found = hub.get(reverse("shop_orders:index_results"), {"q": query}).content.decode()
        assert order.number in found
        assert other.number not in found


def test_foreign_ids_are_not_found(hub: Client) -> None:
    one, two = make_order(), make_order()
    parcel = two.parcels.get()
    assert hub.get(reverse("shop_orders:detail", args=[999_999])).status_code == 404
    urls = [
        reverse("shop_orders:step", args=[one.pk, parcel.pk, "accept"]),
        reverse("shop_orders:step", args=[two.pk, parcel.pk, "place"]),
        reverse("shop_orders:step", args=[two.pk, parcel.pk, "nonsense"]),
    ]
    assert [hub.post(url).status_code for url in urls] == [404, 404, 404]
    parcel.refresh_from_db()
    assert parcel.status == "new"


@pytest.mark.parametrize("codenames", [[], ["view_order"]])
def test_without_the_permission_nothing_moves(
    client: Client, django_user_model: Any, codenames: list[str]
) -> None:
    log_in(client, django_user_model, *codenames)
    order = make_order()
    parcel = order.parcels.get()
    page = client.get(reverse("shop_orders:detail", args=[order.pk]))
    assert (page.status_code == 200) == bool(codenames)
    for verb in VERBS:
        step(client, parcel, verb, reason="x")
    parcel.refresh_from_db()
    assert parcel.status == "new"


def test_producer_sees_no_order(client: Client, django_user_model: Any) -> None:
    from django.contrib.auth.models import Group

    product = make_product()
    order = make_order(product)
    user = log_in(client, django_user_model, "view_order", "change_order")
    group = Group.objects.create(name="HTX")
    user.groups.add(group)
    product.producer.group = group
    product.producer.save()
    product.producer.users.add(user)
    parcel = order.parcels.get()
    for url in (
        reverse("shop_orders:index"),
        reverse("shop_parcels:index"),
        reverse("shop_orders:detail", args=[order.pk]),
        reverse("dashboard:order-list"),
        reverse("dashboard:order-detail", args=[order.number]),
    ):
        page = client.get(url, follow=True)
        assert order.number not in page.content.decode()
        assert order.email not in page.content.decode()
    step(client, parcel, "accept")
    parcel.refresh_from_db()
    assert parcel.status == "new"


def test_oscars_order_dashboard_leads_to_the_desk(hub: Client) -> None:
    order = make_order()
    assert hub.get(reverse("dashboard:order-list")).url == reverse("shop_orders:index")
    detail = reverse("dashboard:order-detail", args=[order.number])
    assert hub.get(detail).url == reverse("shop_orders:detail", args=[order.pk])
    for action in ("create_payment_event", "change_order_status", "create_order_payment_event"):
        hub.post(detail, {"order_action": action, "new_status": "Cancelled", "amount": "1"})
    order.refresh_from_db()
    assert order.status == "Placed"
    assert order.payment_events.count() == 0


def test_refused_parcel_goes_back_on_the_shelf_unless_staff_say_otherwise(hub: Client) -> None:
    """Nobody has opened what was refused at the door."""
    parcel = make_order().parcels.get()
    for verb in ("accept", "pack", "ship"):
        page = step(hub, parcel, verb)
    box = f'name="return-{parcel.pk}-restock"'
    assert "checked" in page.content.decode().split(box)[1].split(">")[0]


def test_delivered_goods_come_back_unit_by_unit_and_are_not_for_sale_by_themselves(hub: Client) -> None:
    parcel = make_order(quantity=2).parcels.get()
    for verb in ("accept", "pack", "ship", "deliver"):
        page = step(hub, parcel, verb)
    line = parcel.lines.get()
    text = page.content.decode()
    for name, value in ((f"back_{line.pk}", 2), (f"restock_{line.pk}", 0)):
        tag = text.split(f'name="return-{parcel.pk}-{name}"')[1].split(">")[0]
        assert f'value="{value}"' in tag
