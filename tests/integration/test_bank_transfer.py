"""Money by bank transfer: every way it can come, and what the order makes of it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email
from pytest_django.fixtures import Settings

from shop.core.actors import SYSTEM, Actor
from shop.fulfilment.cancelling import cancel_order
from shop.order import mails
from shop.order.models import Order, OrderLog, OrderMail
from shop.payment import expiring, settling
from shop.payment.bank import jobs, manual_matching, matching
from shop.payment.models import BankAccount, BankLine, BankTransfer, Payment, Receipt, Refund
from shop.payment.providers import provider
from shop.payment.providers.base import Bill, PaymentUnavailable
from tests.factories import make_product
from tests.shop import make_market, make_order, make_purchase
from tests.transfers import (
    COD,
    KEY,
    VIETQR,
    bank_payment,
    make_account,
    make_waiting,
    pay,
    post,
    told,
)

pytestmark = pytest.mark.django_db
HOA = Actor(name="Hoa")
S = Payment.State


@pytest.fixture(autouse=True)
def market(settings: Settings) -> None:
    settings.PAYMENT_PROVIDERS = [COD, VIETQR]
    settings.BANK_WEBHOOK_API_KEY = KEY
    make_market()


@pytest.fixture(autouse=True)
def account(market: None) -> BankAccount:
    return make_account()


def state(order: Order) -> tuple[str, str, Decimal]:
    order = Order.objects.get(pk=order.pk)
    payment = bank_payment(order)
    return order.status, payment.state, payment.received


def kinds(order: Order) -> list[str]:
    return list(order.mails.values_list("kind", flat=True))


def waits() -> list[tuple[str, str]]:
    """Return the waiting lines: what the bank said, and why they wait."""
    rows = BankLine.objects.filter(state__in=["waiting", "new"]).order_by("pk")
    return list(rows.values_list("memo", "reason"))


def test_offered_only_while_there_is_an_account(account: BankAccount) -> None:
    way = provider("bank")
    assert way is not None
    assert (way.is_set_up, way.refusal(Bill(total=Decimal(1)))) == (True, "")
    BankAccount.objects.update(is_active=False, is_default=False)
    assert not way.is_set_up
    assert way.refusal(Bill(total=Decimal(1)))


def test_account_is_fixed_when_the_payment_begins(account: BankAccount) -> None:
    order = make_waiting()
    BankAccount.objects.update(is_default=False)
    other = make_account(bank="970422", number="999999")
    way = provider("bank")
    assert way is not None
    way.begin(bank_payment(order))
    assert BankTransfer.objects.get().account == account
    assert BankTransfer.objects.get(payment=bank_payment(make_waiting())).account == other


def test_without_any_account_nothing_begins() -> None:
    order = make_waiting()
    BankTransfer.objects.all().delete()
    BankAccount.objects.update(is_active=False, is_default=False)
    way = provider("bank")
    assert way is not None
    with pytest.raises(PaymentUnavailable):
        way.begin(bank_payment(order))


def test_full_amount_places_the_order_once_however_often_it_is_told() -> None:
    order = make_waiting()
    message = pay(order)
    for _ in range(3):
        assert post(message).json() == {"success": True}
    assert (
        post({**message, "id": 5_000}).status_code == 200
    )  # the service's own id is another, the bank's is not
    assert state(order) == ("Placed", S.PAID, order.total_incl_tax)
    assert kinds(order) == ["placed", "paid"]
    assert Receipt.objects.count() == BankLine.objects.count() == 1
    assert list(order.log.filter(verb="pay").values_list("actor_name", flat=True)) == ["ngân hàng"]
    settling.fetch_and_settle(payment_id=bank_payment(order).pk, by=SYSTEM)
    assert Receipt.objects.count() == 1


def test_memo_is_found_as_banks_and_people_mangle_it() -> None:
    order = make_waiting()
    code = order.number
    memo = f"MBVCB.327.{code[:4].lower()} {code[4:]}-ck tu NGUYEN THI ANH"
    assert post(told(memo=memo, amount=order.total_incl_tax)).status_code == 200
    assert state(order)[:2] == ("Placed", S.PAID)


@pytest.mark.usefixtures("mail_queue")
def test_short_waits_and_tells_and_parts_add_up(django_capture_on_commit_callbacks: Any) -> None:
    order = make_waiting()
    with django_capture_on_commit_callbacks(execute=True):
        pay(order, 40_000)
    assert state(order) == ("Pending payment", S.PENDING, 40_000)
    missing = order.total_incl_tax - 40_000
    mail = Email.objects.order_by("pk").last()
    assert mail is not None
    assert "40.000" in mail.message
    assert f"{missing:,.0f}".replace(",", ".") in mail.message
    pay(order, 10_000)
    pay(order, int(missing) - 10_000)
    assert state(order) == ("Placed", S.PAID, order.total_incl_tax)
    assert kinds(order) == ["placed", "short", "short", "paid"]
    assert not Refund.objects.exists()


def test_surplus_places_the_order_and_lists_the_rest() -> None:
    order = make_waiting()
    pay(order, int(order.total_incl_tax) + 15_000)
    pay(order, 2_000)
    assert state(order)[:2] == ("Placed", S.PAID)
    assert list(Refund.objects.values_list("amount", "way", "state")) == [
        (15_000, "bank", "requested"),
        (2_000, "bank", "requested"),
    ]


def test_paid_twice_gives_the_second_back() -> None:
    order = make_waiting()
    pay(order)
    pay(order, transactionDate="2026-11-22 09:20:00")
    assert state(order)[:2] == ("Placed", S.PAID)
    assert [refund.amount for refund in Refund.objects.all()] == [order.total_incl_tax]


def test_money_out_is_kept_and_pays_nothing() -> None:
    order = make_waiting()
    message = told(memo=order.number, amount=order.total_incl_tax, transferType="out")
    assert post(message).json() == {"success": True}
    assert list(BankLine.objects.values_list("direction", "state")) == [("out", "recorded")]
    assert state(order) == ("Pending payment", S.PENDING, 0)


def test_what_fits_no_order_waits_for_staff() -> None:
    one, two = make_waiting(), make_waiting()
    cash = make_order(make_product(), purchase=make_purchase(method="cod"))
    lines = {
        "ung ho cho": "no_order",
        "K7M2QX9A": "no_order",
        f"{one.number} {two.number}": "several",
        cash.number: "no_transfer",
    }
    for memo in lines:
        assert post(told(memo=memo, amount=5_000)).status_code == 200
    post(told(memo=one.number, amount=5_000, accountNumber="555"))
    assert waits() == [*lines.items(), (one.number, "account")]
    assert not Receipt.objects.exists()
    assert jobs.match_new() == 0  # they wait for a person, not for the timer


def test_same_id_with_another_amount_waits_for_staff() -> None:
    order = make_waiting()
    pay(order, 10_000, reference="FT1")
    pay(order, 20_000, reference="ft 1")
    pay(order, 20_000, reference="FT1")
    assert state(order) == ("Pending payment", S.PENDING, 10_000)
    assert waits() == [(order.number, "conflict")]


def expire(*orders: Order) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        expiring.expire_due()
    for order in orders:
        order.refresh_from_db()
        assert order.status == Order.Status.EXPIRED


def test_late_money_takes_the_stock_again_or_waits_for_staff() -> None:
    order, gone = make_waiting(stock=1), make_waiting(stock=1)
    expire(order, gone)
    make_order(gone.lines.get().product, purchase=make_purchase(method="cod"))
    pay(order)
    pay(gone)
    assert state(order) == ("Placed", S.PAID, order.total_incl_tax)
    assert state(gone) == ("Expired", S.REVIEW, gone.total_incl_tax)
    assert [refund.amount for refund in Refund.objects.all()] == [gone.total_incl_tax]


def test_money_for_a_cancelled_order_waits_for_staff() -> None:
    order = make_waiting()
    cancel_order(order_id=order.pk, by=HOA)
    pay(order)
    assert state(order) == ("Cancelled", S.REVIEW, order.total_incl_tax)
    assert Refund.objects.get().amount == order.total_incl_tax


def test_part_that_came_does_not_hold_the_stock_for_ever() -> None:
    order = make_waiting()
    pay(order, 10_000)
    expire(order)
    assert state(order) == ("Expired", S.REVIEW, 10_000)
    assert Refund.objects.get().amount == 10_000


def test_line_stored_but_not_booked_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies between storing and matching; the deadline passes before the timer comes."""
    order = make_waiting()
    with monkeypatch.context() as broken:
        broken.setattr("shop.payment.bank.matching.match", _die)
        pay(order)
    assert state(order) == ("Pending payment", S.PENDING, 0)
    assert jobs.match_new() == 1
    assert state(order) == ("Placed", S.PAID, order.total_incl_tax)
    assert jobs.match_new() == 0


