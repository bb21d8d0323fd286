"""The verbs of parcels and orders: what moves, what is given back, what is told and written down."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from oscar.apps.order.exceptions import InvalidOrderStatus, InvalidPaymentEvent
from oscar.core.loading import get_class, get_model
from post_office.models import STATUS, Email

from shop.core import locking
from shop.core.actors import SYSTEM, staff
from shop.fulfilment import jobs, parcels
from shop.order.models import Order, OrderLog, OrderMail, Parcel
from shop.partner.models import StockRecord
from shop.timer import jobs as timer
from tests.factories import make_producer, make_product
from tests.shop import make_order, make_purchase

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
STATUSES = [status.value for status in Parcel.Status]
STEPS: dict[str, tuple[Callable[..., Parcel], set[str], str]] = {
    "accept": (parcels.accept, {"new"}, "accepted"),
    "pack": (parcels.pack, {"accepted"}, "packed"),
    "ship": (parcels.ship, {"packed"}, "shipped"),
    "deliver": (parcels.deliver, {"shipped"}, "delivered"),
    "cancel": (parcels.cancel, {"new", "accepted", "packed"}, "cancelled"),
    "return": (parcels.return_, {"shipped", "delivered"}, "returned"),
}


def stock_of(product: Any) -> tuple[int, int]:
    record = StockRecord.objects.get(product=product)
    return record.num_in_stock, record.num_allocated


def walk(parcel: Parcel, *steps: str) -> Parcel:
    for step in steps:
        parcel = STEPS[step][0](parcel_id=parcel.pk, by=SYSTEM)
    return parcel


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("step", STEPS)
def test_each_step_follows_only_what_it_may(step: str, status: str) -> None:
    order = make_order(make_product(stock=5))
    parcel = order.parcels.get()
    gone = status in {"shipped", "delivered", "returned"}
    Parcel.objects.filter(pk=parcel.pk).update(status=status, shipped_at=order.date_placed if gone else None)
    verb, before, after = STEPS[step]
    lines = OrderLog.objects.count()
    if status in before:
        assert verb(parcel_id=parcel.pk, by=SYSTEM).status == after
        assert OrderLog.objects.filter(parcel=parcel, verb=step).count() == 1
    else:
        with pytest.raises(parcels.InvalidTransition):
            verb(parcel_id=parcel.pk, by=SYSTEM)
        parcel.refresh_from_db()
        assert parcel.status == status
        assert OrderLog.objects.count() == lines


def test_stock_follows_the_parcel() -> None:
    product = make_product(stock=5)
    parcel = make_order(product, quantity=2).parcels.get()
    assert stock_of(product) == (5, 2)
    parcel = walk(parcel, "accept", "pack")
    assert stock_of(product) == (5, 2)
    parcel = walk(parcel, "ship")
    assert stock_of(product) == (3, 0)
    parcel = walk(parcel, "deliver", "return")
    assert stock_of(product) == (5, 0)


def test_return_of_broken_goods_leaves_the_stock() -> None:
    product = make_product(stock=5)
    parcel = walk(make_order(product).parcels.get(), "accept", "pack", "ship")
    parcels.return_(parcel_id=parcel.pk, by=SYSTEM, restock=False, reason="vỡ")
    assert stock_of(product) == (4, 0)


@pytest.mark.parametrize(
    ("steps", "left"), [(("accept", "pack", "ship"), (3, 0)), (("accept", "cancel"), (5, 0))]
)
def test_order_placed_before_its_product_changed_producer_stays_theirs(
    steps: tuple[str, ...], left: tuple[int, int]
) -> None:
    product = make_product(stock=5)
    before = product.producer
    order = make_order(product, quantity=2)
    product.pages.get().move(make_producer(), "last-child")
    assert StockRecord.objects.get(product=product).partner != before

    parcel = walk(order.parcels.get(), *steps)

    assert (parcel.partner, order.lines.get().partner) == (before, before)
    assert stock_of(product) == left


def test_order_follows_its_parcels() -> None:
    order = make_order(make_product(), make_product())
    first, second = order.parcels.all()
    seen = []
    for parcel, step in [
        (first, "accept"), (second, "cancel"), (first, "pack"), (first, "ship"), (first, "deliver"), (first, "return")
    ]:  # fmt: skip
        walk(parcel, step)
        order.refresh_from_db()
        seen.append(order.status)
    assert seen == ["Processing", "Processing", "Processing", "Processing", "Complete", "Complete"]


def test_last_parcel_cancelled_cancels_the_order() -> None:
    products = [make_product(stock=3), make_product(stock=3)]
    order = make_order(*products)
    for parcel in order.parcels.all():
        parcels.cancel(parcel_id=parcel.pk, by=SYSTEM, reason="hết hàng")
    order.refresh_from_db()
    assert order.status == Order.Status.CANCELLED
    assert order.payments.get().state == "cancelled"
    assert [stock_of(product) for product in products] == [(3, 0), (3, 0)]
    assert [(m.kind, m.parcel and m.parcel.number) for m in order.mails.all()] == [
        ("placed", None),
        ("cancelled", 1),
        ("cancelled", None),
    ]


def test_buyer_cancels_while_nothing_is_packed(client: Client) -> None:
    products = [make_product(stock=3), make_product(stock=3)]
    order = make_order(*products)
    walk(order.parcels.first(), "accept")
    response = client.post(reverse("order:cancel", args=[order.token]), {"reason": "đổi ý"}, follow=True)
    order.refresh_from_db()
    assert order.status == Order.Status.CANCELLED
    assert [stock_of(product) for product in products] == [(3, 0), (3, 0)]
    assert "Đã huỷ đơn" in response.content.decode()
    assert {line.actor_name for line in order.log.filter(verb="cancel")} == {"người mua"}
    again = client.post(reverse("order:cancel", args=[order.token]), follow=True)
    assert again.status_code == 200
    assert order.mails.filter(kind="cancelled").count() == 1


def test_buyer_cannot_cancel_what_is_packed(client: Client) -> None:
    product = make_product(stock=3)
    order = make_order(product)
    walk(order.parcels.get(), "accept", "pack")
    response = client.post(reverse("order:cancel", args=[order.token]), follow=True)
    order.refresh_from_db()
    assert order.status == Order.Status.PROCESSING
    assert stock_of(product) == (3, 1)
    assert "không huỷ được nữa" in response.content.decode()
    assert "Huỷ đơn này" not in response.content.decode()


def make_voucher(code: str = "TET") -> Any:
    """Return a single-use voucher of 10 % off everything."""
    from oscar.test.factories import ConditionalOfferFactory, VoucherFactory

    every = get_model("offer", "Range").objects.create(name="tất cả", includes_all_products=True)
    condition = get_model("offer", "Condition").objects.create(range=every, type="Count", value=1)
    benefit = get_model("offer", "Benefit").objects.create(range=every, type="Percentage", value=10)
    voucher = VoucherFactory(code=code, usage="Single use")
    voucher.offers.add(
        ConditionalOfferFactory(
            offer_type="Voucher", condition=condition, benefit=benefit, max_global_applications=1
        )
    )
    return voucher


def order_with(voucher: Any) -> Order:
    from django.contrib.auth.models import AnonymousUser

    from shop.checkout import placing
    from shop.checkout.quote import quote
    from tests.shop import make_basket

    basket = make_basket(make_product(price=333_333))
    basket.vouchers.add(voucher)
    basket.reset_offer_applications()
    placing.apply_offers(basket, AnonymousUser())
    shown = quote(basket, make_purchase()).shown()
    return placing.place(basket_id=basket.pk, purchase=make_purchase(), shown=shown, user=AnonymousUser())


def test_cancelled_order_gives_its_voucher_and_offer_back() -> None:
    voucher = make_voucher()
    order = order_with(voucher)
    offer = voucher.offers.get()
    voucher.refresh_from_db()
    assert order.parcels.get().goods == 300_000
    assert (voucher.num_orders, voucher.total_discount) == (1, 33_333)
    assert (offer.num_applications, offer.num_orders, offer.status) == (1, 1, "Consumed")
    parcels.cancel_all(order_id=order.pk, by=SYSTEM)
    voucher.refresh_from_db()
    offer.refresh_from_db()
    assert (voucher.num_orders, voucher.total_discount, voucher.applications.count()) == (0, 0, 0)
    assert (offer.num_applications, offer.num_orders, offer.total_discount, offer.status) == (0, 0, 0, "Open")
    assert order_with(voucher).parcels.get().goods == 300_000


def test_oscars_event_handler_cancels_with_all_that_belongs_to_it() -> None:
    product = make_product(stock=3)
    order = make_order(product)
    handler = get_class("order.processing", "EventHandler")()
    with pytest.raises(InvalidOrderStatus):
        handler.handle_order_status_change(order, "Complete")
    with pytest.raises(InvalidPaymentEvent):
        handler.handle_payment_event(order, None, 100)
    handler.handle_order_status_change(order, "Cancelled")
    assert order.status == "Cancelled"
    assert stock_of(product) == (3, 0)


def test_log_is_append_only() -> None:
    line = make_order().log.get()
    line.note = "khác"
    for change in (
        line.save,
        line.delete,
        OrderLog.objects.all().delete,
        lambda: OrderLog.objects.update(note="x"),
    ):
        with pytest.raises(TypeError):
            change()


def test_locks_refuse_to_work_outside_a_transaction() -> None:
    from unittest.mock import patch

    from django.db.transaction import TransactionManagementError

    order = make_order()
    with patch("django.db.transaction.get_connection") as connection:
        connection.return_value.in_atomic_block = False
        with pytest.raises(TransactionManagementError):
            locking.order(order.pk)


def test_parcel_nobody_took_on_is_called_off(settings: Any) -> None:
    product = make_product(stock=3)
    late, taken = make_order(product), make_order(product)
    walk(taken.parcels.get(), "accept")
    Order.objects.update(placed_at=late.date_placed.replace(year=2020))
    settings.PARCEL_ACCEPT_WITHIN_H = 0
    assert jobs.cancel_unaccepted() == 0
    settings.PARCEL_ACCEPT_WITHIN_H = 24
    assert jobs.cancel_unaccepted() == 1
    assert jobs.cancel_unaccepted() == 0
    late.refresh_from_db()
    taken.refresh_from_db()
    assert (late.status, taken.status) == ("Cancelled", "Processing")
    assert stock_of(product) == (3, 1)


@pytest.mark.usefixtures("mail_queue")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_mail_in_the_buyers_language_goes_out_once(
    language: str, django_capture_on_commit_callbacks: Any
) -> None:
    from django.utils import translation

    with translation.override(language), django_capture_on_commit_callbacks(execute=True):
        order = make_order(purchase=make_purchase(name="{{ settings.SECRET_KEY }} <b>Ánh</b>"))
    assert jobs.queue_mails() == 0
    timer.send_mail()
    timer.send_mail()
    [message] = [message for message in mail.outbox if message.to == ["anh@example.vn"]]
    html = message.alternatives[0][0]
    assert order.token in message.body
    assert order.token in html
    assert "{{ settings.SECRET_KEY }} <b>Ánh</b>" in message.body
    assert "{{ settings.SECRET_KEY }} &lt;b&gt;Ánh&lt;/b&gt;" in html
    assert order.number in message.subject
    assert f'<html lang="{language}">' in html
    assert ("/en/" in message.body) == (language == "en")


@pytest.mark.usefixtures("mail_queue")
def test_shipping_mail_names_carrier_and_code(django_capture_on_commit_callbacks: Any) -> None:
    parcel = walk(make_order().parcels.get(), "accept", "pack")
    with django_capture_on_commit_callbacks(execute=True):
        parcels.ship(parcel_id=parcel.pk, by=SYSTEM, carrier="GHN", tracking_code="GHN123")
    body = Email.objects.get().message
    assert "GHN, mã vận đơn GHN123" in body


@pytest.mark.usefixtures("mail_queue")
def test_crash_between_commit_and_queue_loses_no_mail() -> None:
    order = make_order()  # on_commit never runs inside a test's transaction: as after a kill -9
    assert Email.objects.count() == 0
    assert jobs.queue_mails() == 1
    assert jobs.queue_mails() == 0
    assert Email.objects.get().status == STATUS.queued
    assert OrderMail.objects.get(order=order).queued_at is not None


def test_staff_is_named_in_the_log(django_user_model: Any) -> None:
    user = django_user_model.objects.create_user(email="hoa@example.vn", password="x" * 12, first_name="Hoa")
    order = make_order()
    parcels.accept(parcel_id=order.parcels.get().pk, by=staff(user))
    line = order.log.get(verb="accept")
    assert (line.actor, line.actor_name) == (user, "Hoa")
    user.delete()
    line.refresh_from_db()
    assert (line.actor, line.actor_name) == (None, "Hoa")
