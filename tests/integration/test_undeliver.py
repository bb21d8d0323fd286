"""Staff take "delivered" back within a day; the cash that was booked with it counts only once it is collected."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM
from shop.fulfilment import parcels, returns
from shop.fulfilment.undelivering import undeliver
from shop.ledger import cash, debts, payouts
from shop.ledger.models import CashHolding, Holder, LedgerEntry
from shop.ledger.statements import title
from shop.order.models import Order, Parcel
from shop.order.transitions import OrderLog, next_verbs
from shop.partner.carriage import CarriedBy
from shop.payment import attempts, balances, settling, unpaid
from shop.payment.models import Payment, Receipt, Refund
from shop.payment.providers import provider
from shop.payment.refunds import cancelling, refunding
from tests.books import assert_balanced, kinds
from tests.factories import make_partner, make_producer, make_product
from tests.integration.test_cash_holders import forget_holder
from tests.integration.test_parcels import walk
from tests.prepaid import Prepaid
from tests.producer_accounts import log_in, make_producer_account
from tests.shop import make_order, make_purchase
from tests.staff import log_in as log_in_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prepaid_market")]


@pytest.fixture
def hub(client: Client, django_user_model: Any) -> Client:
    log_in_staff(client, django_user_model, "view_order", "change_order")
    return client


def delivered(*products: Any, method: str = "cod") -> Parcel:
    order = make_order(*(products or [make_product(stock=5)]), purchase=make_purchase(method=method))
    if method == "prepaid":
        payment = order.payments.get()
        Prepaid.receive(payment, int(order.total_incl_tax))
        settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    parcel = order.parcels.first()
    assert parcel
    walk(parcel, "accept", "pack", "ship", "deliver")
    return Parcel.objects.get(pk=parcel.pk)


def take_back(parcel: Parcel) -> Parcel:
    undeliver(parcel_id=parcel.pk, by=SYSTEM, reason="nhầm kiện")
    return Parcel.objects.get(pk=parcel.pk)


def books(parcel: Parcel) -> tuple[str, str, str, int]:
    """Return the states of parcel, order and payment, and what is kept of the money."""
    assert_balanced()
    order = Order.objects.get(pk=parcel.order_id)
    payment = order.payments.get()
    status = Parcel.objects.get(pk=parcel.pk).status
    return status, order.status, payment.state, int(balances.kept(payment))


def press(client: Client, parcel: Parcel, reason: str = "nhầm kiện", name: str = "shop_orders:step") -> Any:
    args = (
        [parcel.order_id, parcel.pk, "undeliver"] if name == "shop_orders:step" else [parcel.pk, "undeliver"]
    )
    return client.post(reverse(name, args=args), {f"undeliver-{parcel.pk}-reason": reason}, follow=True)


def test_cash_counts_only_once_it_is_collected(hub: Client) -> None:
    parcel = delivered()
    total, before = int(parcel.total), kinds(parcel.partner)
    assert books(parcel) == ("delivered", "Complete", "paid", total)
    assert press(hub, parcel, "").status_code == 422
    assert press(hub, parcel).status_code == 200
    assert books(parcel) == ("shipped", "Processing", "pending", 0)
    assert (kinds(parcel.partner), kinds()) == ({}, {})
    parcel.refresh_from_db()
    assert parcel.delivered_at is None
    log = list(parcel.log.order_by("pk").values_list("verb", "actor_name", "amount"))[-2:]
    assert log == [("pay", "hoa@example.vn", -total), ("undeliver", "hoa@example.vn", None)]
    parcels.deliver(parcel_id=parcel.pk, by=SYSTEM)
    assert books(parcel) == ("delivered", "Complete", "paid", total)
    assert (kinds(parcel.partner), Receipt.objects.count()) == (before, 1)
    assert take_back(parcel).status == "shipped"
    assert books(parcel) == ("shipped", "Processing", "pending", 0)
    parcels.deliver(parcel_id=parcel.pk, by=SYSTEM)
    assert books(parcel)[3] == total


def test_buyer_reads_what_was_really_received() -> None:
    parcel = delivered()
    url = parcel.order.get_absolute_url()
    assert "Đã nhận tiền" in Client().get(url).content.decode()
    take_back(parcel)
    assert "Đã nhận tiền" not in Client().get(url).content.decode()
    parcels.deliver(parcel_id=parcel.pk, by=SYSTEM)
    page = Client().get(url)
    assert ("Đã nhận tiền" in page.content.decode(), page.context["received"]) == (True, parcel.total)


def test_producers_bill_calls_it_no_refund(settings: Settings) -> None:
    producer = make_producer(
        partner=make_partner(commission_percent=10)
    )  # it owes the commission on its cash
    parcel = take_back(delivered(make_product(stock=5, producer=producer)))
    parcels.deliver(parcel_id=parcel.pk, by=SYSTEM)
    settings.RETURN_WINDOW_DAYS = 0
    bill = debts.bill(parcel.partner)
    titles = {title(entry) for entry in bill.entries}
    assert {"tiền hàng", "chưa thu: tiền hàng"} <= titles
    assert not any(name.startswith("hoàn") for name in titles)
    assert not any(name.startswith("chưa thu") for name, _amount in bill.sums)


@pytest.mark.parametrize("carrier", CarriedBy)
def test_who_was_to_collect_holds_nothing_until_it_does(carrier: str) -> None:
    parcel = make_order(make_product(stock=5)).parcels.get()
    walk(parcel, "accept", "pack")
    parcels.ship(parcel_id=parcel.pk, by=SYSTEM, carried_by=carrier)
    parcels.deliver(parcel_id=parcel.pk, by=SYSTEM)
    holding = CashHolding.objects.get()
    assert holding.in_hand == parcel.total
    take_back(parcel)
    assert (holding.in_hand, books(parcel)[3], kinds(parcel.partner)) == (0, 0, {})
    parcels.deliver(parcel_id=parcel.pk, by=SYSTEM)
    assert (holding.in_hand, books(parcel)[3]) == (parcel.total, int(parcel.total))


def test_cash_that_reached_the_hub_was_collected() -> None:
    parcel = make_order(make_product(stock=5)).parcels.get()
    walk(parcel, "accept", "pack")
    parcels.ship(parcel_id=parcel.pk, by=SYSTEM, carried_by=CarriedBy.HUB)
    parcels.deliver(parcel_id=parcel.pk, by=SYSTEM)
    cash.remit(parcel_id=parcel.pk, amount=parcel.total, key="x", by=SYSTEM)
    with pytest.raises(parcels.InvalidTransition, match="đã nộp về sàn"):
        undeliver(parcel_id=parcel.pk, by=SYSTEM, reason="nhầm")
    assert books(parcel)[:3] == ("delivered", "Complete", "paid")


def test_cash_that_staff_noted_at_the_hub_was_collected() -> None:
    """It was booked out although it lay in the hub's box."""
    parcel = delivered()
    cash.move(parcel_id=parcel.pk, holder=Holder.HUB, reason="nhân viên cầm về", by=SYSTEM)
    with pytest.raises(parcels.InvalidTransition, match="đã nộp về sàn"):
        undeliver(parcel_id=parcel.pk, by=SYSTEM, reason="nhầm")
    assert books(parcel)[:3] == ("delivered", "Complete", "paid")
    cash.move(parcel_id=parcel.pk, holder=Holder.PRODUCER, reason="ghi nhầm", by=SYSTEM)
    assert take_back(parcel).status == "shipped"
    assert books(parcel)[2:] == ("pending", 0)