def _die(_pk: int) -> None:
    raise RuntimeError("killed")


def test_line_given_but_not_settled_stops_the_expiry(settings: Settings) -> None:
    order = make_waiting()
    message = told(memo="x", amount=order.total_incl_tax)
    post(message)
    payment = bank_payment(order)
    BankLine.objects.update(payment=payment, state="matched", handled_at=timezone.now(), reason="")
    way = provider("bank")
    assert way is not None
    assert way.cancel(payment) is False
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        expiring.expire_due()
    assert state(order) == ("Placed", S.PAID, order.total_incl_tax)


@pytest.mark.parametrize("part", [0, 10_000])
def test_expired_mail_speaks_of_the_money_that_came(mail_queue: None, part: int) -> None:
    order = make_waiting()
    if part:
        pay(order, part)
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        expiring.expire_due()
        mails.queue_due()
    letter = Email.objects.get(subject__contains="hết hạn")
    assert ("Số tiền đã đến sẽ được hoàn lại" in letter.message) is bool(part)
    assert ("hãy ghi tài khoản nhận tiền" in letter.html_message) is bool(part)


def test_reminder_goes_once_before_the_deadline() -> None:
    order, paid = make_waiting(), make_waiting()
    pay(paid)
    assert jobs.remind() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=19), tick=False):
        assert [jobs.remind(), jobs.remind()] == [1, 0]
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert jobs.remind() == 0
    assert kinds(order) == ["placed", "remind"]
    assert "remind" not in kinds(paid)


