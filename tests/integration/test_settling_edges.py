"""Money at the edges: surplus on what is paid already, late returns, prices that must still hold."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import jobs as order_jobs
from shop.fulfilment import parcels
from shop.fulfilment.cancelling import cancel_order
from shop.order.models import Order
from shop.payment import attempts, balances, expiring, jobs, settling
from shop.payment.models import Payment, Refund
from shop.payment.providers.base import PaymentReport, RefundAnswer
from shop.payment.refunds import refunding
from shop.shipping.models import ShippingTariff
from tests.factories import make_product
from tests.prepaid import COD, OTHER_PATH, PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase
from tests.staff import log_in

pytestmark = pytest.mark.django_db
S = Payment.State
STAFF = Actor(name="Hoa")


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, PATH, OTHER_PATH]
    Prepaid.forget()
    make_market()
    yield
    Prepaid.forget()
    call_command("check_ledger", verbosity=0)


def waiting(*products: Any) -> Order:
    return make_order(*(products or [make_product(stock=5)]), purchase=make_purchase(method="prepaid"))


def pay(
    order: Order, amount: int | None = None, reference: str = "tx-1", payment: Payment | None = None
) -> Payment:
    payment = payment or order.payments.order_by("pk").first()
    assert payment is not None
    Prepaid.receive(payment, int(order.total_incl_tax) if amount is None else amount, reference)
    settled = settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    order.refresh_from_db()
    return settled


def make_refunds_done() -> None:
    for refund in Refund.objects.filter(state="requested"):
        refunding.finish(
            refund_id=refund.pk, answer=RefundAnswer(done=True, reference=f"r{refund.pk}"), by=STAFF
        )


def later(**delta: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**delta), tick=False)


def test_pending_refund_of_the_dashboard_is_not_made_again() -> None:
    order = waiting()
    payment = pay(order)
    Prepaid.give(payment, 50_000, "re-dash", done=False)
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert jobs.send_refunds() == 0
    assert Prepaid.refunded == {}
    assert Refund.objects.get().state == "requested"


@pytest.mark.parametrize("cancelled", [False, True])
def test_surplus_that_replaces_cash_goes_back_once(cancelled: bool) -> None:
    order = waiting(make_product(stock=5), make_product(stock=5))
    first = order.payments.get()
    attempts.pay_with(order_id=order.pk, code="cod", by=STAFF)
    due = order.total_incl_tax
    if cancelled:
        parcel = order.parcels.first()
        assert parcel is not None
        parcels.cancel(parcel_id=parcel.pk, by=STAFF)
        due -= parcel.total
    payment = pay(order, int(order.total_incl_tax) + 50_000, payment=first)
    assert (payment.state, balances.kept(payment)) == (S.PAID, due)


def test_money_that_comes_again_after_a_refund_goes_back() -> None:
    order = waiting(make_product(stock=5), make_product(stock=5))
    payment = pay(order)
    parcel = order.parcels.first()
    assert parcel is not None
    parcels.cancel(parcel_id=parcel.pk, by=STAFF)
    make_refunds_done()
    pay(order, reference="tx-2")
    assert balances.kept(payment) == order.total_incl_tax - parcel.total


def test_money_that_comes_again_for_a_cancelled_order_goes_back_and_is_shown() -> None:
    order = waiting()
    payment = pay(order)
    cancel_order(order_id=order.pk, by=STAFF)
    make_refunds_done()
    payment = pay(order, reference="tx-2")
    assert (balances.kept(payment), bool(payment.doubt)) == (0, True)


@pytest.mark.parametrize(
    "change", ["late", "withdrawn", "variant withdrawn", "variant of a withdrawn product"]
)
def test_expired_order_is_not_revived_for_ever(change: str) -> None:
    main = make_product(stock=5, variants={"1 kg": (90_000, 5)} if "variant" in change else None)
    order = waiting(main.children.first() or main)
    with later(minutes=36):
        assert expiring.expire_due() == 1
    if "withdrawn" in change:
        gone = order.lines.get().product if change == "variant withdrawn" else main
        type(gone).objects.filter(pk=gone.pk).update(is_public=False)
    with later(days=8 if change == "late" else 0, hours=1), pytest.raises(attempts.CannotPay):
        attempts.pay_with(order_id=order.pk, code="other", by=STAFF)
    with later(days=8 if change == "late" else 0, hours=1):
        payment = pay(order)
    assert (order.status, payment.state, balances.kept(payment)) == ("Expired", S.REVIEW, 0)


def test_producer_has_the_whole_time_from_the_payment_on() -> None:
    order = waiting()
    with later(minutes=36):
        expiring.expire_due()
    with later(days=6):
        attempts.pay_with(order_id=order.pk, code="cod", by=STAFF)
    with later(days=8):
        assert order_jobs.cancel_unaccepted() == 0
    with later(days=14):
        assert order_jobs.cancel_unaccepted() == 1


def test_stock_is_not_held_for_ever_by_changing_the_method() -> None:
    order = waiting()
    for number in range(60):
        with later(minutes=30 * number):
            try:
                attempts.pay_with(order_id=order.pk, code=["other", "prepaid"][number % 2], by=STAFF)
            except attempts.CannotPay:
                break
    assert order.payments.count() <= attempts.MAX_ATTEMPTS
    with later(days=3):
        assert expiring.expire_due() == 1


def test_cash_chosen_later_does_not_save_its_fee() -> None:
    order = waiting()
    tariff = ShippingTariff.current()
    type(tariff).objects.filter(pk=tariff.pk).update(cod_fee_percent=1, cod_free_to=0)
    assert [way.code for way in attempts.payable_methods(order)] == ["prepaid", "other"]
    with pytest.raises(attempts.CannotPay):
        attempts.pay_with(order_id=order.pk, code="cod", by=STAFF)


def test_what_is_missing_counts_what_went_back() -> None:
    order = waiting()
    payment = pay(order, 50_000)
    refunding.request(payment=payment, amount=Decimal(50_000), key="x", by=STAFF)
    assert payment.missing == payment.amount


def test_order_with_doubtful_money_is_held_until_it_is_given_back() -> None:
    order = waiting()
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax), doubt="Tiền khác")
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    with later(minutes=36):
        assert expiring.expire_due() == 0
        refunding.request(payment=payment, amount=order.total_incl_tax, key="x", by=STAFF)
        assert expiring.expire_due() == 1


def test_buyer_whose_money_waits_is_not_told_that_none_was_lost(client: Client) -> None:
    order = waiting(make_product(stock=1))
    with later(minutes=36):
        expiring.expire_due()
    make_order(order.lines.get().product)
    pay(order)
    page = client.get(order.get_absolute_url()).content.decode()
    assert "Bạn chưa mất tiền" not in page
    assert "Tiền đã trả sẽ được hoàn lại" in page


def test_one_bad_parcel_stops_no_other() -> None:
    bad, good = (make_order(make_product(stock=5), purchase=make_purchase(method="cod")) for _ in range(2))
    record = bad.lines.get().stockrecord
    type(record).objects.filter(pk=record.pk).update(num_allocated=0)
    with later(days=8):
        assert order_jobs.cancel_unaccepted() == 1
    assert [order.parcels.get().status for order in (bad, good)] == ["new", "cancelled"]


def test_return_from_nowhere_settles_no_cash(client: Client) -> None:
    order = make_order(make_product(stock=5), make_product(stock=5), purchase=make_purchase(method="cod"))
    payment = order.payments.get()
    settled = settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert settled.state == S.PENDING
    settled = settling.settle(payment_id=payment.pk, report=PaymentReport(open=True), by=SYSTEM)
    assert settled.state == S.PENDING


def test_refund_by_card_is_only_for_cards(client: Client, django_user_model: Any) -> None:
    order = make_order(make_product(stock=5), purchase=make_purchase(method="cod"))
    for verb in ("accept", "pack", "ship", "deliver"):
        getattr(parcels, verb)(parcel_id=order.parcels.get().pk, by=STAFF)
    payment = order.payments.get()
    log_in(client, django_user_model, "view_order", "change_order")
    data = {"key": "k", "amount": "1000", "parcel": "", "way": "card", "reason": "vỡ"}
    client.post(
        reverse("shop_orders:refund", args=[order.pk, payment.pk]),
        {f"refund-{payment.pk}-{name}": value for name, value in data.items()},
    )
    assert not Refund.objects.exists()


def test_two_refunds_made_by_one_transfer_carry_its_number_both() -> None:
    order = waiting()
    payment = pay(order)
    for key in "ab":
        refund = refunding.request(
            payment=payment, amount=Decimal(1000), key=key, by=STAFF, way=Refund.Way.BANK
        )
        refunding.finish(refund_id=refund.pk, answer=RefundAnswer(done=True, reference="FT1"), by=STAFF)
    assert [refund.state for refund in Refund.objects.all()] == ["done", "done"]
