"""Money that a person must decide on: it is not asked for twice, and never kept beside what paid the order."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from wagtail.users.models import UserProfile

from shop.backoffice.attention.page import doubtful_payments
from shop.core.actors import SYSTEM, Actor
from shop.order.models import Order
from shop.payment import attempts, balances, review, settling
from shop.payment.models import Payment, Refund
from shop.payment.providers.base import PaymentReport
from shop.payment.refunds import refunding
from tests.factories import make_product
from tests.prepaid import COD, OTHER_PATH, PATH, OtherPrepaid, Prepaid
from tests.shop import make_market, make_order, make_purchase
from tests.staff import log_in

pytestmark = pytest.mark.django_db
S = Payment.State
STAFF = Actor(name="Hoa")
WAIT = "Đừng trả lần nữa"


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, PATH, OTHER_PATH]
    Prepaid.forget()
    make_market()
    yield
    Prepaid.forget()
    call_command("check_ledger", verbosity=0)


def doubtful(amount: int | None = None) -> tuple[Order, Payment]:
    """Return an order whose money has come, but something about it must be looked at."""
    order = make_order(make_product(stock=5), purchase=make_purchase(method="prepaid"))
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax) if amount is None else amount, doubt="Thẻ lạ")
    payment = settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert (payment.state, order.status) == (S.REVIEW, "Pending payment")
    return order, payment


def attempt(order: Order) -> Payment:
    return Payment.objects.create(order=order, method="other", amount=order.total_incl_tax, state=S.PENDING)


@pytest.mark.parametrize("code", ["prepaid", "other", "cod"])
def test_buyer_is_not_asked_to_pay_again(client: Client, code: str) -> None:
    order, payment = doubtful()
    page = client.get(order.get_absolute_url()).content.decode()
    assert WAIT in page
    assert reverse("order:pay", args=[order.token]) not in page
    answer = client.post(reverse("order:pay", args=[order.token]), {"method": code}, follow=True)
    assert WAIT in answer.content.decode()
    assert list(order.payments.all()) == [payment]


def test_money_of_another_currency_is_not_asked_for_again_until_somebody_has_looked() -> None:
    order = make_order(make_product(stock=5), purchase=make_purchase(method="prepaid"))
    payment = settling.settle(
        payment_id=order.payments.get().pk, report=PaymentReport(doubt="Tiền khác: USD"), by=SYSTEM
    )
    with pytest.raises(attempts.CannotPay, match=WAIT):
        attempts.pay_with(order_id=order.pk, code="other", by=STAFF)
    review.mark_seen(payment_id=payment.pk, by=STAFF)
    assert attempts.pay_with(order_id=order.pk, code="other", by=STAFF).method == "other"


def test_what_went_back_may_be_paid_anew(client: Client) -> None:
    order, payment = doubtful()
    refunding.refund_by_staff(
        order_id=order.pk, payment_id=payment.pk, amount=payment.received, key="x", by=STAFF, reason="lạ"
    )
    assert WAIT not in client.get(order.get_absolute_url()).content.decode()
    assert attempts.pay_with(order_id=order.pk, code="other", by=STAFF).method == "other"


@pytest.mark.parametrize("state", [S.REVIEW, S.PENDING])
def test_other_money_goes_back_when_the_order_is_paid(state: str) -> None:
    """Both pages were open: the doubtful or partial sum of the first is not kept beside the second's."""
    order = make_order(make_product(stock=5), purchase=make_purchase(method="prepaid"))
    first, second = order.payments.get(), attempt(order)
    Prepaid.receive(first, 60_000, doubt="Thẻ lạ" if state == S.REVIEW else "")
    assert settling.fetch_and_settle(payment_id=first.pk, by=SYSTEM).state == state
    OtherPrepaid.receive(second, int(order.total_incl_tax), "tx-2")
    for _ in range(2):
        assert settling.fetch_and_settle(payment_id=second.pk, by=SYSTEM).state == S.PAID
    order.refresh_from_db()
    first.refresh_from_db()
    assert (order.status, first.state, balances.kept(first)) == ("Placed", S.REVIEW, 0)
    assert [(refund.payment_id, refund.amount) for refund in Refund.objects.all()] == [
        (first.pk, Decimal(60_000))
    ]
    assert balances.kept(second) == order.total_incl_tax