@pytest.mark.usefixtures("mail_queue")
def test_reminder_says_how_much_and_until_when(django_capture_on_commit_callbacks: Any) -> None:
    order = make_waiting()
    with (
        time_machine.travel(timezone.now() + timedelta(hours=20), tick=False),
        django_capture_on_commit_callbacks(execute=True),
    ):
        jobs.remind()
    mail = Email.objects.order_by("pk").last()
    assert mail is not None
    assert order.number in mail.subject
    assert f"{order.total_incl_tax:,.0f}".replace(",", ".") in mail.message
    assert reverse("order:detail", args=[order.token]) in mail.message


class TestWebhook:
    def test_does_not_exist_without_a_key(self, settings: Settings) -> None:
        settings.BANK_WEBHOOK_API_KEY = settings.BANK_WEBHOOK_SECRET = ""
        assert post(told(memo="x", amount=1)).status_code == 404
        assert not BankLine.objects.exists()

    @pytest.mark.parametrize("key", ["", "sai", KEY + "x"])
    def test_strangers_are_refused(self, key: str) -> None:
        order = make_waiting()
        response = post(told(memo=order.number, amount=order.total_incl_tax), key=key)
        assert (response.status_code, response.json()) == (401, {"success": False})
        assert not BankLine.objects.exists()

    def test_only_posts(self, client: Any) -> None:
        assert client.get(reverse("payment:bank-webhook")).status_code == 405

    def test_nonsense_is_refused_and_not_stored(self) -> None:
        bodies = [b"", b"x", b"[]", b"[" * 60_000, b'{"id": 1e999}', b"\xff", b"1" * 6_000, b"null"]
        assert [post(body).status_code for body in bodies] == [400] * len(bodies)
        assert not BankLine.objects.exists()

    def test_huge_body_is_refused_unread(self) -> None:
        assert post(b"{" + b" " * 5 * 1024 * 1024 + b"}").status_code == 413

    @pytest.mark.parametrize("length", ["²", "-1", "9" * 5_000])
    def test_length_that_is_none_is_refused(self, client: Any, length: str) -> None:
        address = reverse("payment:bank-webhook")
        assert client.generic("POST", address, b"{}", CONTENT_LENGTH=length).status_code == 413

    def test_odd_characters_are_kept_out_of_the_database(self) -> None:
        memo = "\x00 \ud800 🍎 <b>'; DROP TABLE--"
        assert post(told(memo=memo, amount=5_000)).status_code == 200
        assert "🍎" in BankLine.objects.get().memo

    def test_address_has_no_language(self) -> None:
        assert reverse("payment:bank-webhook") == "/payments/bank/webhook/"


