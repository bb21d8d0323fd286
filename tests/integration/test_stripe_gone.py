"""Stripe is gone: orders are let go all the same, and money that comes late is placed once or given back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from demo.stripe_double import acts, switches
from shop.core.actors import SYSTEM
from shop.order.models import Order
from shop.payment import attempts, balances, jobs
from shop.payment import left_open as pages
from shop.payment.models import Payment, ProviderBreaker
from shop.payment.providers.stripe.provider import StripeCard
from tests.factories import make_product
from tests.prepaid import COD, PATH, OtherPrepaid, Prepaid
from tests.shop import make_market, make_order, make_purchase
from tests.stripe import deliver, double, things
from tests.transfers import VIETQR, make_account, pay

__all__ = ["double"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("double")]
CARD = "shop.payment.providers.stripe.provider.StripeCard"
SESSION = "checkout.session"


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, VIETQR, CARD]
    settings.BASE_URL = "https://cho.example"
    settings.BANK_WEBHOOK_API_KEY = "khoa-cua-ngan-hang"
    make_market()
    make_account()
    yield
    call_command("check_ledger", verbosity=0)


@pytest.fixture
def order() -> Order:
    """Return an order whose buyer is on Stripe's page, and Stripe answers the shop no more."""
    order = make_order(make_product(price=250_000, stock=5), purchase=make_purchase(method="card"))
    StripeCard().begin(order.payments.select_related("order").get())
    switches.set_network("outage")
    return order


@pytest.fixture
def answers(django_capture_on_commit_callbacks: Any) -> Any:
    """Let Stripe answer again and the timer close what was left open; refunds go out after the commit."""

    def again() -> int:
        switches.set_network("up")
        ProviderBreaker.objects.all().delete()
        with django_capture_on_commit_callbacks(execute=True):
            return jobs.close_left_open()

    return again


def later(minutes: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes))


def pay_at_stripe() -> None:
    acts.pay(things(SESSION)[-1]["id"], acts.GOOD)


def state(order: Order) -> tuple[str, list[str], int]:
    """Return the order's status, its payments' states by method, and the units held."""
    order.refresh_from_db()
    record = order.lines.get().stockrecord
    payments = [f"{row.method} {row.state}" for row in order.payments.order_by("pk")]
    return order.status, payments, record.num_allocated or 0


def kept(order: Order) -> int:
    return int(sum(balances.kept(payment) for payment in order.payments.all()))


def given_back() -> list[int]:
    return [row["amount"] for row in things("refund")]


def left_open() -> int:
    return Payment.objects.filter(left_open_at__isnull=False).count()


# --- let go --------------------------------------------------------------------------------------


def test_deadline_frees_the_stock(order: Order, answers: Any) -> None:
    with later(36):
        assert jobs.expire_due() == 1
        assert state(order) == ("Expired", ["card expired"], 0)
        assert left_open() == 1
        assert answers() == 1
    assert (things(SESSION)[0]["status"], left_open()) == ("expired", 0)


def told(order: Order) -> list[str]:
    return list(order.mails.exclude(kind="placed").order_by("pk").values_list("kind", flat=True))


def test_who_paid_while_stripe_was_silent_is_not_told_that_the_order_expired(
    order: Order, answers: Any
) -> None:
    pay_at_stripe()
    with later(36):
        jobs.expire_due()
        assert (state(order)[0], told(order)) == ("Expired", [])
        jobs.close_left_open()  # still silent
        answers()
    assert (state(order)[0], told(order)) == ("Placed", ["paid"])


def test_who_did_not_pay_is_told_once_stripe_has_answered(order: Order, answers: Any) -> None:
    with later(36):
        jobs.expire_due()
        answers()
        jobs.close_left_open()
    assert (state(order)[0], told(order)) == ("Expired", ["expired"])


