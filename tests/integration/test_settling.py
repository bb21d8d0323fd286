"""Money enters on one path: whatever comes, twice or late or wrong, the order and the sums are right."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import parcels
from shop.fulfilment.cancelling import cancel_order
from shop.order.models import Order, OrderLog, OrderMail, Parcel
from shop.payment import attempts, balances, expiring, jobs, settling
from shop.payment.models import Payment, Receipt, Refund
from shop.payment.providers.base import PaymentReport, PaymentUnavailable, RefundAnswer
from shop.payment.refunds import refunding
from tests.factories import make_product
from tests.prepaid import COD, OTHER_PATH, PATH, OtherPrepaid, Prepaid
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db
S = Payment.State
STAFF = Actor(name="Hoa")


@pytest.fixture(autouse=True)
def market(settings: Settings) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, PATH, OTHER_PATH]
    Prepaid.forget()
    make_market()
    yield
    Prepaid.forget()


def waiting_order(stock: int = 5, quantity: int = 2) -> Order:
    return make_order(make_product(stock=stock), quantity=quantity, purchase=make_purchase(method="prepaid"))


def cash_order(*products: Any) -> Order:
    return make_order(*(products or [make_product(stock=5)]), purchase=make_purchase(method="cod"))


def record(order: Order) -> Any:
    found = order.lines.get().stockrecord
    found.refresh_from_db()
    return found


def pay(
    order: Order, amount: int | None = None, reference: str = "tx-1", payment: Payment | None = None
) -> Payment:
    payment = payment or order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax) if amount is None else amount, reference)
    return settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)


def expired(order: Order) -> Order:
    with time_machine.travel(timezone.now() + timedelta(minutes=36), tick=False):
        assert expiring.expire_due() == 1
    order.refresh_from_db()
    return order


def kinds(order: Order) -> list[str]:
    return list(order.mails.values_list("kind", flat=True))


def test_new_order_waits_and_holds_its_stock() -> None:
    order = waiting_order()
    assert order.status == Order.Status.PENDING_PAYMENT
    assert record(order).num_allocated == 2
    with pytest.raises(parcels.InvalidTransition):
        parcels.accept(parcel_id=order.parcels.get().pk, by=STAFF)


def test_full_amount_places_the_order_once() -> None:
    order = waiting_order()
    payment = pay(order)
    for _ in range(2):
        payment = settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    order.refresh_from_db()
    assert (order.status, payment.state, payment.received) == ("Placed", S.PAID, order.total_incl_tax)
    assert Receipt.objects.count() == 1
    assert kinds(order) == ["placed", "paid"]
    assert OrderLog.objects.filter(order=order, verb="pay").count() == 1
    assert record(order).num_allocated == 2


def test_money_in_parts_adds_up() -> None:
    order = waiting_order()
    first = pay(order, 10_000, "tx-1")
    order.refresh_from_db()
    assert (order.status, first.state, first.missing) == (
        "Pending payment",
        S.PENDING,
        order.total_incl_tax - 10_000,
    )
    assert kinds(order) == ["placed", "short"]

    second = pay(order, int(order.total_incl_tax) - 10_000, "tx-2")
    order.refresh_from_db()
    assert (order.status, second.state) == ("Placed", S.PAID)
    assert not Refund.objects.exists()


def test_too_much_places_the_order_and_lists_the_rest() -> None:
    order = waiting_order()
    payment = pay(order, int(order.total_incl_tax) + 7_000)
    order.refresh_from_db()
    assert (order.status, payment.state) == ("Placed", S.PAID)
    assert [refund.amount for refund in Refund.objects.all()] == [7_000]
    pay(order, 3_000, "tx-2")
    assert [refund.amount for refund in Refund.objects.all()] == [7_000, 3_000]
    assert balances.kept(payment) == order.total_incl_tax


def test_doubt_waits_for_a_person_and_changes_no_order() -> None:
    order = waiting_order()
    payment = settling.settle(
        payment_id=order.payments.get().pk, report=PaymentReport(doubt="Tiền khác: USD"), by=SYSTEM
    )
    order.refresh_from_db()
    assert (order.status, payment.state, payment.doubt) == ("Pending payment", S.REVIEW, "Tiền khác: USD")
    settling.settle(payment_id=payment.pk, report=PaymentReport(doubt="Tiền khác: USD"), by=SYSTEM)
    assert OrderLog.objects.filter(verb="note").count() == 1


def test_failed_attempt_leaves_order_and_stock() -> None:
    order = waiting_order()
    payment = settling.settle(
        payment_id=order.payments.get().pk, report=PaymentReport(failed=True), by=SYSTEM
    )
    order.refresh_from_db()
    assert (order.status, payment.state) == ("Pending payment", S.FAILED)
    assert record(order).num_allocated == 2
    assert expiring.expire_due() == 0


def test_deadline_frees_the_stock_and_tells_the_buyer() -> None:
    order = waiting_order()
    assert expiring.expire_due() == 0
    expired(order)
    assert (order.status, order.payments.get().state) == ("Expired", S.EXPIRED)
    assert record(order).num_allocated == 0
    assert kinds(order) == ["placed", "expired"]


def test_deadline_after_money_came_places_the_order() -> None:
    order = waiting_order()
    Prepaid.receive(order.payments.get(), int(order.total_incl_tax))
    with time_machine.travel(timezone.now() + timedelta(minutes=36), tick=False):
        assert expiring.expire_due() == 0
    order.refresh_from_db()
    assert order.status == "Placed"


def test_silent_provider_keeps_no_stock_held() -> None:
    order = waiting_order()
    Prepaid.silent = True
    with time_machine.travel(timezone.now() + timedelta(minutes=36), tick=False):
        assert expiring.expire_due() == 1
    order.refresh_from_db()
    assert (order.status, record(order).num_allocated) == ("Expired", 0)


def test_late_money_takes_the_stock_again() -> None:
    order = expired(waiting_order())
    payment = pay(order)
    order.refresh_from_db()
    assert (order.status, payment.state, record(order).num_allocated) == ("Placed", S.PAID, 2)
    parcels.accept(parcel_id=order.parcels.get().pk, by=STAFF)
    parcels.pack(parcel_id=order.parcels.get().pk, by=STAFF)
    parcels.ship(parcel_id=order.parcels.get().pk, by=STAFF)
    assert record(order).num_allocated == 0


def test_late_money_without_stock_goes_back(django_capture_on_commit_callbacks: Any) -> None:
    order = expired(waiting_order(stock=2))
    make_order(order.lines.get().product)
    with django_capture_on_commit_callbacks(execute=True):
        payment = pay(order)
    order.refresh_from_db()
    assert (order.status, payment.state) == ("Expired", S.REVIEW)
    refund = Refund.objects.get()
    assert (refund.amount, refund.state) == (order.total_incl_tax, Refund.State.DONE)
    assert Prepaid.refunded == {refund.key: order.total_incl_tax}
    assert record(order).num_allocated == 1
    settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert Refund.objects.count() == 1


def test_second_payment_of_a_paid_order_goes_back() -> None:
    order = waiting_order()
    first = order.payments.get()
    second = Payment.objects.create(order=order, method="other", amount=order.total_incl_tax, state=S.PENDING)
    pay(order, payment=first)
    late = pay(order, reference="tx-2", payment=second)
    order.refresh_from_db()
    assert (order.status, late.state) == ("Placed", S.REVIEW)
    assert [(refund.payment_id, refund.amount) for refund in Refund.objects.all()] == [
        (second.pk, order.total_incl_tax)
    ]


def test_money_for_a_cancelled_order_goes_back() -> None:
    order = waiting_order()
    cancel_order(order_id=order.pk, by=STAFF)
    payment = pay(order)
    order.refresh_from_db()
    assert (order.status, payment.state, balances.kept(payment)) == ("Cancelled", S.REVIEW, 0)


@pytest.mark.parametrize(("missing", "why"), [(0, "khi đơn đã đóng"), (1, "thiếu")])
def test_what_is_due_for_a_cancelled_order_is_what_was_asked_for(missing: int, why: str) -> None:
    """Nothing of it is wanted any more; a part of the money is still called a part."""
    order = waiting_order()
    cancel_order(order_id=order.pk, by=STAFF)
    payment = pay(order, int(order.total_incl_tax) - missing)
    assert (payment.state, balances.kept(payment)) == (S.REVIEW, 0)
    assert why in payment.doubt_words


@pytest.mark.parametrize("missing", [0, 1])
def test_part_of_the_money_does_not_revive_an_expired_order(missing: int) -> None:
    order = expired(waiting_order())
    payment = pay(order, int(order.total_incl_tax) - missing)
    order.refresh_from_db()
    assert (order.status, payment.state) == (("Expired", S.REVIEW) if missing else ("Placed", S.PAID))


def test_one_receipt_is_never_two_payments() -> None:
    order, other = waiting_order(), waiting_order()
    pay(order)
    payment = pay(other)
    other.refresh_from_db()
    assert (other.status, payment.state, payment.received) == ("Pending payment", S.REVIEW, 0)
    assert Receipt.objects.count() == 1


def test_timer_finds_money_whose_notice_was_lost() -> None:
    order = waiting_order()
    Prepaid.receive(order.payments.get(), int(order.total_incl_tax))
    assert jobs.poll_open_payments() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        assert jobs.poll_open_payments() == 1
    order.refresh_from_db()
    assert order.status == "Placed"


def test_timer_finds_money_on_a_page_that_was_left_behind() -> None:
    order = waiting_order()
    deadline = order.payments.get().deadline
    left = Payment.objects.create(
        order=order, method="other", amount=order.total_incl_tax, state=S.PENDING, deadline=deadline
    )
    pay(order, payment=order.payments.first())
    OtherPrepaid.receive(left, int(order.total_incl_tax), "tx-2")  # paid there too, nobody tells us
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        assert jobs.poll_open_payments() == 1
    left.refresh_from_db()
    assert (left.state, balances.kept(left)) == (S.REVIEW, 0)
    assert [(refund.payment_id, refund.amount) for refund in Refund.objects.all()] == [
        (left.pk, order.total_incl_tax)
    ]
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        assert jobs.poll_open_payments() == 0


# --- paying again -------------------------------------------------------------------------------


def test_another_method_pays_the_same_order_with_the_same_stock() -> None:
    order = waiting_order()
    again = attempts.pay_with(order_id=order.pk, code="other", by=STAFF)
    assert order.payments.count() == 2
    assert [payment.state for payment in order.payments.all()] == [S.CANCELLED, S.PENDING]
    assert record(order).num_allocated == 2
    OtherPrepaid.receive(again, int(order.total_incl_tax))
    settling.fetch_and_settle(payment_id=again.pk, by=SYSTEM)
    order.refresh_from_db()
    assert (order.status, record(order).num_allocated) == ("Placed", 2)


def test_same_method_gives_the_same_payment() -> None:
    order = waiting_order()
    first = attempts.pay_with(order_id=order.pk, code="prepaid", by=STAFF)
    assert first == attempts.pay_with(order_id=order.pk, code="prepaid", by=STAFF)
    assert order.payments.get() == first


def test_cash_can_replace_a_card() -> None:
    order = waiting_order()
    attempts.pay_with(order_id=order.pk, code="cod", by=STAFF)
    order.refresh_from_db()
    assert (order.status, record(order).num_allocated) == ("Placed", 2)


def test_nothing_replaces_money_that_has_come() -> None:
    order = waiting_order()
    Prepaid.receive(order.payments.get(), int(order.total_incl_tax))
    with pytest.raises(attempts.CannotPay):
        attempts.pay_with(order_id=order.pk, code="cod", by=STAFF)
    order.refresh_from_db()
    assert (order.status, order.payments.get().state) == ("Placed", S.PAID)


def test_expired_order_is_paid_again_while_stock_lasts() -> None:
    order = expired(waiting_order(stock=2))
    attempts.pay_with(order_id=order.pk, code="other", by=STAFF)
    order.refresh_from_db()
    assert (order.status, record(order).num_allocated) == ("Pending payment", 2)
    expired_again = order.payments.last()
    assert expired_again.state == S.PENDING


def test_expired_order_whose_stock_is_gone_stays_expired() -> None:
    order = expired(waiting_order(stock=2))
    make_order(order.lines.get().product)
    with pytest.raises(attempts.CannotPay):
        attempts.pay_with(order_id=order.pk, code="other", by=STAFF)
    order.refresh_from_db()
    assert (order.status, order.payments.count(), record(order).num_allocated) == ("Expired", 1, 1)


def test_part_of_the_money_goes_back_when_the_buyer_changes_the_method() -> None:
    order = waiting_order()
    part = pay(order, 10_000)
    Prepaid.known.clear()  # like a transfer: what has come stops nothing
    again = attempts.pay_with(order_id=order.pk, code="other", by=STAFF)
    part.refresh_from_db()
    assert (part.state, balances.kept(part)) == (S.REVIEW, 0)
    assert [refund.amount for refund in Refund.objects.all()] == [10_000]
    OtherPrepaid.receive(again, int(order.total_incl_tax), "tx-9")
    settling.fetch_and_settle(payment_id=again.pk, by=SYSTEM)
    order.refresh_from_db()
    assert order.status == "Placed"


def test_rest_of_the_money_does_not_pay_when_the_first_part_went_back() -> None:
    order = waiting_order()
    part = pay(order, 10_000)
    Prepaid.known.clear()
    expired(order)
    late = pay(order, int(order.total_incl_tax) - 10_000, "tx-2", payment=part)
    order.refresh_from_db()
    assert (order.status, late.state, balances.kept(late)) == ("Expired", S.REVIEW, 0)
    assert record(order).num_allocated == 0


# --- cash ---------------------------------------------------------------------------------------


def walk(parcel: Parcel, *verbs: str) -> None:
    for verb in verbs:
        getattr(parcels, verb)(parcel_id=parcel.pk, by=STAFF)


def test_cash_is_booked_parcel_by_parcel() -> None:
    order = cash_order(make_product(stock=5), make_product(stock=5))
    one, two = order.parcels.all()
    walk(one, "accept", "pack", "ship", "deliver")
    payment = order.payments.get()
    assert (payment.state, payment.received) == (S.PENDING, one.total)
    walk(two, "accept", "pack", "ship", "return_")
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (order.status, payment.state, payment.received) == ("Complete", S.PAID, one.total)
    assert Receipt.objects.get().amount == one.total


def test_refused_cash_order_costs_nobody_anything() -> None:
    order = cash_order()
    walk(order.parcels.get(), "accept", "pack", "ship", "return_")
    payment = order.payments.get()
    assert (payment.state, payment.received, Refund.objects.count()) == (S.CANCELLED, 0, 0)
    assert record(order).num_in_stock == 5


def test_delivered_cash_parcel_that_comes_back_is_given_back() -> None:
    order = cash_order()
    parcel = order.parcels.get()
    walk(parcel, "accept", "pack", "ship", "deliver", "return_")
    refund = Refund.objects.get()
    assert (refund.amount, refund.goods, refund.way) == (parcel.total, parcel.goods, Refund.Way.CASH)


def test_phone_that_refused_too_often_pays_before() -> None:
    for _ in range(2):
        walk(cash_order().parcels.get(), "accept", "pack", "ship", "return_")
    from shop.payment.providers import provider
    from shop.payment.providers.base import Bill

    cash = provider("cod")
    assert cash is not None
    assert cash.refusal(Bill(total=Decimal(1000), phone="+84912345678"))
    assert not cash.refusal(Bill(total=Decimal(1000), phone="+84912345679"))


# --- money back ---------------------------------------------------------------------------------


def test_cancelled_parcel_of_a_paid_order_is_given_back(django_capture_on_commit_callbacks: Any) -> None:
    order = make_order(make_product(stock=5), make_product(stock=5), purchase=make_purchase(method="prepaid"))
    payment = pay(order)
    one, _two = order.parcels.all()
    with django_capture_on_commit_callbacks(execute=True):
        parcels.cancel(parcel_id=one.pk, by=STAFF, reason="hết")
    refund = Refund.objects.get()
    assert (refund.amount, refund.parcel, refund.state) == (one.total, one, Refund.State.DONE)
    assert balances.kept(payment) == order.total_incl_tax - one.total
    assert "refunded" in kinds(order)


def test_cancelling_a_paid_order_gives_everything_back() -> None:
    order = make_order(make_product(stock=5), make_product(stock=5), purchase=make_purchase(method="prepaid"))
    payment = pay(order)
    cancel_order(order_id=order.pk, by=STAFF)
    cancel_order(order_id=order.pk, by=STAFF)
    assert (balances.kept(payment), Refund.objects.count()) == (0, 2)


def test_never_more_back_than_came_in() -> None:
    order = waiting_order()
    payment = pay(order)
    with pytest.raises(refunding.TooMuch):
        refunding.request(payment=payment, amount=order.total_incl_tax + 1, key="x", by=STAFF)
    refunding.request(payment=payment, amount=Decimal(1000), key="x", by=STAFF)
    refunding.request(payment=payment, amount=Decimal(1000), key="x", by=STAFF)
    with pytest.raises(refunding.TooMuch):
        refunding.request(payment=payment, amount=order.total_incl_tax, key="y", by=STAFF)
    assert Refund.objects.get().amount == 1000


def test_silent_provider_gets_the_same_refund_again() -> None:
    order = waiting_order()
    payment = pay(order)
    Prepaid.silent = True
    refund = refunding.request(payment=payment, amount=Decimal(1000), key="x", by=STAFF)
    waiting = refunding.send(refund.pk)
    assert (waiting.state, waiting.attempts, waiting.error) == (Refund.State.REQUESTED, 1, "no answer")
    Prepaid.silent = False
    assert jobs.send_refunds() == 1
    assert jobs.send_refunds() == 0
    refund.refresh_from_db()
    assert (refund.state, Prepaid.refunded) == (Refund.State.DONE, {"x": Decimal(1000)})


def test_refund_made_at_the_provider_limits_the_rest() -> None:
    order = waiting_order()
    payment = pay(order)
    Prepaid.give(payment, int(order.total_incl_tax) - 1000, "re-dashboard")
    for _ in range(2):
        settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert (Refund.objects.get().external, balances.kept(payment)) == (True, 1000)
    with pytest.raises(refunding.TooMuch):
        refunding.request(payment=payment, amount=Decimal(1001), key="x", by=STAFF)


def test_failed_refund_leaves_the_money_to_be_given_back() -> None:
    order = waiting_order()
    payment = pay(order)
    refund = refunding.request(payment=payment, amount=Decimal(1000), key="x", by=STAFF)
    refunding.finish(refund_id=refund.pk, answer=RefundAnswer(failed=True, error="closed card"), by=SYSTEM)
    assert balances.kept(payment) == order.total_incl_tax
    assert "refunded" not in kinds(order)


def test_order_is_cancelled_while_the_provider_is_silent_and_late_money_goes_back() -> None:
    order = waiting_order()
    Prepaid.silent = True
    cancel_order(order_id=order.pk, by=STAFF)
    order.refresh_from_db()
    assert (order.status, OrderMail.objects.filter(kind="cancelled").count()) == ("Cancelled", 1)
    with pytest.raises(PaymentUnavailable):
        settling.fetch_and_settle(payment_id=order.payments.get().pk, by=SYSTEM)
    Prepaid.silent = False
    payment = pay(order)
    assert (payment.state, balances.kept(payment), Refund.objects.get().amount) == (
        S.REVIEW,
        0,
        order.total_incl_tax,
    )