def test_cash_without_a_holder_is_the_hubs() -> None:
    parcel = delivered()
    forget_holder(parcel)
    with pytest.raises(parcels.InvalidTransition, match="đã nộp về sàn"):
        undeliver(parcel_id=parcel.pk, by=SYSTEM, reason="nhầm")


def test_what_was_paid_in_advance_stays_paid(hub: Client) -> None:
    parcel = delivered(method="prepaid")
    total = int(parcel.total)
    press(hub, parcel)
    assert books(parcel) == ("shipped", "Processing", "paid", total)
    assert Refund.objects.count() == 0
    parcels.deliver(parcel_id=parcel.pk, by=SYSTEM)
    assert books(parcel) == ("delivered", "Complete", "paid", total)


def test_of_two_parcels_one_is_taken_back() -> None:
    parcel = delivered(make_product(stock=5), make_product(stock=5))
    other = parcel.order.parcels.exclude(pk=parcel.pk).get()
    take_back(parcel)
    walk(other, "accept", "pack", "ship", "deliver")
    assert books(parcel) == ("shipped", "Processing", "pending", int(other.total))
    parcels.return_(parcel_id=parcel.pk, by=SYSTEM, reason="không nhận")
    assert books(parcel) == ("returned", "Complete", "paid", int(other.total))
    assert Refund.objects.given().count() == 0


