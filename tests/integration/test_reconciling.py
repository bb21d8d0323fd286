"""The hub's accounts: every event of money enters one, beside what the bank and Stripe say, to the đồng."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from demo.stripe_double import acts, balance
from demo.stripe_double.storage import open_storage
from shop.ledger import accounts
from shop.payment.bank import manual_matching, stripe_payouts
from shop.payment.models import BankAccount, Refund, StripeTransaction
from shop.payment.providers.stripe import balance as stripe_balance
from shop.payment.refunds import refunding
from tests.books import kinds
from tests.reconciling import HANOI, HOA, K, account, agrees, by_card, entries, market, month, settle, tell
from tests.stripe import double, plan, things

__all__ = ["account", "double", "market"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("double")]


# --- Stripe -------------------------------------------------------------------------------------


def test_charge_its_fee_and_nothing_twice() -> None:
    payment = by_card()
    amount, fee = int(payment.amount), int(payment.amount) * balance.FEE_PER_MILLE // 1000
    assert [stripe_balance.fetch_new() for _ in range(3)] == [1, 0, 0]
    assert entries(None) == [(K.RECEIVED, amount), (K.FEE, -fee)]
    assert kinds()["card_fee"] == -fee
    [day], alone = month(None)
    assert (day.closing, day.told_closing, alone) == (amount - fee, amount - fee, [])


def test_nothing_is_asked_before_the_first_card(account: BankAccount) -> None:
    plan("fail", call="GET /v1/balance_transactions")
    assert stripe_balance.fetch_new() == 0


def test_silence_and_a_key_without_the_permission_stop_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    by_card()
    plan(*["drop"] * 3, call="GET /v1/balance_transactions")
    assert (stripe_balance.fetch_new(), StripeTransaction.objects.count()) == (0, 0)

    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise stripe_balance.MayNotRead("rk_test may not")

    monkeypatch.setattr(stripe_balance, "_read", refuse)
    assert stripe_balance.fetch_new() == 0


def test_all_pages_and_weeks_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe_balance, "LIST_LIMIT", 2)
    now = timezone.now()
    with time_machine.travel(now - timedelta(days=20), tick=False):
        for _ in range(3):
            by_card()
    for _ in range(2):
        by_card()
    assert stripe_balance.fetch_new() == 5
    assert agrees(None)


def test_refund_dispute_and_their_ends_are_explained() -> None:
    one, two, three = by_card(), by_card(), by_card()
    with transaction.atomic():
        refund = refunding.request(payment=one, amount=Decimal(50_000), key="r", by=HOA)
    refunding.send(refund.pk)
    lost, won = (acts.dispute(things("payment_intent")[number]["id"]) for number in (1, 0))
    for payment in (two, three):
        settle(payment)
    stripe_balance.fetch_new()
    assert agrees(None)
    acts.decide_dispute(lost["id"], won=False)
    acts.decide_dispute(won["id"], won=True)
    for payment in (two, three):
        settle(payment)
    stripe_balance.fetch_new()
    assert agrees(None)
    fees = sum(int(payment.amount) * balance.FEE_PER_MILLE // 1000 for payment in (one, two, three))
    assert kinds()["card_fee"] == -fees - balance.DISPUTE_FEE
    acts.fail_refund(refund.reference or Refund.objects.get(pk=refund.pk).reference)
    settle(one)
    stripe_balance.fetch_new()
    assert agrees(None)


def test_charge_that_the_shop_never_booked_is_shown() -> None:
    by_card()
    stripe_balance.fetch_new()
    with open_storage() as storage:
        strange = storage.make("ch", "charge", amount=77_000, currency="vnd", payment_intent="pi_x")
        balance.move(storage, "charge", 77_000, strange, fee=1_000)
        dollars = storage.make("ch", "charge", amount=900, currency="usd", payment_intent="pi_y")
        balance.move(storage, "charge", 900, dollars, fee=30)
    stripe_balance.fetch_new()
    days, alone = month(None)
    assert days[-1].difference == 77_000
    assert {(one.amount, one.currency) for one in alone} == {(77_000, ""), (870, "USD")}
    assert {one.money for one in alone} == {"77.000\N{NO-BREAK SPACE}₫", "8,70\N{NO-BREAK SPACE}US$"}


def test_payout_is_known_again_at_the_bank(account: BankAccount) -> None:
    payment = by_card()
    payout = acts.pay_out()
    stripe_balance.fetch_new()
    net = int(payment.amount) - int(payment.amount) * balance.FEE_PER_MILLE // 1000
    assert (entries(None)[-1], entries(account)) == ((K.PROVIDER, -net), [(K.PROVIDER, net)])
    assert agrees(None)
    days, alone = month(account)
    assert (days[-1].difference, [one.amount for one in alone]) == (-net, [net])
    arrival = datetime.fromtimestamp(payout["arrival_date"], HANOI)
    line = tell(memo="STRIPE PAYMENTS SG", amount=net, transactionDate=f"{arrival:%Y-%m-%d} 09:00:00")
    assert line.state == "waiting"
    assert (stripe_payouts.match(), stripe_payouts.match()) == (1, 0)
    line.refresh_from_db()
    assert (line.state, line.settles) == ("matched", f"stripe:{payout['id']}")
    assert accounts.explanation(line) == f"Stripe chuyển về ngân hàng {payout['id']}"
    assert agrees(account)


def test_payout_that_was_explained_before_it_was_known_is_no_income_any_more(account: BankAccount) -> None:
    by_card()
    payout = acts.pay_out()
    arrival = datetime.fromtimestamp(payout["arrival_date"], HANOI)
    line = tell(memo="STRIPE", amount=payout["amount"], transactionDate=f"{arrival:%Y-%m-%d} 09:00:00")
    accounts.explain(line_id=line.pk, kind=K.OTHER, reason="chưa rõ", by=HOA)
    assert kinds()["other"] == payout["amount"]
    stripe_balance.fetch_new()
    assert stripe_payouts.match() == 1
    assert ("other" in kinds(), agrees(account), agrees(None)) == (False, True, True)
    line.refresh_from_db()
    assert accounts.explanation(line) == f"Stripe chuyển về ngân hàng {payout['id']}"


@pytest.mark.parametrize("aside", [False, True])
def test_payout_that_staff_expected_is_booked_once(account: BankAccount, *, aside: bool) -> None:
    by_card()
    payout = acts.pay_out()
    arrival = datetime.fromtimestamp(payout["arrival_date"], HANOI)
    line = tell(memo="GOP 77", amount=payout["amount"], transactionDate=f"{arrival:%Y-%m-%d} 09:00:00")
    if aside:
        manual_matching.set_aside(line_id=line.pk, reason="chưa rõ", by=HOA)
    accounts.explain(line_id=line.pk, kind=K.PROVIDER, reason="chờ tin của họ", by=HOA)
    stripe_balance.fetch_new()
    assert stripe_payouts.match() == 1
    line.refresh_from_db()
    assert (line.settles, line.note) == (f"stripe:{payout['id']}", "chưa rõ" if aside else "chờ tin của họ")
    assert (agrees(account), agrees(None)) == (True, True)


@pytest.mark.parametrize(
    ("change", "memo"), [(1, "STRIPE"), (0, "STRIPED GOM"), (0, "tien cho")], ids=["sum", "word", "memo"]
)
def test_other_money_is_no_payout_of_stripes(change: int, memo: str) -> None:
    payout = by_card() and acts.pay_out()
    stripe_balance.fetch_new()
    arrival = datetime.fromtimestamp(payout["arrival_date"], HANOI)
    tell(memo=memo, amount=payout["amount"] + change, transactionDate=f"{arrival:%Y-%m-%d} 09:00:00")
    assert stripe_payouts.match() == 0


def test_payout_that_came_back_leaves_nothing_at_the_bank(account: BankAccount) -> None:
    by_card()
    payout = acts.pay_out()
    stripe_balance.fetch_new()
    acts.return_payout(payout["id"])
    stripe_balance.fetch_new()
    days, alone = month(account)
    assert (days[-1].closing, alone) == (0, [])
    assert agrees(None)


def test_payout_that_was_made_again_is_the_line(account: BankAccount) -> None:
    by_card()
    failed = acts.pay_out()
    acts.return_payout(failed["id"])
    again = acts.pay_out()
    stripe_balance.fetch_new()
    arrival = datetime.fromtimestamp(again["arrival_date"], HANOI)
    line = tell(memo="STRIPE", amount=again["amount"], transactionDate=f"{arrival:%Y-%m-%d} 09:00:00")
    assert stripe_payouts.match() == 1
    line.refresh_from_db()
    assert line.settles == f"stripe:{again['id']}"
    assert agrees(account)


def test_money_that_stripe_keeps_back_does_not_reach_the_bank(account: BankAccount) -> None:
    by_card()
    with open_storage() as storage:
        hold = storage.make("ph", "payout_hold", currency="vnd")
        balance.move(storage, "payout_minimum_balance_hold", -50_000, hold)
    stripe_balance.fetch_new()
    assert entries(account) == []
    assert [one.amount for one in month(None)[1]] == [-50_000]
