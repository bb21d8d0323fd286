"""Staff and an order's money: ask again, give back, note what was given by hand."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shop.backoffice.attention.page import doubtful_payments, refunds_to_make
from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import parcels
from shop.order.models import Order
from shop.payment import balances, expiring, settling
from shop.payment.models import Payment, Refund
from shop.payment.refunds import cancelling
from tests.factories import make_product
from tests.prepaid import Prepaid
from tests.shop import make_order, make_purchase
from tests.staff import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prepaid_market")]
STAFF = Actor(name="Hoa")


@pytest.fixture
def hub(client: Client, django_user_model: Any) -> Client:
    log_in(client, django_user_model, "view_order", "change_order")
    return client


def waiting() -> Order:
    return make_order(make_product(stock=5), make_product(stock=5), purchase=make_purchase(method="prepaid"))


def paid() -> tuple[Order, Payment]:
    order = waiting()
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax))
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    order.refresh_from_db()
    payment.refresh_from_db()
    return order, payment


def give(hub: Client, payment: Payment, **fields: Any) -> Any:
    data = {"key": "k1", "amount": "1000", "parcel": "", "way": "card", "reason": "hàng vỡ", **fields}
    return hub.post(
        reverse("shop_orders:refund", args=[payment.order_id, payment.pk]),
        {f"refund-{payment.pk}-{name}": value for name, value in data.items()},
        follow=True,
    )


def test_staff_ask_the_provider_again(hub: Client) -> None:
    order = waiting()
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax))
    hub.post(reverse("shop_orders:look", args=[order.pk, payment.pk]))
    order.refresh_from_db()
    assert order.status == Order.Status.PLACED


def test_pressed_twice_gives_once(hub: Client) -> None:
    order, payment = paid()
    for _ in range(2):
        give(hub, payment)
    refund = Refund.objects.get()
    assert (refund.amount, refund.way, refund.reason) == (1000, "card", "hàng vỡ")
    page = hub.get(reverse("shop_orders:detail", args=[order.pk])).content.decode()
    assert "hàng vỡ" in page
    assert order.log.filter(verb="refund", actor__email="hoa@example.vn").count() == 1


def test_never_more_than_the_parcel_or_the_payment(hub: Client) -> None:
    order, payment = paid()
    parcel = order.parcels.first()
    assert parcel is not None
    give(hub, payment, amount=str(int(payment.amount) + 1))
    give(hub, payment, amount=str(int(parcel.total) + 1), parcel=parcel.pk)
    assert not Refund.objects.exists()
    give(hub, payment, amount=str(int(parcel.total)), parcel=parcel.pk)
    give(hub, payment, key="k2", amount="1", parcel=parcel.pk)
    assert [(refund.amount, refund.goods) for refund in Refund.objects.all()] == [
        (parcel.total, parcel.goods)
    ]


@pytest.mark.parametrize(
    "wrong",
    [{"amount": "0"}, {"amount": "-5"}, {"amount": "1.5"}, {"amount": "x"}, {"reason": ""}, {"way": "gold"},
     {"parcel": "999999"}, {"key": "x" * 60}],
)  # fmt: skip
def test_nonsense_gives_nothing(hub: Client, wrong: dict[str, str]) -> None:
    _order, payment = paid()
    page = give(hub, payment, **wrong)
    assert page.status_code == 422
    assert not Refund.objects.exists()


def typed(page: Any, name: str) -> str:
    """Return what the page that came back with errors has in a field."""
    assert page.status_code == 422
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', page.content.decode())
    assert field
    value = re.search(r'value="([^"]*)"', field[0])
    return value[1] if value else ""


def test_refund_that_is_refused_comes_back_as_typed(hub: Client) -> None:
    _order, payment = paid()
    page = give(hub, payment, amount="x", reason="hàng vỡ")
    assert typed(page, f"refund-{payment.pk}-reason") == "hàng vỡ"
    page = give(hub, payment, amount=str(int(payment.amount) + 1))
    assert typed(page, f"refund-{payment.pk}-amount") == str(int(payment.amount) + 1)
    assert typed(page, f"refund-{payment.pk}-key") == "k1"
    assert "Chỉ còn hoàn được" in page.content.decode()
    assert not Refund.objects.exists()


@pytest.mark.parametrize(("verb", "field"), [("note", "reference"), ("drop", "reason")])
def test_note_on_a_refund_that_is_refused_comes_back_as_typed(hub: Client, verb: str, field: str) -> None:
    order, payment = paid()
    give(hub, payment, way="bank")
    refund = Refund.objects.get()
    address = reverse(f"shop_orders:{verb}_refund", args=[order.pk, refund.pk])
    page = hub.post(address, {f"{verb}-{refund.pk}-{field}": "FT 26\u200b"})
    assert typed(page, f"{verb}-{refund.pk}-{field}") == "FT 26\u200b"
    assert "Có ký tự ẩn không in ra được." in page.content.decode()
    refund.refresh_from_db()
    assert refund.state == "requested"


def test_transfer_by_hand_is_noted_with_its_number(hub: Client) -> None:
    order, payment = paid()
    give(hub, payment, way="bank")
    refund = Refund.objects.get()
    address = reverse("shop_orders:note_refund", args=[order.pk, refund.pk])
    hub.post(address, {f"note-{refund.pk}-reference": ""})
    refund.refresh_from_db()
    assert refund.state == "requested"
    hub.post(address, {f"note-{refund.pk}-reference": "FT2632"})
    refund.refresh_from_db()
    assert (refund.state, refund.reference) == ("done", "FT2632")


def note(hub: Client, refund: Refund, reference: str) -> str:
    """Note a transfer and return what the page says then."""
    address = reverse("shop_orders:note_refund", args=[refund.payment.order_id, refund.pk])
    answer = hub.post(address, {f"note-{refund.pk}-reference": reference}, follow=True)
    refund.refresh_from_db()
    return answer.content.decode()


def test_transfer_of_a_refund_that_is_over_is_refused_loudly(hub: Client) -> None:
    order, payment = paid()
    give(hub, payment, way="bank")
    give(hub, payment, key="k2", way="bank")
    dropped, made = Refund.objects.all()
    drop(hub, dropped, "nhầm")
    page = note(hub, dropped, "FT1")
    assert ("Đã ghi là đã hoàn tiền" in page, "Không ghi được, khoản hoàn này: đã bỏ." in page) == (
        False,
        True,
    )
    for _ in range(2):
        assert "Đã ghi là đã hoàn tiền" in note(hub, made, "FT2")
    assert "Không ghi được, khoản hoàn này: đã hoàn FT2." in note(hub, made, "FT3")
    assert [(row.state, row.reference) for row in (dropped, made)] == [("dropped", ""), ("done", "FT2")]
    assert order.mails.filter(kind="refunded").count() == 1


def test_card_refund_is_never_noted_by_hand(hub: Client) -> None:
    order, payment = paid()
    give(hub, payment)
    refund = Refund.objects.get()
    address = reverse("shop_orders:note_refund", args=[order.pk, refund.pk])
    assert hub.post(address, {f"note-{refund.pk}-reference": "x"}).status_code == 404


def drop(hub: Client, refund: Refund, reason: str) -> Any:
    address = reverse("shop_orders:drop_refund", args=[refund.payment.order_id, refund.pk])
    return hub.post(address, {f"drop-{refund.pk}-reason": reason}, follow=True)


def test_wrong_refund_by_hand_is_dropped_with_a_reason(hub: Client) -> None:
    order, payment = paid()
    give(hub, payment, way="bank", amount=str(int(payment.amount)))
    refund = Refund.objects.get()
    drop(hub, refund, "")
    refund.refresh_from_db()
    assert (refund.state, balances.kept(payment)) == ("requested", 0)
    for _ in range(2):
        page = drop(hub, refund, "gõ nhầm đơn").content.decode()
    refund.refresh_from_db()
    assert (refund.state, balances.kept(payment)) == ("dropped", payment.amount)
    assert "không bỏ được nữa" in page
    assert order.log.filter(verb="refund", note="đã bỏ: gõ nhầm đơn").count() == 1
    assert refunds_to_make(timezone.now()).count() == 0
    address = reverse("shop_orders:note_refund", args=[order.pk, refund.pk])
    hub.post(address, {f"note-{refund.pk}-reference": "FT2632"})
    refund.refresh_from_db()
    assert refund.state == "dropped"
    give(hub, payment, key="k2", way="bank", amount=str(int(payment.amount)))
    assert balances.kept(payment) == 0


@pytest.mark.parametrize("owed", ["cancelled", "left out", "surplus"])
def test_dropped_refund_of_what_the_buyer_is_owed_waits_for_a_person(hub: Client, owed: str) -> None:
    order, payment = paid()
    line = order.lines.all()[0]
    assert line.parcel_id
    if owed == "cancelled":
        parcels.cancel(parcel_id=line.parcel_id, by=STAFF)
    elif owed == "left out":
        parcels.cancel_units(parcel_id=line.parcel_id, line_id=line.pk, quantity=1, seen=line.units, by=STAFF)
    else:
        Prepaid.receive(payment, 1000, "tx-2")
        settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    Refund.objects.update(way="bank")
    drop(hub, Refund.objects.get(), "gõ nhầm")
    assert list(doubtful_payments()) == [payment]
    hub.post(reverse("shop_orders:seen", args=[order.pk, payment.pk]))
    give(hub, payment, way="bank")
    drop(hub, Refund.objects.get(key="staff-k1"), "nhầm")
    assert doubtful_payments().exists() == (owed == "surplus")


def test_refund_by_card_or_made_is_never_dropped(hub: Client) -> None:
    order, payment = paid()
    Prepaid.silent = True
    give(hub, payment)
    card = Refund.objects.get()
    assert "không bỏ được nữa" in drop(hub, card, "nhầm").content.decode()
    with pytest.raises(cancelling.TooLate):
        cancelling.cancel(refund_id=card.pk, by=SYSTEM, reason="nhầm")
    give(hub, payment, key="k2", way="cash")
    cash = Refund.objects.get(way="cash")
    hub.post(reverse("shop_orders:note_refund", args=[order.pk, cash.pk]), {f"note-{cash.pk}-reference": "1"})
    drop(hub, cash, "nhầm")
    assert list(Refund.objects.order_by("pk").values_list("state", flat=True)) == ["requested", "done"]


def test_another_orders_payment_is_not_found(hub: Client) -> None:
    _order, payment = paid()
    other = waiting()
    for name, pk in (("refund", payment.pk), ("look", payment.pk)):
        assert hub.post(reverse(f"shop_orders:{name}", args=[other.pk, pk])).status_code == 404


@pytest.mark.parametrize("codenames", [(), ("view_order",)])
def test_who_may_only_look_gives_nothing(
    client: Client, django_user_model: Any, codenames: tuple[str, ...]
) -> None:
    _order, payment = paid()
    log_in(client, django_user_model, *codenames)
    give(client, payment)
    assert not Refund.objects.exists()


def test_log_says_how_each_payment_ended() -> None:
    cancelled, expired, cash = waiting(), waiting(), make_order(make_product(stock=5))
    parcels.cancel_all(order_id=cancelled.pk, by=STAFF)
    expired.payments.update(deadline=timezone.now() - timedelta(minutes=1))
    expiring.expire(order_id=expired.pk, by=STAFF)
    for verb in ("accept", "pack", "ship", "deliver"):
        getattr(parcels, verb)(parcel_id=cash.parcels.get().pk, by=STAFF)
    ends = [order.log.filter(verb="pay").last() for order in (cancelled, expired, cash)]
    assert [(line.actor_name, line.reference, line.note) for line in ends if line] == [
        ("Hoa", "prepaid", "đã huỷ"),
        ("Hoa", "prepaid", "hết hạn"),
        ("Hoa", "cod", "đã nhận đủ"),
    ]