# --- a person decides ---------------------------------------------------------------------------


@pytest.fixture
def hub(client: Client, django_user_model: Any) -> Client:
    log_in(client, django_user_model, "view_order", "change_order")
    return client


def press(hub: Client, name: str, order: Order, payment: Payment) -> str:
    """Press a button of a payment on the staff's page and return what the page says then."""
    answer = hub.post(reverse(f"shop_orders:{name}", args=[order.pk, payment.pk]), follow=True)
    assert answer.status_code == 200
    order.refresh_from_db()
    payment.refresh_from_db()
    return answer.content.decode()


def accept_button(order: Order, payment: Payment) -> str:
    return reverse("shop_orders:accept", args=[order.pk, payment.pk])


def waiting_for_a_person() -> list[Payment]:
    return list(doubtful_payments())


def test_kept_money_waits_for_a_person_until_it_is_decided_on(hub: Client) -> None:
    order, payment = doubtful()
    press(hub, "seen", order, payment)
    assert (payment.doubt, waiting_for_a_person()) == ("", [payment])
    assert order.number in hub.get(reverse("attention:index")).content.decode()
    refunding.refund_by_staff(
        order_id=order.pk, payment_id=payment.pk, amount=payment.received, key="x", by=STAFF, reason="lạ"
    )
    assert waiting_for_a_person() == []


def test_staff_accept_doubtful_money_once(hub: Client) -> None:
    order, payment = doubtful()
    assert (
        accept_button(order, payment)
        in hub.get(reverse("shop_orders:detail", args=[order.pk])).content.decode()
    )
    for _ in range(2):
        page = press(hub, "accept", order, payment)
    assert (order.status, payment.state, payment.doubt) == ("Placed", S.PAID, "")
    assert accept_button(order, payment) not in page
    assert order.log.filter(note__contains="Thẻ lạ", actor__email="hoa@example.vn").count() == 1
    assert list(order.mails.values_list("kind", flat=True)) == ["placed", "paid"]
    assert (waiting_for_a_person(), Refund.objects.count()) == ([], 0)


def test_surplus_of_accepted_money_goes_back(hub: Client) -> None:
    order, payment = doubtful(1_000_000)
    press(hub, "accept", order, payment)
    assert (order.status, balances.kept(payment)) == ("Placed", order.total_incl_tax)


def test_short_money_is_not_accepted(hub: Client) -> None:
    order, payment = doubtful(1_000)
    page = press(hub, "accept", order, payment)
    assert "Không nhận được khoản này" in page
    assert (order.status, payment.state, order.log.filter(verb="pay").count()) == (
        "Pending payment",
        S.REVIEW,
        1,
    )


def test_refusals_are_in_the_language_of_who_reads_them(hub: Client, django_user_model: Any) -> None:
    """What is kept of a decision is in the shop's language, and the refusals were too."""
    user = django_user_model.objects.get(email="hoa@example.vn")
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": "en"})
    order, payment = doubtful(1_000)
    assert "This money cannot be accepted" in press(hub, "accept", order, payment)
    assert "The goods cannot go" in press(hub, "send_anyway", order, payment)


def test_accepted_too_late_the_money_goes_back(hub: Client) -> None:
    order, payment = doubtful()
    Order.objects.filter(pk=order.pk).update(status=Order.Status.EXPIRED)
    record = order.lines.get().stockrecord
    type(record).objects.filter(pk=record.pk).update(num_in_stock=0, num_allocated=0)
    page = press(hub, "accept", order, payment)
    assert "hàng không còn đủ" in page
    assert (order.status, payment.state, balances.kept(payment)) == ("Expired", S.REVIEW, 0)