def test_refused_at_the_door_after_all_nothing_is_owed(settings: Settings) -> None:
    parcel = take_back(delivered())
    parcels.return_(parcel_id=parcel.pk, by=SYSTEM, reason="không nhận")
    assert books(parcel) == ("returned", "Complete", "cancelled", 0)
    assert Refund.objects.given().count() == 0
    page = Client().get(parcel.order.get_absolute_url()).content.decode()
    assert "Tiền hoàn" not in page
    settings.RETURN_WINDOW_DAYS = 0
    assert payouts.ready(parcel.partner).total() == 0


def test_money_given_back_after_the_second_delivery_is_all_of_it() -> None:
    parcel = take_back(delivered())
    parcels.deliver(parcel_id=parcel.pk, by=SYSTEM)
    parcels.return_(parcel_id=parcel.pk, by=SYSTEM, reason="vỡ")
    refund = Refund.objects.given().get()
    assert refund.amount == parcel.total
    booked_out = Refund.objects.get(uncollected=True)
    assert (booked_out.state, cancelling.may_cancel(booked_out)) == ("failed", False)
    assert list(Refund.objects.to_repeat()) == []
    assert_balanced()


def test_only_within_a_day(hub: Client) -> None:
    parcel = delivered()
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=False):
        assert OrderLog.Verb.UNDELIVER not in next_verbs(parcel)
        with pytest.raises(parcels.InvalidTransition, match="một ngày"):
            undeliver(parcel_id=parcel.pk, by=SYSTEM, reason="x")
    assert OrderLog.Verb.UNDELIVER in next_verbs(parcel)
    take_back(parcel)
    again = press(hub, parcel)
    assert "không làm việc này được" in again.content.decode()
    assert Refund.objects.count() == 1


def test_time_for_returns_begins_anew(settings: Settings) -> None:
    settings.RETURN_WINDOW_DAYS = 3
    parcel = take_back(delivered())
    assert not returns.may_ask(parcel)
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        parcels.deliver(parcel_id=parcel.pk, by=SYSTEM)
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        assert returns.may_ask(Parcel.objects.get(pk=parcel.pk))


@pytest.mark.parametrize("arrived", ["asked", "money", "money of the order"])
def test_what_went_on_is_not_undone(arrived: str) -> None:
    parcel = delivered()
    if arrived == "asked":
        returns.ask(parcel_id=parcel.pk, by=SYSTEM, reason="vỡ")
    else:
        payment = parcel.order.payments.get()
        refunding.refund_by_staff(
            order_id=parcel.order_id,
            payment_id=payment.pk,
            amount=payment.amount / payment.amount,
            key="x",
            by=SYSTEM,
            reason="vỡ",
            parcel_id=parcel.pk if arrived == "money" else None,
        )
    entries = LedgerEntry.objects.count()
    with pytest.raises(parcels.InvalidTransition):
        undeliver(parcel_id=parcel.pk, by=SYSTEM, reason="x")
    assert books(parcel)[:3] == ("delivered", "Complete", "paid")
    assert LedgerEntry.objects.count() == entries


def test_producers_and_onlookers_take_nothing_back(client: Client, django_user_model: Any) -> None:
    own = make_producer_account(email="lan@example.vn", name="Gốm nhà Lan")
    parcel = delivered(own.product)
    maker = log_in(own.user)
    page = maker.get(reverse("producer_parcels:detail", args=[parcel.pk])).content.decode()
    assert "Bấm nhầm" not in page
    assert press(maker, parcel, name="producer_parcels:step").status_code == 404
    log_in_staff(client, django_user_model, "view_order")
    press(client, parcel)
    assert books(parcel)[0] == "delivered"


