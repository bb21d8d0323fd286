"""Two things happen to the money of one order: what each would do right alone stays right together."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from post_office.models import Email
from pytest_django.fixtures import Settings

from shop.backoffice.attention.page import doubtful_payments, refunds_to_make
from shop.backoffice.invoices import export
from shop.core.actors import SYSTEM, Actor
from shop.fulfilment import parcels
from shop.ledger import payouts
from shop.order.models import Order, Parcel
from shop.payment import attempts, balances, review, settling
from shop.payment.bank import manual_matching
from shop.payment.models import BankLine, Payment, Refund
from shop.payment.providers.base import Outgoing, PaymentReport, RefundAnswer
from shop.payment.refunds import cancelling, refunding
from tests import transfers
from tests.factories import make_partner, make_producer, make_product
from tests.prepaid import COD, PATH, Prepaid
from tests.shop import make_market, make_order, make_purchase

pytestmark = pytest.mark.django_db
STAFF = Actor(name="Hoa")
SENT = ("accept", "pack", "ship", "deliver")
Commits = Callable[..., Any]


@pytest.fixture(autouse=True)
def market(settings: Settings, site_root: Any) -> Iterator[None]:
    settings.PAYMENT_PROVIDERS = [COD, transfers.VIETQR, PATH]
    settings.BANK_WEBHOOK_API_KEY = transfers.KEY
    settings.EMAIL_BACKEND = "post_office.EmailBackend"
    Prepaid.forget()
    make_market()
    transfers.make_account()
    yield
    Prepaid.forget()
    call_command("check_ledger", verbosity=0)


def goods(count: int = 1) -> list[Any]:
    """Return products of as many producers, 100 000 ₫ each; a parcel of one costs 118 000 ₫."""
    bank = {"bank_bin": "970436", "bank_account": "1", "bank_holder": "HTX"}
    makers = [make_producer(partner=make_partner(**bank)) for _ in range(count)]
    return [make_product(producer=maker, price=100_000, stock=9) for maker in makers]


def paid(count: int = 1, *, quantity: int = 1, over: int = 0) -> tuple[Order, Payment]:
    """Return an order that was paid by card, and the payment."""
    order = make_order(*goods(count), quantity=quantity, purchase=make_purchase(method="prepaid"))
    payment = order.payments.get()
    Prepaid.receive(payment, int(order.total_incl_tax) + over)
    return order, settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)


def numbered(order: Order, number: int = 1) -> Parcel:
    return order.parcels.get(number=number)


def move(parcel: Parcel, *steps: str) -> None:
    for step in steps:
        getattr(parcels, step)(parcel_id=parcel.pk, by=STAFF)


def cancel_units(parcel: Parcel) -> None:
    line = parcel.lines.get()
    parcels.cancel_units(
        parcel_id=parcel.pk, line_id=line.pk, quantity=1, seen=line.units, by=STAFF, reason="hết"
    )


def say(payment: Payment, *facts: Outgoing) -> Payment:
    """Let the provider know of this money that went back, and look."""
    known = Prepaid.known[payment.token]
    Prepaid.known[payment.token] = PaymentReport(incoming=known.incoming, outgoing=facts)
    return settling.fetch_and_settle(payment_id=payment.pk, by=SYSTEM)


def give(payment: Payment, amount: int, *, key: str = "k", **whose: Any) -> Refund:
    return refunding.refund_by_staff(
        order_id=payment.order_id,
        payment_id=payment.pk,
        amount=Decimal(amount),
        key=key,
        by=STAFF,
        reason="vỡ",
        **whose,
    )


def drop_by_bank(refund: Refund) -> None:
    """Drop a refund that was to go by bank."""
    Refund.objects.filter(pk=refund.pk).update(way="bank")
    cancelling.cancel(refund_id=refund.pk, by=STAFF, reason="sai số tài khoản")


def made_in(days: int) -> list[int]:
    """Return what a payout run in so many days would pay."""
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        return [int(payout.total) for payout in payouts.run(by=STAFF).made]


def page_of(order: Order) -> str:
    return Client().get(order.get_absolute_url()).content.decode()


# --- Money that comes back to us while goods were called off -----------------------------------------


def test_units_left_out_during_a_dispute_are_shown_when_it_is_won() -> None:
    order, payment = paid(quantity=2)
    payment = say(payment, Outgoing("dp", payment.amount, disputed=True))
    review.mark_seen(payment_id=payment.pk, by=STAFF)
    cancel_units(numbered(order))
    payment = say(payment, Outgoing("dp", payment.amount, done=False, failed=True, disputed=True))
    assert "100.000" in payment.doubt_words


def test_pending_refund_of_the_dashboard_that_fails_after_the_parcel_was_called_off_is_shown() -> None:
    order, payment = paid()
    payment = say(payment, Outgoing("re", payment.amount, done=False))
    review.mark_seen(payment_id=payment.pk, by=STAFF)
    move(numbered(order), "cancel")
    payment = say(payment, Outgoing("re", payment.amount, done=False, failed=True))
    assert (balances.kept(payment), list(doubtful_payments())) == (payment.amount, [payment])


def test_money_that_the_dashboard_gave_back_beside_a_transfer_under_way_is_shown() -> None:
    order, payment = paid()
    move(numbered(order), *SENT)
    give(payment, int(payment.amount), parcel_id=numbered(order).pk, way="bank")
    payment = say(payment, Outgoing("re", payment.amount))
    assert balances.kept(payment) < 0
    assert "Đã hoàn quá số tiền" in payment.doubt_words


# --- Two doubts, two refunds --------------------------------------------------------------------------


def test_second_doubt_stands_beside_the_first() -> None:
    order, payment = paid(2)
    move(numbered(order, 2), "cancel")
    drop_by_bank(Refund.objects.get())
    for _ in range(2):
        payment = say(payment, Outgoing("re", Decimal(1_000)))
    first, second = payment.doubt.splitlines()
    with translation.override("vi"):
        one, two = payment.doubt_words.splitlines()
    assert ("Đã bỏ khoản hoàn" in one, "1.000" in two) == (True, True)
    review.mark_seen(payment_id=payment.pk, by=STAFF)
    payment.refresh_from_db()
    assert (payment.doubt, payment.doubts_seen) == ("", [first, second])


@pytest.mark.parametrize("what", ["parcels", "units"])
def test_failed_refund_stays_listed_beside_one_of_the_same_sum(
    what: str, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Commits
) -> None:
    order, _payment = paid(2, quantity=3)

    def cancel_order(number: int) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            if what == "units":
                cancel_units(numbered(order))
            else:
                move(numbered(order, number), "cancel")

    with monkeypatch.context() as closed:
        closed.setattr(Prepaid, "refund", lambda self, refund: RefundAnswer(failed=True, error="thẻ đóng"))
        cancel_order(1)
    cancel_order(2)
    assert sorted(Refund.objects.values_list("state", flat=True)) == ["done", "failed"]
    assert [refund.state for refund in refunds_to_make(timezone.now())] == ["failed"]


def test_dropped_surplus_is_shown_although_a_parcel_was_called_off() -> None:
    order, _payment = paid(2, over=20_000)
    surplus = Refund.objects.get()
    move(numbered(order, 2), "cancel")
    drop_by_bank(surplus)
    assert doubtful_payments().exists()


def test_dropped_cash_refund_of_a_returned_parcel_is_shown_while_another_is_on_its_way() -> None:
    order = make_order(*goods(2))
    move(numbered(order), *SENT, "return_")
    cancelling.cancel(refund_id=Refund.objects.get().pk, by=STAFF, reason="nhầm")
    assert doubtful_payments().exists()


# --- Payouts ------------------------------------------------------------------------------------------


def test_payout_waits_for_a_look_at_the_money() -> None:
    order, payment = paid(quantity=2)
    cancel_units(numbered(order))
    drop_by_bank(Refund.objects.get())
    move(numbered(order), *SENT)
    assert made_in(9) == []
    review.mark_seen(payment_id=payment.pk, by=STAFF)
    assert len(made_in(9)) == 1


@pytest.mark.parametrize("parts", [[60_000, 40_000], []])
def test_failed_refund_that_was_made_otherwise_is_dropped_and_frees_the_payout(parts: list[int]) -> None:
    order, payment = paid(quantity=3)
    parcel = numbered(order)
    move(parcel, *SENT)
    failed = give(payment, 100_000, parcel_id=parcel.pk)
    refunding.finish(refund_id=failed.pk, answer=RefundAnswer(failed=True), by=SYSTEM)
    for number, part in enumerate(parts or [100_000]):
        whose = {"parcel_id": parcel.pk} if parts else {}
        again = give(payment, part, key=f"again-{number}", way="bank", **whose)
        refunding.finish(refund_id=again.pk, answer=RefundAnswer(reference="FT", done=True), by=STAFF)
    assert (made_in(200), list(refunds_to_make(timezone.now()))) == ([], [failed])
    cancelling.cancel(refund_id=failed.pk, by=STAFF, reason="đã chuyển làm hai lần")
    assert (len(made_in(200)), list(refunds_to_make(timezone.now()))) == (1, [])
    assert not doubtful_payments().exists()


def test_failed_refund_of_the_whole_order_holds_its_parcels_back() -> None:
    order, payment = paid()
    move(numbered(order), *SENT)
    failed = give(payment, 50_000)
    refunding.finish(refund_id=failed.pk, answer=RefundAnswer(failed=True), by=SYSTEM)
    assert made_in(200) == []


def test_failed_refund_of_a_called_off_parcel_that_is_dropped_waits_for_a_person() -> None:
    order, _payment = paid(2)
    move(numbered(order, 2), "cancel")
    failed = Refund.objects.get()
    refunding.finish(refund_id=failed.pk, answer=RefundAnswer(failed=True), by=SYSTEM)
    cancelling.cancel(refund_id=failed.pk, by=STAFF, reason="nhầm")
    assert doubtful_payments().exists()


# --- Several ways to pay ------------------------------------------------------------------------------


def test_mail_and_page_name_the_payment_that_paid(django_capture_on_commit_callbacks: Commits) -> None:
    order = transfers.make_waiting()
    attempts.pay_with(order_id=order.pk, code="cod", by=STAFF)
    with django_capture_on_commit_callbacks(execute=True):
        transfers.pay(order)
    [mail] = [mail for mail in Email.objects.all() if "Đã nhận đủ" in mail.subject]
    assert "nhận 0" not in mail.message
    assert "Tiền mặt khi nhận hàng" not in page_of(order)


def test_short_transfer_for_an_order_for_cash_leaves_it_at_cash() -> None:
    order = make_order(*goods())
    transfers.post(transfers.told(memo=order.number, amount=30_000))
    manual_matching.assign(line_id=BankLine.objects.get().pk, number=order.number, by=STAFF)
    assert "Tiền mặt khi nhận hàng" in page_of(order)
    rows = list(export.rows(timezone.localdate(), timezone.localdate()))
    assert {row[21] for row in rows[1:]} == {"Tiền mặt khi nhận hàng"}


def test_card_is_paid_after_a_short_transfer(client: Client) -> None:
    order = make_order(*goods(), purchase=make_purchase(method="prepaid"))
    transfers.post(transfers.told(memo=order.number, amount=30_000))
    manual_matching.assign(line_id=BankLine.objects.get().pk, number=order.number, by=STAFF)
    for _ in range(2):  # the first ends the transfer
        answer = client.post(reverse("order:pay", args=[order.token]), {"method": "prepaid"})
    assert answer["Location"].startswith("https://pay.example/")


def test_transfer_pays_what_is_left_of_an_order_for_cash_after_a_parcel_was_refused() -> None:
    order = make_order(*goods(2))
    move(numbered(order), "accept", "pack", "ship", "return_")
    transfers.post(transfers.told(memo=order.number, amount=numbered(order, 2).charged))
    manual_matching.assign(line_id=BankLine.objects.get().pk, number=order.number, by=STAFF)
    assert order.payments.get(method="bank").state == "paid"


def test_transfer_pays_what_is_left_of_an_order_for_cash_after_a_unit_was_left_out() -> None:
    order = transfers.make_waiting(quantity=2)
    attempts.pay_with(order_id=order.pk, code="cod", by=STAFF)
    cancel_units(numbered(order))
    due = numbered(order).charged
    assert f"{due:,.0f}".replace(",", ".") in page_of(order)
    transfers.pay(order, int(due))
    assert order.payments.get(method="bank").state == "paid"
    assert not Refund.objects.exists()


def test_cash_is_not_asked_for_a_parcel_that_was_refused() -> None:
    order = make_order(*goods(2), quantity=2)
    move(numbered(order), "accept", "pack", "ship", "return_")
    cancel_units(numbered(order, 2))
    assert "bạn chỉ trả 118.000" in page_of(order)


def test_page_says_that_money_will_come_back_and_then_that_it_has() -> None:
    order, _payment = paid()
    move(numbered(order), "cancel")
    assert "Tiền đã trả sẽ được hoàn lại." in page_of(order)
    refunding.finish(
        refund_id=Refund.objects.get().pk, answer=RefundAnswer(reference="r", done=True), by=SYSTEM
    )
    assert "Tiền đã trả đã về lại bạn." in page_of(order)
    assert "Bạn không phải trả tiền." in page_of(_cancelled())


def _cancelled() -> Order:
    order = make_order(*goods())
    move(numbered(order), "cancel")
    return order


# --- Paper --------------------------------------------------------------------------------------------


def test_invoices_tell_what_went_back_of_the_whole_order() -> None:
    order, payment = paid()
    move(numbered(order), *SENT)
    refund = give(payment, 50_000)
    refunding.finish(refund_id=refund.pk, answer=RefundAnswer(reference="r", done=True), by=SYSTEM)
    heading, first, *_rest = export.rows(timezone.localdate(), timezone.localdate())
    assert (heading[-1], first[-1]) == ("Đã hoàn của cả đơn, không theo kiện, đồng", 50_000)