class TestByHand:
    def line(self, memo: str = "ung ho", amount: int = 50_000) -> BankLine:
        post(told(memo=memo, amount=amount))
        return BankLine.objects.order_by("-pk")[0]

    def test_staff_gives_a_line_to_an_order(self) -> None:
        order = make_waiting()
        line = self.line(amount=int(order.total_incl_tax))
        manual_matching.assign(line_id=line.pk, number=order.number, by=HOA)
        line.refresh_from_db()
        assert (line.payment, line.state, line.reason) == (bank_payment(order), "matched", "")
        assert state(order) == ("Placed", S.PAID, order.total_incl_tax)
        log = OrderLog.objects.filter(order=order, actor_name="Hoa")
        assert list(log.values_list("verb", "reference")) == [("note", line.key), ("pay", line.key)]

    def test_second_press_changes_nothing(self) -> None:
        order, other = make_waiting(), make_waiting()
        line = self.line()
        manual_matching.assign(line_id=line.pk, number=order.number, by=HOA)
        for number in (order.number, other.number):
            with pytest.raises(manual_matching.CannotMatch):
                manual_matching.assign(line_id=line.pk, number=number, by=HOA, revise=True)
        with pytest.raises(manual_matching.CannotMatch):
            manual_matching.set_aside(line_id=line.pk, reason="x", by=HOA)
        assert (state(order)[2], state(other)[2]) == (50_000, 0)
        assert Receipt.objects.count() == 1

    def test_transfer_for_an_order_to_be_paid_at_the_door(self) -> None:
        order = make_order(make_product(), purchase=make_purchase(method="cod"))
        line = self.line(memo=order.number, amount=int(order.total_incl_tax))
        assert waits() == [(order.number, "no_transfer")]
        manual_matching.assign(line_id=line.pk, number=order.number, by=HOA)
        states = dict(order.payments.values_list("method", "state"))
        assert states == {"cod": S.CANCELLED, "bank": S.PAID}

    def test_unknown_order_changes_nothing(self) -> None:
        line = self.line()
        with pytest.raises(manual_matching.CannotMatch):
            manual_matching.assign(line_id=line.pk, number="NICHTDA2", by=HOA)
        line.refresh_from_db()
        assert (line.payment, line.state) == (None, "waiting")

    def test_what_is_not_ours_is_put_aside_and_can_be_taken_up_again(self) -> None:
        order = make_waiting()
        line = self.line()
        manual_matching.set_aside(line_id=line.pk, reason="tiền thuê sạp", by=HOA)
        line.refresh_from_db()
        assert (line.note, line.handled_by, line.state) == ("tiền thuê sạp", "Hoa", "set_aside")
        with pytest.raises(manual_matching.CannotMatch):
            manual_matching.set_aside(line_id=line.pk, reason="x", by=HOA)
        with pytest.raises(manual_matching.CannotMatch):
            manual_matching.assign(line_id=line.pk, number=order.number, by=HOA)
        manual_matching.assign(line_id=line.pk, number=order.number, by=HOA, revise=True)
        assert state(order)[2] == 50_000

    def test_replay_does_not_undo_what_staff_decided(self) -> None:
        message = told(memo="ung ho", amount=50_000)
        post(message)
        manual_matching.set_aside(line_id=BankLine.objects.get().pk, reason="x", by=HOA)
        post(message)
        assert matching.match(BankLine.objects.get().pk).note == "x"
        assert OrderMail.objects.count() == 0