def test_after_an_hour_of_silence_the_buyer_is_told_all_the_same(order: Order, answers: Any) -> None:
    with later(36):
        jobs.expire_due()
    with later(36 + 59):
        jobs.close_left_open()
        assert told(order) == []
    with later(36 + 61):
        jobs.close_left_open()
        jobs.close_left_open()
        assert told(order) == ["expired"]
        answers()
    assert told(order) == ["expired"]


def test_who_was_told_is_left_alone_and_an_order_that_fails_stops_no_turn(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each turn locked every order of the outage and wrote its mail again."""
    seen: list[Order] = []

    def fail(order: Order, *_args: Any, **_kwargs: Any) -> None:
        seen.append(order)
        raise ValueError(order)

    with later(36):
        jobs.expire_due()
    with later(36 + 61):
        with monkeypatch.context() as patched:
            patched.setattr(pages, "tell_expired", fail)
            assert jobs.close_left_open() == 0
            assert seen == [order]
        jobs.close_left_open()
        assert told(order) == ["expired"]
        monkeypatch.setattr(pages, "tell_expired", fail)
        jobs.close_left_open()
    assert seen == [order]


def test_buyer_cancels(client: Client, order: Order, answers: Any) -> None:
    page = client.post(reverse("order:cancel", args=[order.token]), {"reason": ""}, follow=True)
    assert "Đã huỷ đơn" in page.content.decode()
    assert state(order) == ("Cancelled", ["card cancelled"], 0)
    assert answers() == 1
    assert things(SESSION)[0]["status"] == "expired"


@pytest.mark.parametrize(("code", "status"), [("bank", "Pending payment"), ("cod", "Placed")])
def test_buyer_changes_the_method(client: Client, order: Order, answers: Any, code: str, status: str) -> None:
    client.post(reverse("order:pay", args=[order.token]), {"method": code})
    assert state(order) == (status, ["card cancelled", f"{code} pending"], 1)
    assert answers() == 1
    assert things(SESSION)[0]["status"] == "expired"


def test_page_that_was_never_opened_is_looked_for(client: Client, answers: Any) -> None:
    """The answer to the first call was lost: the page may be there, so it is asked for by its key and closed."""
    order = make_order(make_product(price=250_000, stock=5), purchase=make_purchase(method="card"))
    switches.break_next("lose")
    switches.set_network("outage")
    client.post(reverse("order:pay", args=[order.token]), {"method": "card"})
    client.post(reverse("order:pay", args=[order.token]), {"method": "bank"})
    assert answers() == 1
    assert [row["status"] for row in things(SESSION)] == ["expired"]


def test_still_silent_it_is_asked_again_at_the_next_turn(order: Order, answers: Any) -> None:
    with later(36):
        jobs.expire_due()
        assert jobs.close_left_open() == 0
        assert left_open() == 1
        assert answers() == 1
        assert jobs.close_left_open() == 0


def test_payment_that_is_live_again_is_left_to_its_buyer(order: Order, answers: Any) -> None:
    """The process died after it had noted the silence and before the order was let go."""
    Payment.objects.update(left_open_at=timezone.now())
    assert answers() == 0
    assert things(SESSION)[0]["status"] == "open"


def test_answer_that_money_has_come_stops_the_letting_go(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stripe says that the page is paid, and then nothing more."""
    switches.set_network("up")
    pay_at_stripe()
    cancel = StripeCard.cancel

    def then_silence(method: StripeCard, payment: Payment) -> bool:
        try:
            return cancel(method, payment)
        finally:
            switches.set_network("outage")

    monkeypatch.setattr(StripeCard, "cancel", then_silence)
    with pytest.raises(attempts.CannotPay):
        attempts.pay_with(order_id=order.pk, code="bank", by=SYSTEM)
    assert state(order) == ("Pending payment", ["card pending"], 1)


def test_buyer_is_warned_not_to_pay_twice_until_stripe_has_answered(
    client: Client, order: Order, answers: Any
) -> None:
    warning = "Nếu bạn đã trả, đừng trả lần nữa"
    assert warning not in client.get(order.get_absolute_url()).content.decode()
    attempts.pay_with(order_id=order.pk, code="bank", by=SYSTEM)
    assert warning in client.get(order.get_absolute_url()).content.decode()
    answers()
    assert warning not in client.get(order.get_absolute_url()).content.decode()


# --- late money ----------------------------------------------------------------------------------


def test_late_money_takes_the_stock_again(order: Order, answers: Any) -> None:
    pay_at_stripe()
    with later(36):
        jobs.expire_due()
        assert state(order) == ("Expired", ["card expired"], 0)
        assert answers() == 1
    assert state(order) == ("Placed", ["card paid"], 1)
    assert (kept(order), given_back(), left_open()) == (order.total_incl_tax, [], 0)


def test_late_money_goes_back_when_the_goods_are_gone(order: Order, answers: Any) -> None:
    pay_at_stripe()
    with later(36):
        jobs.expire_due()
        record = order.lines.get().stockrecord
        type(record).objects.filter(pk=record.pk).update(num_in_stock=0)
        answers()
    assert state(order) == ("Expired", ["card review"], 0)
    assert (kept(order), given_back()) == (0, [order.total_incl_tax])


def test_late_money_for_a_cancelled_order_goes_back(client: Client, order: Order, answers: Any) -> None:
    client.post(reverse("order:cancel", args=[order.token]), {"reason": ""})
    pay_at_stripe()
    answers()
    assert state(order) == ("Cancelled", ["card review"], 0)
    assert (kept(order), given_back()) == (0, [order.total_incl_tax])


@pytest.mark.parametrize("first", ["card", "bank"])
def test_paid_by_transfer_and_on_the_page_that_was_left_open(order: Order, answers: Any, first: str) -> None:
    """Whichever is found first pays the order; the other is given back."""
    attempts.pay_with(order_id=order.pk, code="bank", by=SYSTEM)
    pay_at_stripe()
    if first == "bank":
        pay(order)
        answers()
        assert given_back() == [order.total_incl_tax]
        assert state(order)[1] == ["card review", "bank paid"]
    else:
        answers()
        assert state(order) == ("Placed", ["card paid", "bank cancelled"], 1)
        pay(order)
        assert state(order)[1] == ["card paid", "bank review"]
    assert (state(order)[0], kept(order)) == ("Placed", order.total_incl_tax)


def test_paid_on_the_page_that_was_left_open_instead_of_at_the_door(order: Order, answers: Any) -> None:
    attempts.pay_with(order_id=order.pk, code="cod", by=SYSTEM)
    pay_at_stripe()
    answers()
    assert state(order) == ("Placed", ["card paid", "cod cancelled"], 1)
    assert given_back() == []


def test_two_card_pages_of_one_order_both_paid(
    client: Client, order: Order, answers: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """Let go, ordered anew by card, and both pages paid: told by Stripe's notices, one is given back."""
    attempts.pay_with(order_id=order.pk, code="bank", by=SYSTEM)
    switches.set_network("up")
    ProviderBreaker.objects.all().delete()
    client.post(reverse("order:pay", args=[order.token]), {"method": "card"})
    for page in things(SESSION):
        acts.pay(page["id"], acts.GOOD)
    with django_capture_on_commit_callbacks(execute=True):
        assert set(deliver(client)) == {200}
    assert sorted(state(order)[1]) == ["bank cancelled", "card paid", "card review"]
    assert (kept(order), given_back()) == (order.total_incl_tax, [order.total_incl_tax])


def test_silence_of_any_provider_lets_go(settings: Settings) -> None:
    """The rule is the shop's, not Stripe's."""
    settings.PAYMENT_PROVIDERS = [PATH, "tests.prepaid.OtherPrepaid"]
    Prepaid.forget()
    order = make_order(make_product(stock=5), purchase=make_purchase(method="prepaid"))
    Prepaid.silent = True
    attempts.pay_with(order_id=order.pk, code=OtherPrepaid.code, by=SYSTEM)
    assert state(order)[1] == ["prepaid cancelled", "other pending"]
    Prepaid.forget()
    assert jobs.close_left_open() == 1