def test_accepted_too_late_the_money_goes_back_also_after_a_refund_came_to_nothing(hub: Client) -> None:
    order, payment = doubtful()
    Order.objects.filter(pk=order.pk).update(status=Order.Status.EXPIRED)
    record = order.lines.get().stockrecord
    type(record).objects.filter(pk=record.pk).update(num_in_stock=0, num_allocated=0)
    for sent in (1, 2, 3):
        press(hub, "accept", order, payment)
        assert (balances.kept(payment), payment.refunds.count()) == (0, sent)
        Refund.objects.effective().update(state=Refund.State.FAILED)


def test_doubtful_transfer_replaces_cash_when_staff_say_so(hub: Client) -> None:
    order = make_order(make_product(stock=5), purchase=make_purchase(method="prepaid"))
    card = order.payments.get()
    attempts.pay_with(order_id=order.pk, code="cod", by=STAFF)
    Prepaid.receive(card, int(order.total_incl_tax), doubt="Thẻ lạ")
    settling.fetch_and_settle(payment_id=card.pk, by=SYSTEM)
    press(hub, "accept", order, card)
    assert [payment.state for payment in order.payments.all()] == [S.PAID, S.CANCELLED]


def test_money_is_never_accepted_for_an_order_that_is_over(hub: Client) -> None:
    order, payment = doubtful()
    Order.objects.filter(pk=order.pk).update(status=Order.Status.CANCELLED)
    assert "Không nhận được khoản này" in press(hub, "accept", order, payment)
    assert (order.status, payment.state) == ("Cancelled", S.REVIEW)


def test_who_may_only_look_accepts_nothing(client: Client, django_user_model: Any) -> None:
    order, payment = doubtful()
    log_in(client, django_user_model, "view_order")
    client.post(accept_button(order, payment))
    payment.refresh_from_db()
    assert payment.state == S.REVIEW
    page = client.get(reverse("shop_orders:detail", args=[order.pk])).content.decode()
    assert accept_button(order, payment) not in page


def test_what_a_person_has_seen_does_not_come_back_with_each_look() -> None:
    """The provider says the same for ever; what is new beside it is heard all the same."""
    order, payment = doubtful()
    review.accept(payment_id=payment.pk, by=STAFF)
    for _ in range(2):
        payment = settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert (payment.state, payment.doubt) == (S.PAID, "")
    assert order.log.filter(note="Thẻ lạ").count() == 1
    Prepaid.known[payment.token] = replace(Prepaid.known[payment.token], doubt="Thẻ khác")
    assert settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM).doubt == "Thẻ khác"
    review.mark_seen(payment_id=payment.pk, by=STAFF)
    Prepaid.receive(payment, 5_000, "tx-2", doubt="Thẻ khác")
    for _ in range(2):
        payment = settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
    assert payment.doubt == "Thẻ khác"
    assert [int(refund.amount) for refund in payment.refunds.all()] == [5_000]  # beyond the price


def test_two_doubts_that_a_person_has_seen_do_not_take_turns() -> None:
    _order, payment = doubtful()
    known = Prepaid.known[payment.token]
    Prepaid.known[payment.token] = replace(known, incoming=(replace(known.incoming[0], amount=Decimal(1)),))
    Prepaid.known[payment.token] = replace(Prepaid.known[payment.token], doubt="Thẻ lạ")
    seen = []
    for _ in range(4):
        payment = settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)
        seen.append(payment.doubt)
        review.mark_seen(payment_id=payment.pk, by=STAFF)
    assert seen[2:] == ["", ""]


def test_long_doubt_is_kept_whole() -> None:
    _order, payment = doubtful()
    payment = settling.settle(payment_id=payment.pk, report=PaymentReport(doubt="x" * 400), by=SYSTEM)
    assert payment.doubt.splitlines() == ["Thẻ lạ", "x" * 400]