def test_the_list_of_refunds_names_what_money_goes_back_for(hub: Client) -> None:
    parcel = take_back(delivered())
    page = hub.get(reverse("shop_orders:detail", args=[parcel.order_id])).content.decode()
    assert "ghi nhầm, chưa thu" in page
    payment = Payment.objects.get()
    assert (payment.missing, payment.is_live) == (parcel.total, True)


def test_cash_that_was_booked_out_is_to_be_collected_again(hub: Client, settings: Settings) -> None:
    """It counted as received, and so the buyer's open cash as nothing."""
    order = make_order(make_product(stock=5), purchase=make_purchase(method="cod"))
    unpaid.note(order, unpaid.subjects(phone="", email=order.email))
    walk(order.parcels.get(), "accept", "pack", "ship", "deliver")
    take_back(order.parcels.get())
    payment = order.payments.get()
    assert (payment.received, balances.received(payment), balances.kept(payment)) == (0, 0, 0)
    assert "đã nhận 0" in hub.get(reverse("shop_orders:detail", args=[order.pk])).content.decode()
    total = order.total_incl_tax
    settings.OPEN_CASH = total + total - 1
    cod = provider("cod")
    assert cod
    wish = unpaid.Wish(cod, total, {})
    with pytest.raises(unpaid.OverBudget) as over:
        unpaid.check(wish, unpaid.subjects(phone="", email=order.email), attempts.bill(order))
    assert over.value.what == "cash"


def test_what_the_release_before_called_received_is_put_right_once_and_for_all() -> None:
    parcel = take_back(delivered(make_product(stock=5), make_product(stock=5)))
    walk(parcel.order.parcels.exclude(pk=parcel.pk).get(), "accept", "pack", "ship", "deliver")
    payment = parcel.order.payments.get()
    Payment.objects.update(received=payment.received + parcel.total)
    migration = import_module("shop.payment.migrations.1025_received_without_uncollected")
    for _ in range(2):
        migration.leave_out(apps, SimpleNamespace(connection=connection))
        assert Payment.objects.get().received == payment.received == balances.received(payment)


def paid_too_late() -> tuple[Parcel, Payment]:
    """Return a parcel for cash whose "delivered" was taken back, and a transfer that came for its order then."""
    order = make_order(make_product(stock=5), purchase=make_purchase(method="prepaid"))
    first = order.payments.get()
    attempts.pay_with(order_id=order.pk, code="cod", by=SYSTEM)
    parcel = order.parcels.get()
    walk(parcel, "accept", "pack", "ship", "deliver")
    parcel = take_back(parcel)
    Prepaid.receive(first, int(order.total_incl_tax))
    settling.fetch_and_settle(payment_id=first.pk, by=SYSTEM)
    assert_balanced()
    first.refresh_from_db()
    return parcel, first


@pytest.mark.parametrize("end", ["deliver", "return"])
def test_transfer_that_comes_while_cash_is_booked_out_goes_back(end: str) -> None:
    parcel, late = paid_too_late()
    stock, total = parcel.lines.get().stockrecord, parcel.total
    assert stock is not None
    refund = Refund.objects.given().get()
    assert (late.state, refund.payment, refund.amount) == ("review", late, total)
    assert balances.kept(late) == 0
    assert late.doubt_words == "Đơn đang được trả bằng cách khác."
    cod = parcel.order.payments.get(method="cod")
    assert (cod.state, balances.kept(cod)) == ("pending", 0)
    if end == "deliver":
        parcels.deliver(parcel_id=parcel.pk, by=SYSTEM)
    else:
        parcels.return_(parcel_id=parcel.pk, by=SYSTEM, reason="không nhận")
    assert_balanced()
    cod.refresh_from_db()
    stock.refresh_from_db()
    delivered_after_all = end == "deliver"
    assert (cod.state, balances.kept(cod)) == (("paid", total) if delivered_after_all else ("cancelled", 0))
    assert (stock.num_in_stock, stock.num_allocated) == ((4, 0) if delivered_after_all else (5, 0))
    assert Refund.objects.given().get() == refund
    call_command("check_ledger", verbosity=0)
